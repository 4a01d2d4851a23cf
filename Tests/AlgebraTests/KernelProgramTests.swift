import Algebra
import CKernels
import TestSupport
import Testing

extension KernelTests {
  /// Constraint programs over blocks of points against an interpreter.
  @Suite struct Programs {
    @Test func fractionsOfRows() {
      var generator = SeededGenerator(90)
      for log in [0, 1, 3, 4, 5, 7] {
        let height = 1 << log
        let program = TestProgram(
          columns: 3, hasRotations: true, operations: 12, outputs: .fractions(3), &generator)
        let columns = (0..<3).map { _ in generator.elements(height) }
        let norms: [BabyBear?] = [nil, generator.element()]
        for norm in norms {
          // From even and from odd leaves on; whole traces and blocks of them.
          for start in [0, 1] {
            let blocks: [(Int, Int)] = [(0, height), (height / 2, height - height / 2), (0, Swift.max(height / 2, 1))]
            for (first, rows) in blocks {
              let offsets = (0..<3).map { start + $0 * (height + start) }
              let leafCount = 2 * (start + 3 * (height + start))
              var wanted = [Line](repeating: Line(blank: leafCount / 2), count: 2)
              var denominators = [Planes](repeating: Planes(blank: leafCount / 2), count: 2)
              for row in first..<first + rows {
                let outcome = program.run { (Ext4(columns[$0][row]), Ext4(columns[$0][(row + 1) % height])) }
                for (index, numerator, denominator) in outcome.fractions {
                  let leaf = offsets[index] + row
                  wanted[leaf & 1].words[leaf / 2] = (numerator.c0 * (norm ?? .one)).montgomery
                  denominators[leaf & 1][leaf / 2] = denominator
                }
              }
              let expected = Fractions(
                even: wanted[0], odd: wanted[1], evenDenominators: denominators[0], oddDenominators: denominators[1])
              expectOnEveryLevel(expected, "rows \(first) + \(rows) of \(height), first leaf \(start)") {
                Self.rows(program, columns, first, rows, offsets, norm?.montgomery ?? 0, leafCount)
              }
            }
          }
        }
      }
    }

    struct Fractions: Equatable {
      var even: Line
      var odd: Line
      var evenDenominators: Planes
      var oddDenominators: Planes
    }

    static func rows(
      _ program: TestProgram, _ columns: [[BabyBear]], _ first: Int, _ rows: Int, _ offsets: [Int], _ norm: UInt32,
      _ leafCount: Int
    ) -> Fractions {
      let lanes = (rows + 15) & ~15
      let memory = ProgramMemory(slots: program.slotCount, words: lanes, accumulatorWords: 4 * lanes)
      let blank = Planes(blank: leafCount / 2)
      var result = Fractions(
        even: Line(blank: leafCount / 2), odd: Line(blank: leafCount / 2), evenDenominators: blank,
        oddDenominators: blank)
      withColumns(columns.map { Line($0) }) { columnTable in
        program.withProgram {
          ck_dag_rows(
            $0, columnTable, columns[0].count - 1, memory.slots, memory.home, memory.accumulators, first, rows, lanes,
            offsets, norm, &result.even.words, &result.odd.words, &result.evenDenominators.words,
            &result.oddDenominators.words, blank.stride)
        }
      }
      return result
    }

    @Test(arguments: 0...6) func sumsOnCosets(log: Int) {
      var generator = SeededGenerator(91 + UInt64(log))
      let n = 1 << log
      let cases: [([Int], Bool)] = [([0, 1, 2], true), ([1, 2], true), ([0], false), ([3], true)]
      for (exponents, hasRotations) in cases {
        let program = TestProgram(
          columns: 3, hasRotations: hasRotations, operations: 10, outputs: .accumulators(2), &generator)
        for (chunks, xs, first) in [(1, 16, 0), (4, 16, 0), (64, 16, 48), (64, 32, 0), (32, 32, 0)] {
          let columns = (0..<3).map { _ in generator.elements(chunks * n) }
          let used = Swift.min(xs, chunks - first)
          let weights = generator.extElements(used) + [Ext4](repeating: .zero, count: xs - used)
          let start = generator.extElements(2 * exponents.count * n)
          var wanted = start
          for (coset, exponent) in exponents.enumerated() {
            for z in 0..<n {
              let point = BabyBear.generator.power(UInt64(exponent)) * BabyBear.rootOfUnity(log: log).power(UInt64(z))
              let kernel = Self.lagrange(at: point, log: log)
              for x in 0..<used {
                let outcome = program.run { column in
                  func value(_ shift: Int) -> Ext4 {
                    let sum = (0..<n).reduce(BabyBear.zero) { sum, i in
                      let row = ((first + x) * n + i + shift) % (chunks * n)
                      return sum + kernel[i] * columns[column][row]
                    }
                    return Ext4(sum)
                  }
                  return (value(0), value(1))
                }
                for a in 0..<2 {
                  wanted[(a * exponents.count + coset) * n + z] += outcome.accumulators[a] * weights[x]
                }
              }
            }
          }
          expectOnEveryLevel(wanted, "cosets \(exponents) of 2^\(log), \(chunks) chunks in blocks of \(xs)") {
            Self.cosets(program, columns, log: log, exponents, xs: xs, first: first, Planes(weights), start)
          }
        }
      }
    }

    /// The weights that evaluate at `point` what is given on the subgroup of order `2^log`.
    static func lagrange(at point: BabyBear, log: Int) -> [BabyBear] {
      let n = 1 << log
      let root = BabyBear.rootOfUnity(log: log)
      return (0..<n).map { i -> BabyBear in
        let ratio = point * root.power(UInt64(i)).inverse
        let sum = (0..<n).reduce(BabyBear.zero) { sum, _ in sum * ratio + BabyBear.one }
        return sum * BabyBear(n).inverse
      }
    }

    static func cosets(
      _ program: TestProgram, _ columns: [[BabyBear]], log: Int, _ exponents: [Int], xs: Int, first: Int,
      _ weights: Planes, _ start: [Ext4]
    ) -> [Ext4] {
      let n = 1 << log
      let domain = SkipDomain(log: log)
      var scales: [UInt32] = []
      var rotations: [UInt32] = []
      for exponent in exponents {
        let shift = BabyBear.generator.power(UInt64(exponent))
        for place in 0..<n {
          let scale: BabyBear = shift.power(UInt64(reversedBits(place, log))) * domain.sizeInverse
          scales.append(scale.montgomery)
        }
        for z in 0..<n { rotations.append(lagrange(at: shift * domain.points[z], log: log)[n - 1].montgomery) }
      }
      let lanes = exponents.count * n * xs
      let memory = ProgramMemory(
        slots: program.slotCount, words: lanes, accumulatorWords: program.accumulatorCount * 4 * lanes)
      let inverseRoots = domain.inverseRoots.map(\.montgomery)
      let roots = domain.roots.map(\.montgomery)
      var sums = flatWords(start)
      withColumns(columns.map { Line($0) }) { columnTable in
        inverseRoots.withUnsafeBufferPointer { inverseRoots in
          roots.withUnsafeBufferPointer { roots in
            scales.withUnsafeBufferPointer { scales in
              rotations.withUnsafeBufferPointer { rotations in
                var description = ck_coset_domain(
                  log_n: log, cosets: exponents.count, first_is_domain: exponents.first == 0 ? 1 : 0, xs: xs,
                  mask: columns[0].count - 1, inverse_roots: inverseRoots.baseAddress, roots: roots.baseAddress,
                  scales: scales.baseAddress, rotations: rotations.baseAddress)
                program.withProgram {
                  ck_dag_cosets(
                    $0, &description, columnTable, memory.slots, memory.accumulators, first, weights.words,
                    weights.stride, &sums)
                }
              }
            }
          }
        }
      }
      return extElements(sums)
    }

    @Test(arguments: 1...4) func sumsOfPairs(points: Int) {
      var generator = SeededGenerator(92 + UInt64(points))
      let shapes: [(Int, Int, Int, Int)] = [
        (2, 16, 0, 1), (16, 16, 0, 8), (32, 16, 0, 16), (128, 32, 32, 32), (96, 32, 32, 16),
      ]
      for (length, ys, first, pairs) in shapes {
        let program = TestProgram(
          columns: 3, hasRotations: false, operations: 12, outputs: .accumulators(1), &generator)
        let tables = (0..<3).map { _ in generator.extElements(length) }
        let weights = generator.extElements(length / 2)
        let start = generator.extElements(points)
        var wanted = start
        for x in 1...points {
          for y in first..<first + pairs {
            let outcome = program.run { column in
              let (low, high) = (tables[column][2 * y], tables[column][2 * y + 1])
              return (low + (high - low) * BabyBear(x), .zero)
            }
            wanted[x - 1] += outcome.accumulators[0] * weights[y]
          }
        }
        expectOnEveryLevel(wanted, "\(points) points, pairs \(first) + \(pairs) of \(length / 2)") {
          let lanes = points * ys
          let memory = ProgramMemory(slots: program.slotCount, words: 4 * lanes, accumulatorWords: 4 * lanes)
          var sums = flatWords(start)
          let planes = tables.map { Planes($0) }
          let table = Planes(weights)
          let starts = (0..<3).map { $0 * planes[0].words.count }
          planes.flatMap(\.words).withUnsafeBufferPointer { words in
            let pointers = starts.map { start in words.baseAddress.map { $0 + start } }
            program.withProgram {
              ck_dag_pairs(
                $0, pointers, planes[0].stride, memory.slots, memory.accumulators, first, pairs, ys, points,
                table.words, table.stride, &sums)
            }
          }
          return extElements(sums)
        }
      }
    }
  }
}
