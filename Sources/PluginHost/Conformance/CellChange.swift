import AIR
import Algebra

/// Another value in place of one cell of a trace.
struct CellChange: Hashable {
  var part: TracePart
  var row: Int
  var column: Int
  var value: BabyBear
}

/// A row of an AIR to evaluate constraints and interactions on, with changed cells.
struct RowLane {
  var row: Int
  var changes: [CellChange]
}

/// Evaluates an AIR's DAG on single rows with changed cells, several at once: what a change of one cell does is seen on
/// two rows, so there is no need to look at whole traces.
struct LaneEvaluator {
  static let laneCount = 16

  let instance: AIRInstance
  private let height: Int
  private let steps: [Step]

  private enum Step {
    /// `offset` rows down, in the matrix with this number.
    case cell(matrix: Int, part: TracePart, column: Int, offset: Int)
    case value(BabyBear)
    case first
    case last
    case transition
    case add(Int, Int)
    case sub(Int, Int)
    case mul(Int, Int)
    case neg(Int)
  }
  private let matrices: [FieldMatrix]

  /// Throws where trace and AIR do not fit together.
  init(_ instance: AIRInstance) throws(TraceShapeError) {
    // The checker looks at the shape, so that the loops below need not.
    _ = try TraceChecker([instance])
    self.instance = instance
    height = instance.height
    var matrices: [FieldMatrix] = []
    var numbers: [TracePart: Int] = [:]
    for part in instance.air.width.parts {
      guard let matrix = instance[part] else { continue }
      numbers[part] = matrices.count
      matrices.append(matrix)
    }
    self.matrices = matrices
    steps = instance.air.dag.nodes.map { node in
      switch node {
      case .variable(let entry, let index):
        if let (part, offset) = instance.air.width.part(of: entry), let number = numbers[part] {
          .cell(matrix: number, part: part, column: index, offset: offset)
        } else {
          .value(instance.publicValues.indices.contains(index) ? instance.publicValues[index] : .zero)
        }
      case .isFirstRow: .first
      case .isLastRow: .last
      case .isTransition: .transition
      case .constant(let value): .value(value)
      case .add(let left, let right, _): .add(left, right)
      case .sub(let left, let right, _): .sub(left, right)
      case .mul(let left, let right, _): .mul(left, right)
      case .neg(let operand, _): .neg(operand)
      }
    }
  }

  var nodeCount: Int { steps.count }

  /// Rows on which a cell of `row` is seen: its own, and the one above where constraints read the next row.
  func rows(seeing row: Int) -> [Int] {
    let above = row == 0 ? height - 1 : row - 1
    return instance.air.needsRotation && above != row ? [above, row] : [row]
  }

  /// Calls `body` with the node values of at most `laneCount` lanes: node n of lane l is `values[n * laneCount + l]`.
  func evaluate<Result>(_ lanes: [RowLane], _ body: (UnsafeBufferPointer<BabyBear>) -> Result) -> Result {
    let width = Self.laneCount
    let lanes = lanes.prefix(width)
    return withUnsafeTemporaryAllocation(of: BabyBear.self, capacity: Swift.max(steps.count * width, 1)) { values in
      values.initialize(repeating: .zero)
      // SAFE: operands precede their users and columns exist, which the initialiser had checked; lanes stay below
      // `laneCount`, and `values` has that many cells for each node.
      guard let base = values.baseAddress else { return body(UnsafeBufferPointer(values)) }
      for (position, step) in steps.enumerated() {
        let target = base + position * width
        switch step {
        case .cell(let matrix, let part, let column, let offset):
          let cells = matrices[matrix].base + column * height
          for (lane, place) in lanes.enumerated() {
            let row = place.row + offset == height ? 0 : place.row + offset
            target[lane] = cells[row]
            for change in place.changes where change.row == row && change.column == column && change.part == part {
              target[lane] = change.value
            }
          }
        case .value(let value): for lane in 0..<width { target[lane] = value }
        case .first: for (lane, place) in lanes.enumerated() { target[lane] = place.row == 0 ? .one : .zero }
        case .last: for (lane, place) in lanes.enumerated() { target[lane] = place.row == height - 1 ? .one : .zero }
        case .transition:
          for (lane, place) in lanes.enumerated() { target[lane] = place.row == height - 1 ? .zero : .one }
        case .add(let left, let right):
          let (a, b) = (base + left * width, base + right * width)
          for lane in 0..<width { target[lane] = a[lane] + b[lane] }
        case .sub(let left, let right):
          let (a, b) = (base + left * width, base + right * width)
          for lane in 0..<width { target[lane] = a[lane] - b[lane] }
        case .mul(let left, let right):
          let (a, b) = (base + left * width, base + right * width)
          for lane in 0..<width { target[lane] = a[lane] * b[lane] }
        case .neg(let operand):
          let a = base + operand * width
          for lane in 0..<width { target[lane] = -a[lane] }
        }
      }
      return body(UnsafeBufferPointer(values))
    }
  }
}

/// What rows send and receive: counts by message.
struct BusContributions: Equatable, Sendable {
  struct Message: Hashable {
    var bus: UInt16
    var fields: [BabyBear]
  }

  private(set) var counts: [Message: BabyBear] = [:]

  /// Takes up the interactions of one lane. Look-ups in the host's tables are left out where the table has the
  /// entry: the host fills in how often each is looked up, so they balance whatever is asked for.
  /// Interactions on the bus `bus` are left out too.
  mutating func add(
    _ air: CompiledAIR, _ values: UnsafeBufferPointer<BabyBear>, lane: Int, ignoring bus: UInt16? = nil
  ) {
    for interaction in air.dag.interactions where interaction.busIndex != bus {
      let count = values[interaction.count * LaneEvaluator.laneCount + lane]
      guard count != .zero else { continue }
      let fields = interaction.message.map { values[$0 * LaneEvaluator.laneCount + lane] }
      if StandardTableEntry.exists(bus: interaction.busIndex, fields) { continue }
      add(Message(bus: interaction.busIndex, fields: fields), count)
    }
  }

  /// Takes up what others have sent.
  mutating func add(_ other: BusContributions) {
    for (message, count) in other.counts { add(message, count) }
  }

  private mutating func add(_ message: Message, _ count: BabyBear) {
    let sum = (counts[message] ?? .zero) + count
    counts[message] = sum == .zero ? nil : sum
  }
}
