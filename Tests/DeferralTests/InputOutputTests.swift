import AIR
import Algebra
import Hashing
import MachineCircuits
import MachineVerifier
import Testing

@testable import Deferral

/// The AIR of inputs and outputs on its own: forged traces that each of its rules stops.
@Suite struct InputOutputTests {
  typealias Row = InputOutputColumns<BabyBear>
  static let index = 7

  // MARK: Worlds

  static func honestRows(_ calls: [DeferralJob.Call]) -> [Row] {
    let trace = InputOutputTrace(calls, index: index, counts: LookupCounts(), workers: Workers(1))
    return rows(of: trace.matrix, Row.self)
  }

  /// The world of `rows`: results are computed again, unless told otherwise, so that only what is said about the rows
  /// can be wrong; public values are the digests of the last rows.
  static func world(_ rows: [Row], isBatch: Bool, rehashes: Bool = true) throws -> World {
    let rows = rehashes ? rehashed(rows) : rows
    var publicValues: [BabyBear] = []
    if !isBatch {
      func digest(_ flag: (Row) -> BabyBear) -> [BabyBear] {
        rows.last { $0.isLast == 1 && flag($0) == 1 }?.result.elements ?? Array(repeating: 99, count: 8)
      }
      publicValues = digest(\.isInput) + digest(\.isOutput) + [BabyBear(index)]
    }
    return try World(
      CompiledAIR(InputOutputAIR(index: index, isBatch: isBatch)), trace: matrix(rows), publicValues: publicValues)
  }

  /// The rows with the halves of the permutations that they look up.
  static func rehashed(_ rows: [Row]) -> [Row] {
    var rows = rows
    for i in rows.indices where rows[i].isActive != 0 {
      let kept = rows[(i + rows.count - 1) % rows.count].result.elements.map { $0 * rows[i].isWord }
      let result = permuted(rows[i].cells.elements + kept)
      rows[i].result = InnerDigest(rows[i].isLast == 0 ? result[8...] : result[..<8]).cells
    }
    return rows
  }

  /// Whether a world tells the truth: lengths and words are those of calls from 0 on, and the digests are theirs.
  static func isTrue(_ world: World) -> Bool {
    let lengths = world.taken(from: StandardBus.length.index)
    var calls: [DeferralJob.Call] = []
    for number in 0..<lengths.count {
      guard let message = lengths.first(where: { $0.key[0] == BabyBear(number) }), message.value == 1 else {
        return false
      }
      let (inputBytes, outputBytes) = (Int(message.key[1].canonical), Int(message.key[2].canonical))
      guard inputBytes < 1 << 20, outputBytes < 1 << 20 else { return false }
      func words(_ bus: UInt16, count: Int, sign: BabyBear) -> [UInt8]? {
        let taken = world.taken(from: bus).filter { $0.key[0] == BabyBear(number) }
        guard taken.count == (count + 7) / 8 else { return nil }
        var bytes: [UInt8] = []
        for word in 0..<taken.count {
          guard let message = taken.first(where: { $0.key[1] == BabyBear(word) }), message.value == sign else {
            return nil
          }
          for cell in message.key[2...] {
            guard let byte = UInt8(exactly: cell.canonical) else { return nil }
            bytes.append(byte)
          }
        }
        guard bytes[count...].allSatisfy({ $0 == 0 }) else { return nil }
        return Array(bytes[..<count])
      }
      guard outputBytes % 8 == 0, let input = words(StandardBus.input.index, count: inputBytes, sign: 1),
        let output = words(StandardBus.output.index, count: outputBytes, sign: -1)
      else { return false }
      calls.append(DeferralJob.Call(input: input, output: output))
    }
    let wordCount = calls.reduce(0) { $0 + ($1.input.count + 7) / 8 + $1.output.count / 8 }
    let taken = world.taken(from: StandardBus.input.index).count + world.taken(from: StandardBus.output.index).count
    guard wordCount == taken else { return false }

    let digests = calls.map { call in
      (
        UnfoldedInputCommit(index: index, bytes: call.input).digest,
        OutputCommit(index: index, bytes: call.output).digest
      )
    }
    if world.publicValues.isEmpty {
      var expected: [[BabyBear]: BabyBear] = [:]
      for (number, (input, output)) in digests.enumerated() {
        expected[[BabyBear(number), 0] + input.elements] = 1
        expected[[BabyBear(number), 1] + output.elements] = 1
      }
      return world.taken(from: IOBus.commit.index) == expected
    }
    guard digests.count == 1 else { return false }
    return world.publicValues == digests[0].0.elements + digests[0].1.elements + [BabyBear(index)]
  }

  /// Two calls with words on both sides, fill in the first one, and rows of padding.
  static let calls = [Increment.call(13, seed: 1), Increment.call(8, seed: 2)]
  // Rows of the first call: input 0 to 2, output 3 to 5.
  static let first = [calls[0]]

  static func forge(
    _ calls: [DeferralJob.Call], isBatch: Bool, rehashes: Bool = true, _ change: (inout [Row]) -> Void
  ) throws -> World {
    var rows = honestRows(calls)
    change(&rows)
    return try world(rows, isBatch: isBatch, rehashes: rehashes)
  }

  /// Rows padded to a power of two, from 2 on.
  static func padded(_ rows: [Row]) -> [Row] {
    var padding = Row.zero
    padding.call = rows.last?.call ?? 0
    return rows + Array(repeating: padding, count: max(rows.count, 2).paddedToPowerOfTwo - rows.count)
  }

  /// Forgeries of circuits for single calls and for batches.
  static func common(isBatch: Bool) throws -> [(name: String, world: World)] {
    var worlds: [(name: String, world: World)] = []
    func add(
      _ name: String, _ calls: [DeferralJob.Call] = first, rehashes: Bool = true, _ change: (inout [Row]) -> Void
    ) throws {
      worlds.append((name, try forge(calls, isBatch: isBatch, rehashes: rehashes, change)))
    }
    try add("end of nothing, and a header of nothing that takes back a look-up", [Increment.call(8)]) { rows in
      rows.append(contentsOf: Array(repeating: Row.zero, count: 4))
      (rows[4].isLast, rows[4].block, rows[4].length) = (1, -1, -8)
      (rows[5].isHeader, rows[5].length) = (1, -8)
      (rows[5].cells[0], rows[5].cells[1]) = (BabyBear(index), -8)
      rows[3].cells = [BabyBear(index), -8, 0, 0, 0, 0, 0, 0]
    }
    try add("words between input and output left out") { rows in
      rows = padded([rows[0]] + rows[3...5])
    }
    try add("input goes over into the output") { rows in
      rows[2] = rows[4]
      (rows[2].block, rows[2].length, rows[2].isLast) = (2, 16, 1)
      rows[0].length = 16
      rows[0].cells[1] = 16
      rows[1].length = 16
      rows = padded(Array(rows[...2]))
    }
    try add("input without output") { rows in
      rows = padded(Array(rows[...2]))
    }
    try add("two outputs") { rows in
      rows = padded(Array(rows[...5]) + Array(rows[3...5]))
    }
    try add("words are numbered from elsewhere") { rows in
      for i in 0...2 {
        rows[i].block += 3
        rows[i].length += 24
      }
      rows[0].cells[1] += 24
    }
    try add("a number of a word is left out") { rows in
      rows[2].block += 3
      for i in 0...2 { rows[i].length += 24 }
      rows[0].cells[1] += 24
    }
    try add("another length in the header than at the end") { rows in
      rows[0].length = 999
      rows[0].cells[1] = 999
    }
    try add("wrong length") { rows in
      for i in 0...2 { rows[i].length = 999 }
      rows[0].cells[1] = 999
    }
    try add("length hashed that is not the length") { rows in rows[0].cells[1] = 999 }
    try add("another index") { rows in rows[0].cells[0] += 1 }
    try add("another index of the output") { rows in rows[3].cells[0] += 1 }
    try add("input hashed as an output") { rows in rows[0].cells[2] = 0 }
    for i in 3..<8 { try add("header with more in it \(i)") { rows in rows[0].cells[i] = 5 } }

    // Fill: the last word of the input has 5 bytes and 3 of fill, from byte 5 on.
    for i in 0..<7 {
      try add("fill that is neither 0 nor 1, \(i)") { rows in
        rows[2].isFill = .init(repeating: 0)
        for j in i..<7 {
          rows[2].isFill[j] = 1
          rows[2].cells[j + 1] = 0
        }
        rows[2].isFill[i] = -20
        let length = 16 - rows[2].isFill.elements.sum()
        for j in 0...2 { rows[j].length = length }
        rows[0].cells[1] = length
      }
      if i < 6 {
        try add("fill that does not go to the end \(i)") { rows in
          rows[2].isFill = .init(repeating: 0)
          rows[2].isFill[i] = 1
          for j in 0..<8 { rows[2].cells[j] = j == i + 1 ? 0 : 9 }
          for j in 0...2 { rows[j].length = 15 }
          rows[0].cells[1] = 15
        }
      }
      try add("fill that is not zero \(i)") { rows in
        rows[2].isFill = .init(repeating: 0)
        for j in i..<7 {
          rows[2].isFill[j] = 1
          rows[2].cells[j + 1] = j == i ? 7 : 0
        }
        let length = BabyBear(8 + i + 1)
        for j in 0...2 { rows[j].length = length }
        rows[0].cells[1] = length
      }
    }
    try add("fill in an output") { rows in
      rows[5].isFill[6] = 1
      rows[5].cells[7] = 0
      for i in 3...5 { rows[i].length = 15 }
      rows[3].cells[1] = 15
    }
    try add("fill in a header", [Increment.call(0)]) { rows in
      rows[0].isFill[6] = 1
      rows[0].length = -1
      rows[0].cells[1] = -1
    }

    try add("any digest", rehashes: false) { rows in rows[2].result[3] += 1 }
    try add("capacity half as digest", rehashes: false) { rows in
      let state = rows[2].cells.elements + rows[1].result.elements
      rows[2].result = InnerDigest(permuted(state)[8...]).cells
    }
    for i in 0..<8 {
      try add("input byte that is none \(i)") { rows in rows[1].cells[i] = 256 + BabyBear(i) }
      try add("output byte that is none \(i)") { rows in rows[4].cells[i] = -1 }
    }
    return worlds
  }

  static func singleOnly() throws -> [(name: String, world: World)] {
    var worlds: [(name: String, world: World)] = []
    worlds.append(
      ("another call number", try forge(first, isBatch: false) { rows in for i in rows.indices { rows[i].call = 1 } }))
    worlds.append(("two calls", try forge([first[0], first[0]], isBatch: false) { _ in }))
    worlds.append(
      (
        "the call twice",
        try forge([first[0], first[0]], isBatch: false) { rows in for i in rows.indices { rows[i].call = 0 } }
      ))
    for i in 0..<17 {
      var world = try forge(first, isBatch: false) { _ in }
      world.publicValues[i] += 1
      worlds.append(("another public value \(i)", world))
    }
    return worlds
  }

  static func batchOnly() throws -> [(name: String, world: World)] {
    var worlds: [(name: String, world: World)] = []
    func add(
      _ name: String, _ calls: [DeferralJob.Call] = calls, rehashes: Bool = true, _ change: (inout [Row]) -> Void
    ) throws {
      worlds.append((name, try forge(calls, isBatch: true, rehashes: rehashes, change)))
    }
    try add("skipped call") { rows in for i in 6..<rows.count { rows[i].call = 2 } }
    try add("repeated call", [calls[0], calls[0]]) { rows in for i in 6..<rows.count { rows[i].call = 0 } }
    try add("calls from 3 on") { rows in for i in rows.indices { rows[i].call += 3 } }
    try add("starts with an output", [Increment.call(0), Increment.call(0)]) { rows in
      rows = [rows[1], rows[2]]
    }
    try add("starts with a word, of what began at the end") { rows in
      // Call 0 is the last word of an input and an empty output, call 1 the header and the first word of that input.
      let (head, output) = (rows[0], rows[3])
      rows = [rows[2], output, head, rows[1]]
      (rows[1].isLast, rows[1].length, rows[1].cells[1]) = (1, 0, 0)
      for i in [2, 3] { rows[i].call = 1 }
    }
    return worlds
  }

  // MARK: Tests

  @Test(arguments: [false, true])
  func everyWeakeningIsNoticed(isBatch: Bool) throws {
    let honest = try Self.world(Self.honestRows(isBatch ? Self.calls : Self.first), isBatch: isBatch)
    let isTrue = Self.isTrue(honest)
    #expect(isTrue)
    let worlds = try Self.common(isBatch: isBatch) + (isBatch ? Self.batchOnly() : Self.singleOnly())
    #expect(worlds.filter { Self.isTrue($0.world) }.map(\.name) == [])
    let (survivors, useless) = try World.survivors(honest: honest, worlds)
    #expect(useless == [])
    // Said to follow from the other rules; for single calls the first row does too, since only there a call may begin.
    let flags = [
      "isInput is boolean", "isOutput is boolean", "input or output", "isHeader is boolean", "isLast is boolean",
    ]
    #expect(survivors == flags + (isBatch ? [] : ["first row is a header", "first row is of an input"]))
  }
}
