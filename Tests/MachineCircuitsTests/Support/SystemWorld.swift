import AIR
import Algebra
import Hashing
import Machine

@testable import MachineCircuits

/// All traces of a segment, to be forged and judged.
///
/// The shared tables are ideal: on a look-up bus a message may count any number of times if it is true, and must cancel
/// otherwise, which is what a good table with free counts does. On the other buses every message must cancel.
struct SystemWorld {
  struct Part {
    var air: CompiledAIR
    var cached: [FieldMatrix] = []
    var trace: FieldMatrix
    var publicValues: [BabyBear] = []
  }

  /// Something that an AIR of the world is to do without.
  enum Weakening: Hashable {
    case constraint(String, Int)
    case interaction(String, Int)
  }

  /// By AIR name.
  var parts: [String: Part]
  /// What the ideal program table holds.
  var program: Program
  /// What rows do that are not written out: messages with their counts.
  var others: [Findings.Message: BabyBear] = [:]

  /// The honest world.
  init(_ records: SmallSegment, memory: [WordAddress: UInt32] = [:]) {
    self.init(records, tree: MemoryTree(SmallSegment.leaves(memory)))
  }

  init(_ records: some SegmentRecords, tree: MemoryTree) {
    var tree = tree
    let counts = LookupCounts()
    var parts: [String: Part] = [:]
    let additions = records.records(of: .addImmediate)
    if !additions.isEmpty {
      parts["AddImmediateAIR"] = Part(
        air: CompiledAIR(AddImmediateAIR()),
        trace: AddImmediateAIR.trace(additions, program: records.program, counts: counts, workers: Workers(1)))
    }
    let traces = SystemTraces(records, tree: &tree, counts: counts)
    parts["ConnectorAIR"] = Part(
      air: CompiledAIR(ConnectorAIR()), trace: traces.connector, publicValues: traces.connectorPublicValues)
    parts["PersistentBoundaryAIR"] = Part(air: CompiledAIR(PersistentBoundaryAIR()), trace: traces.boundary)
    parts["MemoryMerkleAIR"] = Part(
      air: CompiledAIR(MemoryMerkleAIR()), trace: traces.merkle, publicValues: traces.merklePublicValues)
    if let hints = traces.hintStore { parts["HintStoreAIR"] = Part(air: CompiledAIR(HintStoreAIR()), trace: hints) }
    if let trace = traces.refresh { parts["RefreshAIR"] = Part(air: CompiledAIR(RefreshAIR()), trace: trace) }
    if let trace = traces.phantom { parts["PhantomAIR"] = Part(air: CompiledAIR(PhantomAIR()), trace: trace) }
    self.parts = parts
    program = records.program
    self.traces = traces
  }

  let traces: SystemTraces

  /// The same with the real tables, for the trace checker and the prover. The compressions are those that are looked
  /// up, forged or not.
  func instances() -> [AIRInstance] {
    var requests = PermutationRequests()
    for (message, count) in findings().net(on: MachineBus.compression.index) {
      requests.add(InnerDigest(message[..<8]), InnerDigest(message[8..<16]), count: count.canonical)
    }
    let tables: [(any AIR, FieldMatrix?)] = [
      (
        Poseidon2AIR(.compressions(MachineBus.compression)),
        Poseidon2Trace.make(requests, for: .compressions(MachineBus.compression), workers: Workers(1))
      ), (BitwiseAIR(), traces.bytes),
      (VariableRangeAIR(), traces.range),
    ]
    return parts.sorted { $0.key < $1.key }.map { _, part in
      AIRInstance(
        air: part.air, cachedMains: part.cached, commonMain: part.trace, publicValues: part.publicValues)
    } + [
      AIRInstance(
        air: CompiledAIR(ProgramAIR()), cachedMains: [ProgramTrace.cached(program)], commonMain: traces.program)
    ] + tables.compactMap { air, trace in trace.map { AIRInstance(air: compile(air), commonMain: $0) } }
  }

  private func compile(_ air: some AIR) -> CompiledAIR { CompiledAIR(air) }

  // MARK: Forging

  /// Changes the rows of a part.
  mutating func forge<C: AIRColumns>(
    _ name: String, _ columns: C.Type, _ change: (inout [C]) -> Void
  ) where C.T == BabyBear {
    guard let trace = parts[name]?.trace else { return }
    var rows = (0..<trace.height).map { row in C(cells: (0..<trace.width).map { trace[row: row, column: $0] }) }
    change(&rows)
    let forged = FieldMatrix(height: rows.count, width: C.width)
    for (row, columns) in rows.enumerated() {
      for (column, cell) in columns.cells.enumerated() { forged[row: row, column: column] = cell }
    }
    parts[name]?.trace = forged
  }

  func forged(_ change: (inout SystemWorld) -> Void) -> SystemWorld {
    var world = self
    change(&world)
    return world
  }

  // MARK: Judging

  /// What is wrong with the world.
  func findings() -> Findings { Findings(self) }

  /// The weakenings of the part.
  func weakenings(of name: String) -> [Weakening] {
    guard let dag = parts[name]?.air.dag else { return [] }
    return dag.constraints.indices.map { .constraint(name, $0) }
      + dag.interactions.indices.map { .interaction(name, $0) }
  }

  func describe(_ weakening: Weakening) -> String {
    switch weakening {
    case .constraint(let name, let index):
      "\(name) without constraint \(parts[name]?.air.constraintNames[index].joined(separator: ", ") ?? "?")"
    case .interaction(let name, let index):
      "\(name) without interaction \(parts[name]?.air.interactionNames[index] ?? "?")"
    }
  }

  /// The weakenings of a part that nothing notices: the honest world is still accepted, and none of the forged worlds,
  /// each of which says something false, is accepted. Also the forged worlds that are accepted by the AIRs as they are,
  /// or by all but more than one weakening, which tells nothing.
  func survivors(of name: String, _ worlds: [(String, SystemWorld)]) -> (survivors: [String], useless: [String]) {
    let honest = findings()
    var remaining = Set(weakenings(of: name).filter { honest.isAccepted(without: [$0]) })
    var useless: [String] = honest.isAccepted(without: []) ? [] : ["honest: \(honest.description)"]
    for (title, forged) in worlds {
      let findings = forged.findings()
      let accepting = weakenings(of: name).filter { findings.isAccepted(without: [$0]) }
      if findings.isAccepted(without: []) || accepting.isEmpty {
        useless.append("\(title): \(findings.description)")
      }
      remaining.subtract(accepting)
    }
    return (weakenings(of: name).filter { remaining.contains($0) }.map(describe), useless)
  }
}

/// The failing constraints of a world and all that is on its buses.
struct Findings {
  struct Message: Hashable {
    var bus: UInt16
    var fields: [BabyBear]
  }

  var failing: Set<SystemWorld.Weakening> = []
  /// By interaction, then by message.
  var messages: [SystemWorld.Weakening: [Message: BabyBear]] = [:]
  let program: Program
  private let others: [Message: BabyBear]
  private let truths: [Message: Bool]
  private let names: [SystemWorld.Weakening: String]

  init(_ world: SystemWorld) {
    program = world.program
    var failing: Set<SystemWorld.Weakening> = []
    var messages: [SystemWorld.Weakening: [Message: BabyBear]] = [:]
    for (name, part) in world.parts {
      for row in 0..<part.trace.height {
        let values = RowValues(
          part.air, trace: part.trace, cached: part.cached, publicValues: part.publicValues, row: row)
        for (index, value) in values.constraints.enumerated() where value != .zero {
          failing.insert(.constraint(name, index))
        }
        for sent in values.interactions where sent.count != .zero {
          messages[.interaction(name, sent.interaction), default: [:]][
            Message(bus: sent.bus, fields: sent.message), default: .zero] += sent.count
        }
      }
    }
    var truths: [Message: Bool] = [:]
    for message in messages.values.flatMap(\.keys) + world.others.keys where truths[message] == nil {
      truths[message] = Self.isTrue(message, program: world.program)
    }
    self.failing = failing
    self.messages = messages
    others = world.others
    self.truths = truths
    names = Dictionary(
      uniqueKeysWithValues: world.parts.keys.flatMap { world.weakenings(of: $0) }.map { ($0, world.describe($0)) })
  }

  func isAccepted(without weakenings: Set<SystemWorld.Weakening>) -> Bool {
    failing.isSubset(of: weakenings) && unbalanced(without: weakenings).isEmpty
  }

  func unbalanced(without weakenings: Set<SystemWorld.Weakening>) -> [Message: BabyBear] {
    var net = others
    for (interaction, counts) in messages where !weakenings.contains(interaction) {
      for (message, count) in counts { net[message, default: .zero] += count }
    }
    return net.filter { $0.value != .zero && truths[$0.key] != true }
  }

  /// The messages on a bus with their counts, all interactions together.
  func net(on bus: UInt16) -> [[BabyBear]: BabyBear] {
    var net: [[BabyBear]: BabyBear] = [:]
    for counts in messages.values {
      for (message, count) in counts where message.bus == bus { net[message.fields, default: .zero] += count }
    }
    return net
  }

  /// The names of failing constraints, and the buses that do not balance.
  var description: [String] {
    failing.compactMap { names[$0] }.sorted() + Set(unbalanced(without: []).keys.map { "bus \($0.bus)" }).sorted()
  }

  /// Whether a message is in the ideal table of its bus.
  private static func isTrue(_ message: Message, program: Program) -> Bool {
    let fields = message.fields.map(\.canonical)
    switch message.bus {
    case MachineBus.range.index:
      return fields[1] <= UInt32(MachineLimits.nearBits) && fields[0] >> fields[1] == 0
    case MachineBus.bytes.index:
      guard fields[0] < 256, fields[1] < 256, fields[3] < 2 else { return false }
      return fields[2] == (fields[3] == 1 ? fields[0] ^ fields[1] : 0)
    case MachineBus.program.index:
      guard let instruction = program[fields[0]] else { return false }
      return Array(message.fields.dropFirst()) == (0..<8).map { instruction.cells[$0] }
    case MachineBus.compression.index:
      let (left, right) = (InnerDigest(message.fields[..<8]), InnerDigest(message.fields[8..<16]))
      return InnerConfiguration.compress(left, right) == InnerDigest(message.fields[16...])
    case MachineBus.deferralHash.index:
      let halves = DeferralSponge.absorb(
        InnerDigest(message.fields[..<8]), capacity: InnerDigest(message.fields[8..<16]))
      guard fields[24] < 2 else { return false }
      return InnerDigest(message.fields[16..<24]) == (fields[24] == 1 ? halves.digest : halves.capacity)
    default: return false
    }
  }
}
