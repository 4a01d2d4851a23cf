import AIR
import Algebra
import MachineCircuits
import StarkProver

/// What proving a job takes: the sizes of its padded traces and the memory that they need.
public struct DeferralShape: Hashable, Sendable {
  /// Cells of all traces.
  public var cells: Int
  /// Rows times interactions.
  public var messages: Int
  /// Log of the height of the tallest trace.
  public var logTallest: Int
  /// The prover's peak.
  public var memoryBytes: Int
}

extension DeferralCircuit {
  /// The shape of a job before it is made. Permutations that own AIRs look up are assumed on all of their rows. Sizes
  /// that no job can have count as the greatest that one can.
  ///
  /// - Parameters:
  ///   - calls: bytes of the input and output of each.
  ///   - ownHeights: by number of own AIR; nil for those that are absent.
  public func shape(calls: [(inputBytes: Int, outputBytes: Int)], ownHeights: [Int?]) -> DeferralShape {
    var heights = [Int](repeating: 0, count: airs.count)
    var permutations = 0
    if usesStandardIO {
      let bytes = { (count: Int) in min(max(count, 0), Self.maxBytes) }
      let rows = calls.prefix(maxCalls).reduce(0) {
        $0 + InputOutputTrace.rows(inputBytes: bytes($1.inputBytes), outputBytes: bytes($1.outputBytes))
      }
      permutations = rows
      heights[logBatch > 0 ? 1 : 0] = rows
      if logBatch > 0 {
        let count = min(calls.count, maxCalls)
        heights[0] = CallTreeTrace.rows(callCount: count, height: logBatch)
        permutations += 2 * heights[0] + count
      }
    }
    for (id, height) in zip(ownAIRs, ownHeights) {
      let height = min(max(height ?? 0, 0), Self.maxBytes)
      let looksUp = airs[id].dag.interactions.count { $0.busIndex == StandardBus.poseidon2.index }
      permutations += height * looksUp
      heights[id] = height
    }
    for (table, id) in tables {
      switch table {
      case .poseidon2: (heights[id], heights[id + 1]) = Poseidon2Trace.heights(permutations)
      case .bytes: heights[id] = BitwiseTrace.height
      case .range: heights[id] = 2 << LookupTally.maxBits
      }
    }
    return shape(heights: heights)
  }

  private func shape(heights: [Int]) -> DeferralShape {
    var shape = DeferralShape(cells: 0, messages: 0, logTallest: 0, memoryBytes: 0)
    var separate = 0
    for (air, rows) in zip(airs, heights) where rows > 0 {
      let height = rows.paddedToPowerOfTwo
      shape.cells += height * air.width.parts.reduce(0) { $0 + (air.width[$1] ?? 0) }
      shape.messages += max(height, 1 << parameters.lSkip) * air.dag.interactions.count
      shape.logTallest = max(shape.logTallest, height.trailingZeroBitCount)
      separate += air.width.partCount - 1
    }
    shape.memoryBytes = ProverMemory.estimate(
      cells: shape.cells, messages: shape.messages, separateCommitments: separate, parameters: parameters)
    return shape
  }
}

extension CallProver {
  /// The memory that proving a job takes at its peak, roughly.
  public func memoryBytes(_ job: DeferralJob) -> Int {
    key.circuit.shape(
      calls: job.calls.map { ($0.input.count, $0.output.count) }, ownHeights: job.traces.map { $0?.commonMain.height }
    ).memoryBytes
  }
}
