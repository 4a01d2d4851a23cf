import Machine
import MachineCircuits

/// What proving a run is going to take.
public struct ProvingEstimate: Sendable, Encodable {
  public var segments: Int
  public var instructions: UInt64
  /// Cells of all traces, padded.
  public var cells: Int
  /// Rows times interactions, padded.
  public var messages: Int
  /// Of the segment that takes most.
  public var memoryBytes: Int
  /// Wall clock, very roughly.
  public var seconds: Double
  /// What metered execution managed.
  public var instructionsPerSecond: Double

  enum CodingKeys: String, CodingKey {
    case segments, instructions, cells, messages
    case memoryBytes = "memory_bytes"
    case seconds
    case instructionsPerSecond = "instructions_per_second"
  }

  init(plan: ExecutionPlan, costs: SegmentCosts, logStackedHeight: Int, threads: Int, planSeconds: Double) {
    let shapes = plan.segments.map { costs.shape(of: $0.heights) }
    segments = shapes.count
    instructions = plan.outcome.instructionCount
    cells = shapes.reduce(0) { $0 + $1.cells }
    messages = shapes.reduce(0) { $0 + $1.messages }
    memoryBytes = shapes.map(\.memoryBytes).max() ?? 0
    seconds = shapes.reduce(0) { $0 + ProvingRate.seconds($1, logStackedHeight: logStackedHeight, threads: threads) }
    instructionsPerSecond = Double(instructions) / Swift.max(planSeconds, 1e-9)
  }
}

/// How long a proof takes, from figures measured on one machine (docs/performance.md): good to a factor of two.
enum ProvingRate {
  /// Seconds of one thread for a segment, whatever is in it: grinding, and the opening of a column of height `2^20`,
  /// which doubles with each step of the height.
  private static let grinding = 0.35
  private static let opening = 0.6
  /// Seconds of one thread for a cell.
  private static let perCell = 0.6e-7
  /// Seconds of one thread for a message.
  private static let perMessage = 1.15e-7

  static func seconds(_ shape: SegmentShape, logStackedHeight: Int, threads: Int) -> Double {
    let fixed = grinding + opening * Double(1 << logStackedHeight) / Double(1 << 20)
    let work = fixed + perCell * Double(shape.cells) + perMessage * Double(shape.messages)
    return work / Double(Swift.max(threads, 1))
  }
}
