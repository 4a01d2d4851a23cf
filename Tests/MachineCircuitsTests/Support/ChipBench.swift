import AIR
import Algebra
import CMachine
import Machine
import TestSupport

@testable import MachineCircuits

/// A change that makes an AIR weaker.
enum Weakening: Hashable {
  /// The constraint is not there.
  case constraint(Int)
  /// The interaction is not there.
  case interaction(Int)
  /// The range look-up takes one bit more.
  case wider(Int)
}

/// What becomes of a trace.
enum Verdict: Equatable {
  /// A constraint fails, a look-up misses, or what is received was sent by nobody.
  case rejected([String])
  /// Accepted, and it says what the honest trace says.
  case unchanged
  /// Accepted, and it says something else: the AIR is unsound.
  case broken(String)

  var isRejected: Bool { if case .rejected = self { true } else { false } }
  var isBroken: Bool { if case .broken = self { true } else { false } }
}

/// One instruction chip between an honest world: the program, the shared tables, and memory and execution buses on
/// which everything that the honest trace receives is sent, and nothing else at the same addresses.
///
/// A forged trace is *rejected* when a constraint does not vanish, a look-up is in no table, it receives a state or a
/// word that the honest world does not send, it goes on where no program has an instruction, or it receives a word at a
/// pointer that the memory boundary does not have: not a multiple of 4, or not below `2^29`. It is *unchanged* when it
/// has the same effect as the honest trace (a free cell), but for other times at which words were accessed before, as
/// long as those lie where honest ones do: in `pastTimes`, which `2^17` timestamps reach from every instruction of the
/// bench. Otherwise it is *broken*: it writes another result, jumps elsewhere, touches another address, or counts a
/// message other than once.
struct ChipBench<Chip: InstructionChip>: @unchecked Sendable {
  // SAFE: rows are plain cells.
  typealias Row = Chip.Row

  let air: CompiledAIR
  let program: Program
  /// The honest rows, with at least two rows of padding.
  let rows: [Row]
  /// The look-ups that the trace generator counted.
  let tally: LookupTally
  /// By row.
  private let honest: [Effect]
  /// Whether they violate nothing. A bench may also be of steps that the chip must not accept.
  private let isHonest: Bool
  /// All their messages that do not cancel.
  private let exactNet: [Effect.Key: BabyBear]
  /// The same, `timeless`.
  private var honestNet: [Effect.Key: BabyBear] = [:]
  /// Space and pointer of every word that they receive or send.
  private let knownAddresses: Set<[BabyBear]>
  /// Timestamps at which words may have been accessed before.
  private let pastTimes: ClosedRange<UInt32> = 80_000...190_000

  /// Runs `instructions`, each with its record. `pc`s and timestamps are given by the bench: the record needs `x`, `y`
  /// and `previous` only, and times where it matters (0 else). The program goes on with `following`, which is not run.
  init(_ chip: Chip, _ steps: [(Instruction, ExecutionRecord)], following: [Instruction] = []) {
    air = CompiledAIR(chip)
    let base: UInt32 = 0x0020_0800
    let program = Program(base: base, slots: steps.map(\.0) + following)
    self.program = program
    let records = steps.enumerated().map { index, step in
      var record = step.1
      record.pc = base + 4 * UInt32(index)
      record.timestamp = 200_000 + 16 * UInt32(index)
      let past = 100_000 + 16 * UInt32(index)
      if record.x_time == 0 { record.x_time = past }
      if record.y_time == 0 { record.y_time = past + 1 }
      if record.write_time == 0 { record.write_time = past + 2 }
      return record
    }
    let counts = LookupCounts()
    let filled = records.withUnsafeBufferPointer {
      Chip.trace($0, program: program, counts: counts, workers: Workers(1))
    }
    tally = counts.total()
    let height = (records.count + 2).paddedToPowerOfTwo
    let padding = [BabyBear](repeating: .zero, count: Row.width)
    rows = (0..<height).map { row in
      Row(cells: row < records.count ? (0..<filled.width).map { filled[row: row, column: $0] } : padding)
    }
    let (air, trace) = (air, Self.matrix(rows))
    honest = rows.indices.map { Effect(of: trace, row: $0, air: air, program: program, weakening: nil) }
    isHonest = honest.allSatisfy(\.violations.isEmpty)
    exactNet = Effect.net(honest)
    knownAddresses = Set(
      exactNet.keys.filter { $0.bus == MachineBus.memory.index }.map { Array($0.message.prefix(2)) })
    for (key, count) in exactNet { honestNet[timeless(key, count: count), default: .zero] += count }
  }

  /// What the honest trace says; `rejected` is a completeness bug.
  var honestVerdict: Verdict {
    let violations = honest.flatMap(\.violations)
    return violations.isEmpty ? .unchanged : .rejected(violations.map { describe($0) })
  }

  /// A word that an instruction leaves in memory.
  struct Written: Equatable {
    var space: UInt32
    var pointer: UInt32
    var word: UInt32
  }

  /// The words that the honest trace sends to memory, in order of time; words that are read are sent as well.
  var honestWrites: [Written] {
    let sent = exactNet.filter { $0.key.bus == MachineBus.memory.index && $0.value == 1 }
    let messages = sent.keys.map { $0.message.map(\.canonical) }.sorted { $0[6] < $1[6] }
    return messages.map { message in
      let word: UInt32 = (0..<4).reduce(0) { $0 | message[2 + $1] << UInt32(8 * $1) }
      return Written(space: message[0], pointer: message[1], word: word)
    }
  }

  /// Where the last honest instruction goes on: at the first one of `following`, unless it jumps.
  var endState: ExecutionState<BabyBear> {
    let cells = honest.flatMap(\.sentStates).last ?? [0, 0]
    return ExecutionState(pc: cells[0], timestamp: cells[1])
  }

  /// The honest rows with one more instruction, in the first row of padding: `row` is made from a copy of row
  /// `model`, and should start in `endState`.
  func continued(like model: Int = 0, _ row: (inout Row) -> Void) -> [Row] {
    forged { rows in
      let next = honest.count { !$0.sentStates.isEmpty }
      rows[next] = rows[model]
      row(&rows[next])
    }
  }

  /// The addresses at which the honest instructions go on, in order of time.
  var honestTargets: [UInt32] {
    honest.flatMap(\.sentStates).map { $0[0].canonical }
  }

  static func matrix(_ rows: [Row]) -> FieldMatrix {
    let trace = FieldMatrix(height: rows.count, width: Row.width)
    for (index, row) in rows.enumerated() {
      for (column, cell) in row.cells.enumerated() { trace[row: index, column: column] = cell }
    }
    return trace
  }

  /// What becomes of the forged rows, under the AIR or a weakened one.
  func verdict(of forged: [Row], under weakening: Weakening? = nil) -> Verdict {
    let (violations, surprise) = judge(forged, under: weakening)
    if !violations.isEmpty { return .rejected(violations.map { describe($0) }) }
    return surprise.map { .broken($0) } ?? .unchanged
  }

  /// Everything that is wrong with the forged rows, and what they say that the honest ones do not.
  private func judge(_ forged: [Row], under weakening: Weakening?) -> (violations: [Violation], surprise: String?) {
    let trace = Self.matrix(forged)
    let isSame = forged.indices.map { $0 < rows.count && Self.isEqual(rows[$0], forged[$0]) }
    // Rows without violations say the same under a weakening, unless it takes an interaction away.
    var affectsHonestRows = forged.count != rows.count || weakening != nil && !isHonest
    if case .interaction = weakening { affectsHonestRows = true }
    var violations: [Violation] = []
    // What the changed rows add to the buses.
    var change: [Effect.Key: BabyBear] = [:]
    for row in 0..<max(rows.count, forged.count) {
      let mayBeCured = weakening != nil && !honest[row].violations.isEmpty
      if !affectsHonestRows && !mayBeCured && isSame[row] && isSame[(row + 1) % forged.count] {
        violations += honest[row].violations
        continue
      }
      if row < rows.count { for (key, count) in honest[row].messages { change[key, default: .zero] -= count } }
      guard row < forged.count else { continue }
      let effect = Effect(of: trace, row: row, air: air, program: program, weakening: weakening)
      violations += effect.violations
      if let strange = effect.strangeCount { return (violations, strange) }
      for (key, count) in effect.messages { change[key, default: .zero] += count }
    }
    // Two rejections say all that anyone asks for.
    if Set(violations).count > 1 { return (violations, nil) }
    var surprise: String?
    let timelessChange = timeless(change)
    for key in honestNet.keys where timelessChange[key] == nil {
      if let violation = worldViolation(key, count: honestNet[key] ?? .zero) { violations.append(violation) }
    }
    for (key, difference) in timelessChange {
      let expectedCount = honestNet[key] ?? .zero
      let (found, expected) = ((expectedCount + difference).signed, expectedCount.signed)
      if let violation = worldViolation(key, count: expectedCount + difference) {
        violations.append(violation)
        continue
      }
      let isOnExecutions = key.bus == MachineBus.execution.index
      if isOnExecutions, min(found, expected) < 0 {
        violations.append(.environment("state \(key.message) counts \(found) instead of \(expected)"))
      } else if !isOnExecutions, found < min(expected, 0), knownAddresses.contains(Array(key.message.prefix(2))),
        key.message[6] == 0 || honestNet[Effect.Key(bus: key.bus, message: key.message.dropLast() + [0])] == nil
      {
        violations.append(.environment("word \(key.message) counts \(found) instead of \(expected)"))
      } else {
        surprise = surprise ?? "bus \(key.bus): \(key.message) counts \(found) instead of \(expected)"
      }
    }
    return (violations, surprise)
  }

  /// A word that is received where the memory boundary has none, or a state that is sent to where no program has an
  /// instruction.
  private func worldViolation(_ key: Effect.Key, count: BabyBear) -> Violation? {
    if key.bus == MachineBus.memory.index, count.signed < 0 {
      let pointer = key.message[1].canonical
      if pointer % 4 == 0, pointer < 1 << MachineLimits.pointerBits { return nil }
      return .environment("no word of memory is at \(key.message)")
    }
    if key.bus == MachineBus.execution.index, count.signed > 0 {
      let pc = key.message[0].canonical
      if pc % 4 == 0, pc < 1 << MachineLimits.pcBits { return nil }
      return .environment("no instruction is at \(key.message)")
    }
    return nil
  }

  private static func isEqual(_ a: Row, _ b: Row) -> Bool {
    withUnsafeBytes(of: a) { a in withUnsafeBytes(of: b) { b in a.elementsEqual(b) } }
  }

  /// A change of the messages that the honest trace sends, with time 0 for every word that is received from where
  /// honest times lie.
  private func timeless(_ change: [Effect.Key: BabyBear]) -> [Effect.Key: BabyBear] {
    var result: [Effect.Key: BabyBear] = [:]
    for (key, difference) in change where difference != .zero {
      let before = exactNet[key] ?? .zero
      result[timeless(key, count: before), default: .zero] -= before
      result[timeless(key, count: before + difference), default: .zero] += before + difference
    }
    return result.filter { $0.value != .zero }
  }

  private func timeless(_ key: Effect.Key, count: BabyBear) -> Effect.Key {
    guard key.bus == MachineBus.memory.index, count.signed < 0, pastTimes.contains(key.message[6].canonical) else {
      return key
    }
    return Effect.Key(bus: key.bus, message: key.message.dropLast() + [0])
  }

  private func describe(_ violation: Violation) -> String {
    switch violation {
    case .constraint(let index): air.constraintNames[index].joined(separator: ", ")
    case .interaction(let index): "\(air.interactionNames[index]): in no table"
    case .environment(let text): text
    }
  }

  /// The honest rows after a change.
  func forged(_ change: (inout [Row]) -> Void) -> [Row] {
    var forged = rows
    change(&forged)
    return forged
  }

  /// Every cell changed alone, and every pair of neighbouring cells changed as limbs are, in every row: the forgeries
  /// that need no thought.
  func simpleForgeries() -> [[Row]] {
    let deltas: [BabyBear] = [1, -1, 256, -256, 65536, -65536, -40_960, BabyBear(1 << 17), BabyBear(-(1 << 29))]
    var forgeries: [[Row]] = []
    func add(_ row: Int, _ change: (inout [BabyBear]) -> Void) {
      var cells = rows[row].cells
      change(&cells)
      var forged = rows
      forged[row] = Row(cells: cells)
      forgeries.append(forged)
    }
    for row in rows.indices {
      for column in 0..<Row.width {
        for delta in deltas { add(row) { $0[column] += delta } }
        guard column + 1 < Row.width else { continue }
        for sign in [BabyBear(1), -1] {
          add(row) {
            $0[column] += sign * 256
            $0[column + 1] -= sign
          }
        }
      }
    }
    return forgeries
  }

  /// Every weakening of the AIR.
  var weakenings: [Weakening] {
    air.dag.constraints.indices.map { .constraint($0) } + air.dag.interactions.indices.map { .interaction($0) }
      + air.dag.interactions.indices.filter { air.dag.interactions[$0].busIndex == MachineBus.range.index }
      .map { .wider($0) }
  }

  func name(of weakening: Weakening) -> String {
    switch weakening {
    case .constraint(let index): "without constraint " + air.constraintNames[index].joined(separator: ", ")
    case .interaction(let index): "without interaction \(air.interactionNames[index])"
    case .wider(let index): "one bit more for \(air.interactionNames[index])"
    }
  }

  /// The weakenings that no forgery notices: neither does the honest trace stop to balance, nor is a forgery that the
  /// AIR rejects for nothing else accepted with another effect.
  ///
  /// A bench of instructions that must not be provable has honest rows that are rejected; a weakening under which they
  /// are accepted is noticed.
  func survivors(_ forgeries: [[Row]]) -> [String] {
    let isProvable = verdict(of: rows) == .unchanged
    var noticed = Set(
      weakenings.filter { weakening in
        let verdict = verdict(of: rows, under: weakening)
        return isProvable ? verdict != .unchanged : !verdict.isRejected
      })
    for forged in forgeries {
      let violations = Set(judge(forged, under: nil).violations)
      guard violations.count == 1, let only = violations.first else { continue }
      let candidates: [Weakening] =
        switch only {
        case .constraint(let index): [.constraint(index)]
        case .interaction(let index): [.interaction(index), .wider(index)]
        case .environment: []
        }
      for weakening in candidates where !noticed.contains(weakening) && verdict(of: forged, under: weakening).isBroken {
        noticed.insert(weakening)
      }
    }
    return weakenings.filter { !noticed.contains($0) }.map(name)
  }
}

/// Why a row does not hold.
private enum Violation: Hashable {
  case constraint(Int)
  /// A look-up of something that is in no table.
  case interaction(Int)
  /// Something is received that the honest world does not send.
  case environment(String)
}

/// What a row does: what is wrong with it by itself, and what it puts on the buses.
private struct Effect {
  struct Key: Hashable {
    var bus: UInt16
    var message: [BabyBear]
  }

  var violations: [Violation] = []
  /// A message that counts neither 0 nor once.
  var strangeCount: String?
  /// Execution and memory bus.
  var messages: [(key: Key, count: BabyBear)] = []
  /// `(pc, timestamp)` after the instruction.
  var sentStates: [[BabyBear]] = []

  init(of trace: FieldMatrix, row: Int, air: CompiledAIR, program: Program, weakening: Weakening?) {
    let values = RowValues(air, trace: trace, row: row)
    for (index, value) in values.constraints.enumerated()
    where value != .zero && weakening != .constraint(index) {
      violations.append(.constraint(index))
    }
    for sent in values.interactions where sent.count != .zero && weakening != .interaction(sent.interaction) {
      let name = "row \(row): \(air.interactionNames[sent.interaction])"
      if sent.count != 1, sent.count != -1 { strangeCount = "\(name) counts \(sent.count)" }
      if sent.bus == MachineBus.execution.index, sent.count == 1 { sentStates.append(sent.message) }
      let isLookUp = [MachineBus.range, MachineBus.bytes, MachineBus.program].contains { $0.index == sent.bus }
      guard isLookUp else {
        messages.append((Key(bus: sent.bus, message: sent.message), sent.count))
        if sent.bus == MachineBus.memory.index, sent.count == -1, !Self.isOfBoundary(pointer: sent.message[1]) {
          violations.append(.environment("no word of memory is at \(sent.message)"))
        }
        continue
      }
      if sent.count == -1 { strangeCount = "\(name) counts -1" }
      let extraBits: UInt32 = weakening == .wider(sent.interaction) ? 1 : 0
      if !Self.isInTable(sent, program: program, extraBits: extraBits) {
        violations.append(.interaction(sent.interaction))
      }
    }
  }

  /// The messages of all rows that do not cancel.
  static func net(_ effects: [Effect]) -> [Key: BabyBear] {
    var net: [Key: BabyBear] = [:]
    for effect in effects {
      for (key, count) in effect.messages { net[key, default: .zero] += count }
    }
    return net.filter { $0.value != .zero }
  }

  /// Whether the memory boundary may have a word at the pointer.
  private static func isOfBoundary(pointer: BabyBear) -> Bool {
    pointer.canonical % 4 == 0 && pointer.canonical < 1 << MachineLimits.pointerBits
  }

  private static func isInTable(_ sent: RowValues.Sent, program: Program, extraBits: UInt32) -> Bool {
    let message = sent.message.map(\.canonical)
    switch sent.bus {
    case MachineBus.range.index:
      return message[1] <= UInt32(MachineLimits.nearBits) && message[0] >> (message[1] + extraBits) == 0
    case MachineBus.bytes.index:
      guard message[0] < 256, message[1] < 256, message[3] < 2 else { return false }
      return message[2] == (message[3] == 1 ? message[0] ^ message[1] : 0)
    default:
      guard let instruction = program[message[0]] else { return false }
      return Array(sent.message.dropFirst()) == (0..<8).map { instruction.cells[$0] }
    }
  }
}
