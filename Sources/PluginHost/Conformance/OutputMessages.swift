import AIR
import Algebra

/// What an AIR sends to the host as words of outputs, and which cells stand behind each byte.
struct OutputMessages {
  struct Message {
    var row: Int
    var interaction: Interaction
    var word: Int
    var bytes: [BabyBear]
  }

  let evaluator: LaneEvaluator
  private(set) var messages: [Message] = []

  /// Looks at all rows, until there are enough messages.
  init(_ evaluator: LaneEvaluator, limit: Int = 64) {
    self.evaluator = evaluator
    let air = evaluator.instance.air
    let interactions = air.dag.interactions.filter { $0.busIndex == StandardBus.output.index && $0.message.count == 10 }
    for start in stride(from: 0, to: evaluator.instance.height, by: LaneEvaluator.laneCount)
    where messages.count < limit {
      let rows = start..<min(start + LaneEvaluator.laneCount, evaluator.instance.height)
      let found = evaluator.evaluate(rows.map { RowLane(row: $0, changes: []) }) { values in
        rows.flatMap { row in
          interactions.compactMap { Self.message(of: $0, row: row, lane: row - start, values) }
        }
      }
      messages += found
    }
  }

  private static func message(
    of interaction: Interaction, row: Int, lane: Int, _ values: UnsafeBufferPointer<BabyBear>
  ) -> Message? {
    func value(_ node: Int) -> BabyBear { values[node * LaneEvaluator.laneCount + lane] }
    guard value(interaction.count) != .zero else { return nil }
    let fields = interaction.message.map(value)
    return Message(
      row: row, interaction: interaction, word: Int(fields[1].canonical), bytes: Array(fields[2...]))
  }

  /// Main cells that a byte of a message depends on, each with other values: the least bit changed, the next number.
  func cells(behind byte: Int, of message: Message) -> [CellChange] {
    let instance = evaluator.instance
    let variables = instance.air.variables(of: message.interaction.message[2 + byte], limit: 16)
    var changes: [CellChange] = []
    for variable in variables {
      guard let (part, offset) = instance.air.width.part(of: variable.entry), part == .commonMain else { continue }
      let row = (message.row + offset) % instance.height
      let old = instance.commonMain[row: row, column: variable.index]
      for value in Set([BabyBear(old.canonical ^ 1), old + .one]) {
        changes.append(CellChange(part: part, row: row, column: variable.index, value: value))
      }
    }
    return changes
  }

  /// A byte of a message after a change that leaves the rest of it alone; nil where it is none, or the same.
  func byte(_ byte: Int, of message: Message, after change: CellChange) -> UInt8? {
    let air = evaluator.instance.air
    let lanes = [[], [change]].map { RowLane(row: message.row, changes: $0) }
    return evaluator.evaluate(lanes) { values in
      func value(_ node: Int, _ lane: Int) -> BabyBear { values[node * LaneEvaluator.laneCount + lane] }
      for interaction in air.dag.interactions where interaction.busIndex == StandardBus.output.index {
        guard value(interaction.count, 0) == value(interaction.count, 1) else { return nil }
        for (place, node) in interaction.message.enumerated()
        where value(node, 0) != value(node, 1) && !(interaction == message.interaction && place == 2 + byte) {
          return nil
        }
      }
      let node = message.interaction.message[2 + byte]
      let (before, after) = (value(node, 0), value(node, 1))
      return before != after && after.canonical < 256 ? UInt8(after.canonical) : nil
    }
  }
}
