import AIR
import Algebra
import Hashing
import Machine
import Testing

@testable import MachineCircuits

/// OUTPUT and the blocks that it writes.
@Suite struct DeferralOutputTests {
  typealias World = DeferralWorld
  static let name = "DeferralOutputAIR"
  static let blockName = "DeferralBlockAIR"
  static let index = 5
  static let bytes: [BabyBear] = (0..<24).map { BabyBear(11 * $0) }

  /// The commitment to cells that may be any.
  static func commit(_ bytes: [BabyBear], length: BabyBear? = nil, header: InnerDigest? = nil, index: Int = index)
    -> InnerDigest
  {
    let halves = DeferralSponge.absorb(
      InnerDigest([BabyBear(index), length ?? BabyBear(bytes.count)]), capacity: .init([]))
    var (digest, state) = (halves.digest, header ?? halves.capacity)
    for block in 0..<bytes.count / 8 {
      (digest, state) = DeferralSponge.absorb(InnerDigest(bytes[8 * block..<8 * block + 8]), capacity: state)
    }
    return digest
  }

  /// One OUTPUT, with what is told otherwise.
  static func world(
    _ bytes: [BabyBear] = bytes, key: [[BabyBear]]? = nil, length: [BabyBear]? = nil, header: InnerDigest? = nil,
    destination: UInt32 = World.destination, source: UInt32 = World.source, future: Int? = nil, high: BabyBear = 0
  ) -> World {
    var world = World(destination: destination, source: source)
    world.future = future
    let length = length ?? World.cells(UInt32(bytes.count))
    let key = key ?? World.words(commit(bytes, length: length.composed(base: 256), header: header))
    for (i, word) in (key + [length, [high, 0, 0, 0]]).enumerated() {
      world.initial[WordAddress(2, World.source + UInt32(4 * i))] = word
    }
    world.output(index: index, bytes: bytes, header: header)
    return world
  }

  static let honest = world().world

  /// Bytes whose commitment has an element `i` below 2^24 - 1, which has a second form with a top byte of 120.
  static func bytesWithSmallElement(_ i: Int) -> [BabyBear] {
    for attempt in 0..<100_000 as Range<UInt32> {
      let bytes = World.cells(attempt) + [0, 0, 0, 0]
      if commit(bytes).elements[i].canonical < 1 << 24 - 1 { return bytes }
    }
    return []
  }

  static var worlds: [(String, SystemWorld)] {
    let far = BabyBear.modulus
    var worlds: [(String, SystemWorld)] = [
      ("any header", world(header: InnerDigest([1, 2, 3])).world),
      ("destination beyond p", world(destination: far + World.destination).world),
      ("source beyond p", world(source: far + World.source).world),
      ("length beyond p", world(length: World.cells(far + 24)).world),
      ("counts twice and is taken back", DeferralRows.twice(honest, name, World.OutputRow.self)),
      ("not in the program", DeferralRows.notThere(world())),
    ]
    for i in 0..<8 {
      let bytes = bytesWithSmallElement(i)
      let key = DeferralCallTests.replacing(World.words(commit(bytes)), i, DeferralCallTests.other)
      worlds.append(("word \(i) is not canonical", world(bytes, key: key).world))
      let above = DeferralCallTests.replacing(World.words(commit(Self.bytes)), i, DeferralCallTests.other)
      worlds.append(("word \(i) is above p", world(key: above).world))
    }
    for access in 0..<12 { worlds.append(("access \(access) from the future", world(future: access).world)) }
    return worlds
  }

  @Test func everyWeakeningIsNoticed() {
    let result = Self.honest.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    #expect(result.survivors == [])
  }

  static var blockWorlds: [(String, SystemWorld)] {
    var worlds: [(String, SystemWorld)] = [
      ("counts twice and is taken back", DeferralRows.twice(honest, blockName, World.BlockRow.self)),
      ("any digest", anyDigest),
    ]
    for byte in 0..<8 {
      var bytes = bytes
      bytes[byte] += 256
      worlds.append(("byte \(byte) is none", world(bytes).world))
      worlds.append(("COMMIT changes byte \(byte)", DeferralCommitTests.changing(byte)))
    }
    for access in 12..<18 { worlds.append(("access \(access) from the future", world(future: access).world)) }
    return worlds
  }

  /// The last block's digest is what the key says, and no permutation.
  static var anyDigest: SystemWorld {
    let key = InnerDigest([1, 2, 3, 4, 5, 6, 7, 8])
    return world(key: World.words(key)).world.forged { world in
      world.forge(blockName, World.BlockRow.self) { $0[2].result = key.cells }
    }
  }

  @Test func everyWeakeningOfBlocksIsNoticed() {
    // With blocks that are written and blocks that are read.
    for honest in [Self.honest, DeferralCommitTests.honest] {
      let result = honest.survivors(of: Self.blockName, Self.blockWorlds)
      #expect(result.useless == [])
      #expect(result.survivors == [])
    }
  }
}

// Chapter 40, section 9.2.
extension DeferralOutputTests {
  static func findings(_ change: (inout [World.BlockRow]) -> Void) -> [String] {
    honest.forged { $0.forge(blockName, World.BlockRow.self, change) }.findings().description
  }

  @Test func acceptsOutputsOfAllLengths() {
    for count in [0, 8, 16, 80] {
      let bytes = (0..<count).map { BabyBear(3 * $0) }
      #expect(Self.world(bytes).world.findings().description == [])
    }
  }

  /// A key says more or fewer bytes than there are, or a number that is no multiple of 8.
  @Test func rejectsOtherLengths() {
    for length in [16, 17, 23, 25, 32, 0] as [UInt32] {
      // The commitment is to that length, and to these bytes.
      let findings = Self.world(length: World.cells(length)).world.findings().description
      #expect(findings.contains("bus \(MachineBus.deferralBlocks.index)"), "\(length)")
    }
    #expect(Self.world(high: 1).world.findings().description == ["bus \(MachineBus.memory.index)"])
    // The commitment is to 24 bytes, and the key says 16.
    let key = World.words(Self.commit(Self.bytes))
    #expect(Self.world(Array(Self.bytes[..<16]), key: key).world.findings().description != [])
  }

  @Test func rejectsOtherBytes() {
    var bytes = Self.bytes
    bytes[9] += 1
    // Memory and the blocks agree on a byte that the key does not have.
    let key = World.words(Self.commit(Self.bytes))
    #expect(Self.world(bytes, key: key).world.findings().description == ["bus \(MachineBus.deferralBlocks.index)"])
    // The byte is hashed as it should be, and memory gets another.
    #expect(
      Self.findings { rows in rows[1].bytes[0][1] += 1 } == [
        "bus \(MachineBus.memory.index)", "bus \(MachineBus.deferralHash.index)",
      ])
  }

  /// A key of another circuit.
  @Test func rejectsKeysOfOtherIndices() {
    let key = World.words(Self.commit(Self.bytes, index: Self.index + 1))
    #expect(Self.world(key: key).world.findings().description == ["bus \(MachineBus.deferralBlocks.index)"])
    let empty = World.words(Self.commit([], index: Self.index + 1))
    #expect(Self.world([], key: empty).world.findings().description == ["bus \(MachineBus.deferralBlocks.index)"])
  }

  /// Runs that begin in the middle, jump, change their place, end twice or not at all.
  @Test func rejectsBrokenRuns() {
    let zero = World.BlockRow(cells: Array(repeating: 0, count: World.BlockRow.width))
    let changes: [(inout [World.BlockRow]) -> Void] = [
      { $0[0] = zero }, { $0[1] = zero }, { $0[2] = zero }, { $0[1].position += 1 }, { $0[0].position = 1 },
      { $0[1].base += 8 }, { $0[1].start += 2 }, { $0[1].isWrite = 0 }, { $0[1].isLast = 1 }, { $0[2].isLast = 0 },
      { $0[3] = $0[2] }, { $0[1].state[0] += 1 }, { $0[1].isLast = 2 }, { $0[2].isWrite = 2 },
    ]
    for (number, change) in changes.enumerated() { #expect(Self.findings(change) != [], "\(number)") }
  }

  /// The order of rows means nothing.
  @Test func acceptsAnyOrderOfBlocks() {
    #expect(Self.findings { $0.reverse() } == [])
  }

  /// The half that a sponge keeps does not pass for a digest, nor a digest for what it keeps.
  @Test func rejectsTheOtherHalf() {
    // The key is the state after all blocks, and the last block says that it is the digest.
    var state = DeferralSponge.absorb(InnerDigest([BabyBear(Self.index), 24]), capacity: .init([])).capacity
    for block in 0..<3 {
      state =
        DeferralSponge.absorb(InnerDigest(Self.bytes[8 * block..<8 * block + 8]), capacity: state).capacity
    }
    let world = Self.world(key: World.words(state)).world
    #expect(world.findings().description == ["bus \(MachineBus.deferralBlocks.index)"])
    let flipped = world.forged { world in
      world.forge(Self.blockName, World.BlockRow.self) { $0[2].result = state.cells }
    }
    #expect(flipped.findings().description == ["bus \(MachineBus.deferralHash.index)"])
    // The header alone.
    let header = DeferralSponge.absorb(InnerDigest([BabyBear(Self.index), 0]), capacity: .init([])).capacity
    let empty = Self.world([], key: World.words(header), header: header).world
    #expect(empty.findings().description == ["bus \(MachineBus.deferralHash.index)"])
    let claimed = empty.forged { world in
      world.forge(Self.name, World.OutputRow.self) { $0[0].isEmpty = 0 }
    }
    #expect(claimed.findings().description == ["bus \(MachineBus.deferralBlocks.index)"])
  }
}
