import Algebra
import CKernels
import TestSupport
import Testing

extension KernelTests {
  /// Transforms against evaluation and interpolation by their definitions.
  @Suite struct Transforms {
    /// The values of a polynomial at `shift w^i`, `w` of order `coefficients.count`, by the textbook recursion; another
    /// order of operations than the kernels'.
    static func values(_ coefficients: [BabyBear], shift: BabyBear) -> [BabyBear] {
      let n = coefficients.count
      guard n > 1 else { return coefficients }
      let even = values((0..<n / 2).map { coefficients[2 * $0] }, shift: shift.squared)
      let odd = values((0..<n / 2).map { coefficients[2 * $0 + 1] }, shift: shift.squared)
      let root = BabyBear.rootOfUnity(log: n.trailingZeroBitCount)
      var result = even
      var point = shift
      for i in 0..<n / 2 {
        let product = odd[i] * point
        result[i] = even[i] + product
        result += [even[i] - product]
        point *= root
      }
      return result
    }

    /// The coset that `block` of size `2^log` is, and the reference values in the kernel's order.
    static func expected(_ coefficients: [BabyBear], log: Int, block: Int) -> [BabyBear] {
      let extra = Int.bitWidth - block.leadingZeroBitCount
      let shift = BabyBear.rootOfUnity(log: log + extra).power(UInt64(reversedBits(block, extra)))
      let natural = values(coefficients, shift: shift)
      return natural.indices.map { natural[reversedBits($0, log)] }
    }

    @Test func referenceIsPlainEvaluation() {
      var generator = SeededGenerator(60)
      for log in 0...6 {
        let coefficients = generator.elements(1 << log)
        let shift = generator.element()
        let root = BabyBear.rootOfUnity(log: log)
        let plain = (0..<1 << log).map { i -> BabyBear in
          let point = shift * root.power(UInt64(i))
          return coefficients.reversed().reduce(BabyBear.zero) { value, c in value * point + c }
        }
        #expect(Self.values(coefficients, shift: shift) == plain)
      }
    }

    @Test(arguments: 0...14) func largeTransformEvaluatesOnCosets(log: Int) {
      var generator = SeededGenerator(61 + UInt64(log))
      let twiddles = NTT.twiddles(log: log + 4)
      for block in log > 11 ? [0, 1, 6] : [0, 1, 2, 3, 6, 11, 15] {
        for coefficients in [generator.elements(1 << log), greatestResidues(1 << log)] {
          let wanted = Line(Self.expected(coefficients, log: log, block: block))
          expectOnEveryLevel(wanted, "2^\(log) points, block \(block)") {
            var line = Line(coefficients)
            line.words.withUnsafeMutableBytes {
              NTT.evaluate(
                $0.assumingMemoryBound(to: BabyBear.self).baseAddress!, log: log, block: block, twiddles: twiddles)
            }
            return line
          }
        }
      }
    }

    @Test func blocksSideBySideAreTheLargerSubgroup() {
      var generator = SeededGenerator(62)
      for (log, extra) in [(0, 3), (3, 1), (5, 2), (8, 1)] {
        let coefficients = generator.elements(1 << log)
        let padded = coefficients + [BabyBear](repeating: .zero, count: (1 << (log + extra)) - coefficients.count)
        let whole = Self.expected(padded, log: log + extra, block: 0)
        let blocks = (0..<1 << extra).flatMap { Self.expected(coefficients, log: log, block: $0) }
        #expect(blocks == whole)
      }
    }

    @Test func matchesKnownAnswers() throws {
      let file = try #require(try Vectors.json("vectors/field.json"))
      let cases = file["dft_natural_order"].array
      #expect(cases.count >= 6)
      for vector in cases {
        let log = try #require(vector["log_n"].int)
        let twiddles = NTT.twiddles(log: log)
        func check(_ coefficients: [BabyBear], _ values: [BabyBear], _ what: String) {
          #expect(values.count == 1 << log)
          expectOnEveryLevel(values, "\(what) of 2^\(log) points") {
            let matrix = FieldMatrix(columns: [coefficients])
            NTT.evaluate(matrix.base, log: log, block: 0, twiddles: twiddles)
            return values.indices.map { matrix[row: reversedBits($0, log), column: 0] }
          }
        }
        check(vector["input"].elements, vector["dft"].elements, "dft")
        check(vector["idft"].elements, vector["input"].elements, "idft")
      }
    }

    @Test(arguments: 0...6) func chunkMessageIsInterpolationAndSubsetSums(log: Int) {
      var generator = SeededGenerator(63 + UInt64(log))
      let domain = SkipDomain(log: log)
      let n = 1 << log
      let inverse = BabyBear.rootOfUnity(log: log).inverse
      for chunks in [1, 2, 4, 8, 16, 32, 64, 256] {
        let values = generator.elements(chunks * n)
        var wanted: [BabyBear] = []
        for chunk in 0..<chunks {
          let coefficients = (0..<n).map { j -> BabyBear in
            let sum = (0..<n).reduce(BabyBear.zero) { sum, i in
              sum + values[chunk * n + i] * inverse.power(UInt64(i * j))
            }
            return sum * BabyBear(n).inverse
          }
          for message in 0..<n {
            let subsets = (0..<n).filter { $0 & message == $0 }
            wanted.append(subsets.reduce(BabyBear.zero) { sum, s in sum + coefficients[s] })
          }
        }
        expectOnEveryLevel(Line(wanted), "\(chunks) chunks of 2^\(log)") {
          var line = Line(values)
          line.words.withUnsafeMutableBytes {
            domain.chunksToMessage($0.assumingMemoryBound(to: BabyBear.self).baseAddress!, chunks: chunks)
          }
          return line
        }
      }
    }

    @Test func skipDomainTablesArePowersOfRoots() {
      for log in 0...SkipDomain.maxLog {
        let domain = SkipDomain(log: log)
        #expect(domain.size == 1 << log)
        #expect(domain.sizeInverse * BabyBear(1 << log) == .one)
        #expect(domain.points == (0..<1 << log).map { BabyBear.rootOfUnity(log: log).power(UInt64($0)) })
        for layer in 0..<log {
          let root = BabyBear.rootOfUnity(log: layer + 1)
          for j in 0..<1 << layer {
            #expect(domain.roots[1 << layer + j] == root.power(UInt64(j)))
            #expect(domain.inverseRoots[1 << layer + j] * domain.roots[1 << layer + j] == .one)
          }
        }
      }
    }

    @Test(arguments: [0, 1, 2, 5]) func subsetSumsAddEveryBitFromLowOn(low: Int) {
      var generator = SeededGenerator(64)
      for log in 0...12 {
        for values in [generator.elements(1 << log), greatestResidues(1 << log)] {
          for sign in [Int32(1), -1] {
            var wanted = values
            for bit in 0..<log where bit >= low {
              for i in wanted.indices where (i >> bit) & 1 == 1 {
                let other = wanted[i ^ (1 << bit)]
                wanted[i] = sign > 0 ? wanted[i] + other : wanted[i] - other
              }
            }
            expectOnEveryLevel(Line(wanted), "2^\(log) elements, low \(low), sign \(sign)") {
              var line = Line(values)
              ck_subset_sum(&line.words, log, low, sign)
              return line
            }
          }
        }
      }
    }
  }
}
