import Algebra
import Machine
import MachineVerifier
import StarkProver
import StarkVerifier

/// What proving a segment takes: the sizes of its padded traces and the memory that they need.
public struct SegmentShape: Hashable, Sendable {
  /// Cells of all traces.
  public var cells: Int
  /// Rows times interactions.
  public var messages: Int
  /// Log of the height of the tallest trace.
  public var logTallest: Int
  /// The prover's peak, with the records that the traces are made from.
  public var memoryBytes: Int
}

/// Tells what segments of a program cost under a key.
public struct SegmentCosts: Sendable {
  /// By AIR id: columns, cached ones included, and interactions.
  private let widths: [Int]
  private let interactions: [Int]
  private let parameters: SystemParameters
  private let programRows: Int

  /// Costs under `key` for a program of `programSlots` slots.
  public init(key: MachineKey, programSlots: Int) {
    let airs = key.stark.verifyingKey.airs
    widths = airs.map { $0.width.commonMain + $0.width.cachedMains.reduce(0, +) }
    interactions = airs.map { $0.dag.interactions.count }
    parameters = key.configuration.parameters
    programRows = programSlots
  }

  /// Rows of each AIR by id, before padding; 0 for an AIR that is absent.
  func rows(_ heights: SegmentHeights) -> [Int] {
    var rows = [Int](repeating: 0, count: widths.count)
    rows[SystemAIR.program.rawValue] = programRows
    rows[SystemAIR.connector.rawValue] = 2
    rows[SystemAIR.boundary.rawValue] = Swift.max(2 * heights.leaves, 1)
    // A segment that touches nothing opens the path to leaf 0.
    rows[SystemAIR.merkle.rawValue] = 2 * Swift.max(heights.nodes, MachineLimits.treeHeight)
    for chip in Chip.allCases { rows[chip.airID] = heights[chip] }
    rows[MachineAIR.refresh] = heights.refreshes
    (rows[MachineAIR.poseidon2], rows[MachineAIR.poseidon2Rest]) = Poseidon2Trace.heights(
      Swift.max(heights.maxHashes, 2 * MachineLimits.treeHeight))
    rows[MachineAIR.bytes] = 1 << 16
    rows[MachineAIR.ranges] = 2 << MachineLimits.nearBits
    (rows[MachineAIR.deferralHash], rows[MachineAIR.deferralHashRest]) = Poseidon2Trace.heights(
      heights.maxDeferralHashes)
    return rows
  }

  /// The shape of a segment of these heights.
  public func shape(of heights: SegmentHeights) -> SegmentShape {
    var shape = SegmentShape(cells: 0, messages: 0, logTallest: 0, memoryBytes: 0)
    for (air, count) in rows(heights).enumerated() where count > 0 {
      let height = count.paddedToPowerOfTwo
      shape.cells += height * widths[air]
      shape.messages += Swift.max(height, 1 << parameters.lSkip) * interactions[air]
      shape.logTallest = Swift.max(shape.logTallest, height.trailingZeroBitCount)
    }
    shape.memoryBytes =
      heights.recordBytes
      + ProverMemory.estimate(
        cells: shape.cells, messages: shape.messages, separateCommitments: 1, parameters: parameters)
    return shape
  }

  /// Whether the parameters have room for the shape: heights, stacked width, and the sum that bounds multiplicities.
  func isProvable(_ shape: SegmentShape) -> Bool {
    shape.logTallest <= parameters.logStackedHeight
      && shape.cells >> parameters.logStackedHeight + 2 <= parameters.wStack
      && shape.messages < Int(parameters.logup.maxInteractionCount)
  }
}

/// Lets segments grow as far as parameters and memory allow.
public struct ProvingBudget: SegmentBudget, Sendable {
  public let costs: SegmentCosts
  /// The most memory that proving one segment may take.
  public let memoryBytes: Int
  /// The most instructions in one segment.
  public let instructions: Int

  public init(costs: SegmentCosts, memoryBytes: Int, instructions: Int = .max) {
    self.costs = costs
    self.memoryBytes = memoryBytes
    self.instructions = instructions
  }

  public func fits(_ heights: SegmentHeights) -> Bool {
    let shape = costs.shape(of: heights)
    return heights.instructions <= instructions && shape.memoryBytes <= memoryBytes && costs.isProvable(shape)
  }
}
