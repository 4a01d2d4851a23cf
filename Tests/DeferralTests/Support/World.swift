import AIR
import Algebra
import Hashing

@testable import Deferral

/// An AIR of the standard set with a trace, to be forged and judged.
///
/// Tables are ideal: a look-up of something true is answered any number of times, any other message must cancel. On the
/// remaining buses `others` says what everybody else sends, which is what the trace is measured against.
struct World {
  struct Message: Hashable {
    var bus: UInt16
    var fields: [BabyBear]
  }

  /// Something that the AIR is to do without.
  enum Weakening: Hashable {
    case constraint(Int)
    case interaction(Int)
  }

  var air: CompiledAIR
  var trace: FieldMatrix
  var publicValues: [BabyBear]
  var others: [Message: BabyBear] = [:]

  /// `others` is what makes all buses balance that go to other AIRs.
  init(_ air: CompiledAIR, trace: FieldMatrix, publicValues: [BabyBear]) throws {
    self.air = air
    self.trace = trace
    self.publicValues = publicValues
    others = try findings().sent.filter { !Self.isTable($0.key.bus) && $0.key.bus != IOBus.node.index }.mapValues {
      -$0
    }
  }

  static func isTable(_ bus: UInt16) -> Bool {
    bus == StandardBus.poseidon2.index || bus == StandardBus.bytes.index
  }

  /// What is on a bus, as the rest of the world takes it.
  func taken(from bus: UInt16) -> [[BabyBear]: BabyBear] {
    var result: [[BabyBear]: BabyBear] = [:]
    for (message, count) in others where message.bus == bus { result[message.fields] = -count }
    return result
  }

  var weakenings: [Weakening] {
    air.dag.constraints.indices.map { .constraint($0) } + air.dag.interactions.indices.map { .interaction($0) }
  }

  func describe(_ weakening: Weakening) -> String {
    switch weakening {
    case .constraint(let index): air.constraintNames[index].joined(separator: ", ")
    case .interaction(let index): "interaction \(air.interactionNames[index])"
    }
  }

  func findings() throws -> Findings { try Findings(self) }

  /// The weakenings that nothing notices: the honest world is still accepted, and so is none of the forged ones. Also
  /// the forged worlds that tell nothing, as they are accepted anyway or rejected under every weakening.
  static func survivors(
    honest: World, _ forged: [(name: String, world: World)]
  ) throws -> (survivors: [String], useless: [String]) {
    let findings = try honest.findings()
    var useless = findings.isAccepted(without: nil) ? [] : ["honest: \(findings.description(in: honest))"]
    var remaining = honest.weakenings.filter { findings.isAccepted(without: $0) }
    for (name, world) in forged {
      let findings = try world.findings()
      let accepting = Set(world.weakenings.filter { findings.isAccepted(without: $0) })
      if accepting.isEmpty || findings.isAccepted(without: nil) {
        useless.append("\(name): \(findings.description(in: world))")
      } else {
        remaining.removeAll { accepting.contains($0) }
      }
    }
    return (remaining.map(honest.describe), useless)
  }
}

/// The failing constraints of a world and what it sends.
struct Findings {
  private var failing: Set<Int> = []
  /// By interaction.
  private var messages: [[World.Message: BabyBear]]
  private let others: [World.Message: BabyBear]

  init(_ world: World) throws {
    let dag = world.air.dag
    messages = Array(repeating: [:], count: dag.interactions.count)
    others = world.others
    let evaluator = try BlockEvaluator(
      AIRInstance(air: world.air, commonMain: world.trace, publicValues: world.publicValues))
    let size = BlockEvaluator.blockSize
    evaluator.forEachBlock(in: 0..<evaluator.blockCount) { rows, values in
      for lane in 0..<rows.count {
        for (index, node) in dag.constraints.enumerated() where values[node * size + lane] != 0 {
          failing.insert(index)
        }
        for (index, interaction) in dag.interactions.enumerated() {
          let count = values[interaction.count * size + lane]
          guard count != 0 else { continue }
          let fields = interaction.message.map { values[$0 * size + lane] }
          messages[index][World.Message(bus: interaction.busIndex, fields: fields), default: 0] += count
        }
      }
    }
  }

  /// Everything that the AIR's rows send, all interactions together.
  var sent: [World.Message: BabyBear] { sent(without: nil).filter { $0.value != 0 } }

  private func sent(without weakening: World.Weakening?) -> [World.Message: BabyBear] {
    var result: [World.Message: BabyBear] = [:]
    for (index, counts) in messages.enumerated() where weakening != .interaction(index) {
      result.merge(counts) { $0 + $1 }
    }
    return result
  }

  func isAccepted(without weakening: World.Weakening?) -> Bool {
    failing.allSatisfy { weakening == .constraint($0) } && unbalanced(without: weakening).isEmpty
  }

  private func unbalanced(without weakening: World.Weakening?) -> [World.Message: BabyBear] {
    others.merging(sent(without: weakening)) { $0 + $1 }.filter { $0.value != 0 && !Self.isTrue($0.key) }
  }

  func description(in world: World) -> String {
    let names = failing.sorted().map { world.describe(.constraint($0)) }
    return "\(names), buses \(Set(unbalanced(without: nil).keys.map(\.bus)).sorted())"
  }

  /// Whether a message is in the ideal table of its bus.
  private static func isTrue(_ message: World.Message) -> Bool {
    switch message.bus {
    case StandardBus.poseidon2.index:
      let result = permuted(Array(message.fields[..<16]))
      let half = message.fields[24] == 1 ? result[..<8] : message.fields[24] == 0 ? result[8...] : []
      return half.elementsEqual(message.fields[16..<24])
    case StandardBus.bytes.index:
      let fields = message.fields.map(\.canonical)
      guard fields[0] < 256, fields[1] < 256, fields[3] < 2 else { return false }
      return fields[2] == (fields[3] == 1 ? fields[0] ^ fields[1] : 0)
    default: return false
    }
  }
}

/// Rows of columns, and of more columns behind.
func rows<C: AIRColumns>(of trace: FieldMatrix, _ columns: C.Type) -> [C] where C.T == BabyBear {
  (0..<trace.height).map { C(trace, row: $0) }
}

func matrix<C: AIRColumns>(_ rows: [C]) -> FieldMatrix where C.T == BabyBear {
  let matrix = FieldMatrix(height: rows.count, width: C.width)
  for (row, columns) in rows.enumerated() {
    for (column, cell) in columns.cells.enumerated() { matrix[row: row, column: column] = cell }
  }
  return matrix
}
