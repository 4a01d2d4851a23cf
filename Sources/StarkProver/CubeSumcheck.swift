import AIR
import Algebra
import CKernels
import Hashing
import StarkVerifier

/// The multilinear rounds of the batched sumcheck (chapter 10, section 6.4.5).
///
/// All traces that still have variables share the factor eq of their coordinates, so a round polynomial is
/// `E eq1(xi_j, X) S(X) + X F`: `S`, of degree `d`, is evaluated at `1 ... d` and completed by the claim, and `F`
/// collects the traces whose variables are used up.
struct CubeSumcheck<H: HashConfiguration> {
  private let traces: [ProverTrace]
  private let xi: [Ext4]
  private let degree: Int
  private let workers: Workers
  private var live: [LiveTrace]

  /// A trace's merged program over extension values, and its folded columns.
  private struct LiveTrace {
    let trace: ProverTrace
    let program: DAGProgram
    let weights: [Ext4]
    /// What the bus terms add everywhere.
    let constant: Ext4
    /// By column number, this row and, from `columns.count` on, the next.
    var tables: FoldedTables
  }

  init(
    traces: [ProverTrace], terms: [TraceTerms], lambda: Ext4, batching: Batching, constraintFactor: Ext4,
    fractionFactor: Ext4, xi: [Ext4], degree: Int, domain: SkipDomain, r0: Ext4, workers: Workers
  ) {
    self.traces = traces
    self.xi = xi
    self.degree = degree
    self.workers = workers
    let weights = domain.lagrangeWeights(at: r0)
    live = zip(traces, terms).enumerated().map { t, pair in
      let (trace, terms) = pair
      let fractions = terms.fractionOutputs(
        numeratorScale: batching.numerator(t) * fractionFactor,
        denominatorScale: batching.denominator(t) * fractionFactor, accumulators: (0, 0))
      let constraints = TraceTerms.constraintOutputs(
        trace, lambda: lambda, scale: batching.constraints(t) * constraintFactor)
      let shifted = constraints.0.map { output -> ProgramOutput in
        guard case .accumulate(let node, let accumulator, let weight) = output else { return output }
        return .accumulate(node: node, accumulator: accumulator, weight: weight + fractions.1.count)
      }
      let program = DAGProgram(
        dag: trace.dag, columns: trace.numbering, publicValues: trace.publicValues, outputs: fractions.0 + shifted,
        accumulatorCount: 1)
      return LiveTrace(
        trace: trace, program: program.withSeparateRotations(columnCount: trace.columns.count),
        weights: fractions.1 + constraints.1,
        constant: terms.denominatorConstant * batching.denominator(t) * fractionFactor,
        tables: Self.fold(trace, weights: weights, workers: workers))
    }
  }

  /// All columns with the skip variable bound; with rotation, also those of the next rows.
  private static func fold(_ trace: ProverTrace, weights: [Ext4], workers: Workers) -> FoldedTables {
    let columns = trace.columns.count
    let tables = FoldedTables(
      count: columns * (trace.needsRotation ? 2 : 1), length: 1 << trace.cubeVariables, isZeroed: false)
    let grain = Swift.max(1, (1 << 13) / tables.length)
    workers.forEachRange(tables.count, grain: grain) { range in
      weights.withUnsafeBytes { words in
        for index in range {
          tables.fill(
            index, from: trace.columns[index % columns], height: trace.height, shift: index / columns,
            weights: words.assumingMemoryBound(to: UInt32.self).baseAddress!)
        }
      }
    }
    return tables
  }

  /// Runs all rounds; returns their polynomials and the cube point.
  mutating func run(
    claim: Ext4, cubes: CubeWeights, transcript: inout H.Transcript
  ) throws(ProverError) -> (polys: [[Ext4]], point: [Ext4]) {
    let rounds = traces[0].cubeVariables
    var polys: [[Ext4]] = []
    var point: [Ext4] = []
    var weights: [Int: ExtArray] = [:]
    for trace in traces { weights[trace.cubeVariables] = cubes.table(trace.cubeVariables) }
    var prefix = Ext4.one  // E
    var frozen = Ext4.zero  // F
    var liveClaim = claim - finished(at: 0)
    frozen = claim - liveClaim
    for j in 1..<(rounds + 1) {
      for variables in weights.keys where variables >= j {
        weights[variables] = weights[variables]?.pairSums(workers: workers)
      }
      var values = [Ext4](repeating: .zero, count: degree + 1)  // S at 0 ... d
      for index in live.indices where live[index].trace.cubeVariables >= j {
        guard let table = weights[live[index].trace.cubeVariables] else { continue }
        for (i, value) in roundValues(live[index], weights: table).enumerated() { values[i + 1] += value }
      }
      let x = xi[j - 1]
      let complement = Ext4.one - x
      guard complement != .zero else { throw .degenerateChallenge(phase: "zerocheck") }
      values[0] = (liveClaim - x * values[1]) * complement.inverse
      let beyond = extrapolate(values, at: Ext4(BabyBear(degree + 1)))
      let poly = (1...degree + 1).map { i in
        let z = Ext4(BabyBear(i))
        return prefix * eq1(x, z) * (i <= degree ? values[i] : beyond) + frozen * z
      }
      for value in poly { transcript.observe(value) }
      polys.append(poly)
      let r = transcript.sampleExt()
      point.append(r)
      liveClaim = extrapolate(values, at: r)
      prefix *= eq1(x, r)
      for index in live.indices where live[index].trace.cubeVariables >= j {
        live[index].tables = live[index].tables.folded(by: r, workers: workers)
      }
      let done = finished(at: j)
      liveClaim -= done
      frozen = frozen * r + prefix * done
    }
    return (polys, point)
  }

  /// The final values of the traces with exactly `variables` cube variables, all bound by now.
  private func finished(at variables: Int) -> Ext4 {
    live.filter { $0.trace.cubeVariables == variables }.reduce(.zero) { $0 + finalValue($1) }
  }

  /// The weighted sum of a trace's outputs at the final point.
  private func finalValue(_ live: LiveTrace) -> Ext4 {
    // Evaluated as a pair of equal values: at X = 1 this is the value itself.
    let pair = FoldedTables(count: live.tables.count, length: 2)
    for index in 0..<live.tables.count {
      for k in 0..<4 {
        let word = live.tables.table(index)[k]
        pair.table(index)[2 * k] = word
        pair.table(index)[2 * k + 1] = word
      }
    }
    var copy = live
    copy.tables = pair
    return roundValues(copy, weights: ExtArray([.one]), points: 1)[0]
  }

  private static var pairsPerBlock: Int { 32 }

  /// `S` of one trace at `1 ... points`.
  private func roundValues(_ live: LiveTrace, weights: ExtArray, points wanted: Int? = nil) -> [Ext4] {
    let points = wanted ?? degree
    let pairs = live.tables.length / 2
    let block = Self.pairsPerBlock
    let lanes = points * block
    let sums = workers.sums(pairs, grain: block * 4, width: points) { range, sums in
      let scratch = BlockScratch(slots: live.program.slotCount, words: 4 * lanes, accumulatorWords: 4 * lanes)
      let tables: [UnsafePointer<UInt32>?] = (0..<live.tables.count).map { UnsafePointer(live.tables.table($0)) }
      live.program.withProgram(weights: live.weights) { program in
        tables.withUnsafeBufferPointer { tables in
          sums.withWords { sums in
            for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
              ck_dag_pairs(
                program, tables.baseAddress, live.tables.length, scratch.slots, scratch.accumulators, first,
                Swift.min(block, range.upperBound - first), block, points, weights.base, weights.stride, sums)
            }
          }
        }
      }
    }
    return sums.map { $0 + live.constant }
  }

  /// The column openings, by trace and part; with rotation, interleaved with those of the next rows.
  func openings() -> [[[Ext4]]] {
    live.map { live in
      let columns = live.trace.columns.count
      return live.trace.partsInOpeningOrder.map { part in
        part.flatMap { column in
          let local = live.tables[table: column, 0]
          return live.trace.needsRotation ? [local, live.tables[table: columns + column, 0]] : [local]
        }
      }
    }
  }
}
