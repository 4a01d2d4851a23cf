import AIR
import Algebra
import Hashing
import Machine
import Testing

@testable import MachineCircuits

@Suite struct DeferralCommitTests {
  typealias World = DeferralWorld
  static let name = "DeferralCommitAIR"
  static let index = 2
  /// What memory holds from the input on, more than it has.
  static let bytes: [BabyBear] = (0..<48).map { BabyBear(5 * $0 + 3) }

  /// One COMMIT of `length` bytes, with what is told otherwise.
  static func world(
    length: Int = 21, isTail: [BabyBear]? = nil, blockCount: Int? = nil, lengthCells: [BabyBear]? = nil,
    pointer: UInt32 = World.input, destination: UInt32 = World.destination, source: UInt32 = World.source,
    header: InnerDigest? = nil, unfolded: InnerDigest? = nil, commit: [[BabyBear]]? = nil, bytes: [BabyBear] = bytes,
    blockBytes: [BabyBear]? = nil, future: Int? = nil
  ) -> World {
    var world = World(destination: destination, source: source)
    world.future = future
    world.initial[WordAddress(2, World.source)] = World.cells(pointer)
    world.initial[WordAddress(2, World.source + 4)] = lengthCells ?? World.cells(UInt32(length))
    for i in 0..<bytes.count / 4 {
      world.initial[WordAddress(2, World.input + UInt32(4 * i))] = Array(bytes[4 * i..<4 * i + 4])
    }
    world.commit(
      index: index, blockCount: blockCount ?? length / 8,
      isTail: isTail ?? [BabyBear](repeating: 1, count: length % 8), header: header, unfolded: unfolded, commit: commit,
      blockBytes: blockBytes)
    return world
  }

  /// Two blocks and five bytes.
  static let honest = world().world

  /// The commitment to the first `length` bytes.
  static func commit(_ length: Int, of bytes: [BabyBear] = bytes) -> InnerDigest {
    UnfoldedInputCommit(index: index, bytes: bytes[..<length].map { UInt8(truncatingIfNeeded: $0.canonical) }).folded()
      .digest
  }

  /// A COMMIT that leaves another byte in its input and hashes it.
  static func changing(_ byte: Int) -> SystemWorld {
    var blockBytes = Array(bytes[..<16])
    blockBytes[byte] += 1
    return world(blockBytes: blockBytes).world
  }

  /// Bytes whose commitment has an element `i` below 2^24 - 1.
  static func bytesWithSmallElement(_ i: Int) -> [BabyBear] {
    for attempt in 0..<100_000 as Range<UInt32> {
      let bytes = World.cells(attempt) + [0, 0, 0, 0]
      if commit(8, of: bytes).elements[i].canonical < 1 << 24 - 1 { return bytes }
    }
    return []
  }

  static var worlds: [(String, SystemWorld)] {
    let far = BabyBear.modulus
    let words = World.words(commit(21))
    var worlds: [(String, SystemWorld)] = [
      ("any header", world(header: InnerDigest([1, 2, 3])).world),
      ("any hash after the tail", world(unfolded: InnerDigest([1, 2, 3])).world),
      ("any commitment", world(commit: World.words(InnerDigest([1, 2, 3]))).world),
      ("destination beyond p", world(destination: far + World.destination).world),
      ("source beyond p", world(source: far + World.source).world),
      ("pointer beyond p", world(pointer: far + World.input).world),
      ("length beyond p", world(lengthCells: World.cells(far + 21)).world),
      ("counts twice and is taken back", DeferralRows.twice(world(length: 16).world, name, World.CommitRow.self)),
      ("not in the program", DeferralRows.notThere(world())),
      ("tail of nothing", tailOfNothing),
      ("second word of the tail is taken back", takenBack),
    ]
    for i in 0..<8 {
      // The digest of two blocks, but for one element.
      var digest = UnfoldedInputCommit(index: index, bytes: bytes[..<16].map { UInt8($0.canonical) }).digest.elements
      digest[i] += 1
      worlds.append(
        ("another hash without a tail, element \(i)", world(length: 16, unfolded: InnerDigest(digest)).world))
      let small = bytesWithSmallElement(i)
      let key = DeferralCallTests.replacing(World.words(commit(8, of: small)), i, DeferralCallTests.other)
      worlds.append(("word \(i) is not canonical", world(length: 8, commit: key, bytes: small).world))
      var changed = words
      changed[i] = DeferralCallTests.other(words[i])
      worlds.append(("word \(i) is above p", world(commit: changed).world))
      for byte in [0, 2] {
        changed[i] = DeferralCallTests.bent(words[i], byte)
        worlds.append(("word \(i) from byte \(byte) on", world(commit: changed).world))
      }
    }
    for i in 1..<7 where i != 4 {
      // A byte that counts twice, and in the length too.
      let flags = [BabyBear](repeating: 1, count: i) + [2]
      worlds.append(("byte \(i) counts twice", world(length: 16 + i + 2, isTail: flags, blockCount: 2).world))
      // One that is left out.
      let gap = [BabyBear](repeating: 1, count: i - 1) + [0, 1]
      if i > 1 { worlds.append(("gap before byte \(i)", world(length: 16 + i, isTail: gap, blockCount: 2).world)) }
    }
    worlds.append(("gap before byte 4", world(length: 20, isTail: [1, 1, 1, 0, 1], blockCount: 2).world))
    // Not even the first.
    worlds.append(("tail without its first byte", world(length: 17, isTail: [0, 1], blockCount: 2).world))
    // Registers and descriptor, the tail, and behind the blocks what is written.
    for access in 0..<18 where !(6..<10).contains(access) {
      worlds.append(("access \(access) from the future", world(future: access).world))
    }
    return worlds
  }

  /// A row of padding reads a word that no instruction asked for, after the end.
  static var tailOfNothing: SystemWorld {
    var world = world()
    let word = world.word(0x9000)
    _ = world.access(2, 0x9000, at: 504)
    return world.world.forged { world in
      world.forge(name, World.CommitRow.self) { rows in
        rows[1].isTail[0] = 1
        rows[1].state.timestamp = 500
        // The tail starts at the pointer plus the length, less the flags.
        rows[1].pointer = Word(0x9000)
        rows[1].length = Word(1)
        rows[1].tail[0] = Word(cells: word)
        rows[1].unfolded = DeferralSponge.absorb(InnerDigest([word[0]]), capacity: .init([])).digest.cells
      }
    }
  }

  /// The second word of the tail is read with a count of -1, from a later time back to an earlier one, and its byte is
  /// taken off the hash.
  static var takenBack: SystemWorld {
    let flags: [BabyBear] = [1, 1, 1, 1, -1]
    let world = world(length: 19, isTail: flags, blockCount: 2)
    // The word goes from 0 to 6 by a refresh, and from 6, the time of the access, back to 2.
    let pointer = World.input + 20
    return world.world.forged { world in
      let cells = Self.bytes[20..<24].map(\.canonical)
      let refresh = [
        RefreshRecord(
          address_space: 2, pointer: pointer, cells: (cells[0], cells[1], cells[2], cells[3]), old_time: 0, new_time: 6)
      ]
      let trace = refresh.withUnsafeBufferPointer {
        RefreshTrace.make($0, counts: LookupCounts(), workers: Workers(1))
      }
      world.parts["RefreshAIR"] = SystemWorld.Part(air: CompiledAIR(RefreshAIR()), trace: trace)
      world.forge(name, World.CommitRow.self) { $0[0].times[5] = 2 }
      world.forge("PersistentBoundaryAIR", PersistentBoundaryColumns<BabyBear>.self) { rows in
        for i in rows.indices where rows[i].direction == -1 && rows[i].label == BabyBear(pointer / 8) {
          rows[i].times[1] = 2
        }
      }
    }
  }

  @Test func everyWeakeningIsNoticed() {
    let result = Self.honest.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    #expect(result.survivors == [])
  }

  @Test func acceptsInputsOfAllLengths() {
    for length in 0...40 {
      let world = Self.world(length: length)
      #expect(world.world.findings().description == [])
      #expect((0..<8).map { world.commits[0].commit.elementValue($0) } == Self.commit(length).elements)
    }
  }

  /// Bytes behind the input do not count, and bytes of it do.
  @Test func rejectsOtherTails() {
    let bus = "bus \(MachineBus.deferralBlocks.index)"
    for (length, count) in [(20, 21), (21, 20), (16, 24), (23, 16)] {
      let flags = [BabyBear](repeating: 1, count: count % 8)
      #expect(
        Self.world(length: length, isTail: flags, blockCount: count / 8).world.findings().description.contains(bus))
    }
    // A tail of eight, as a block of its own.
    #expect(
      Self.world(length: 8, isTail: [1, 1, 1, 1, 1, 1, 1], blockCount: 0).world.findings().description.contains(bus))
  }

  /// The first flag is bound by a bus.
  @Test func rejectsOtherFirstFlags() {
    for flag in [2, -1, BabyBear(2).inverse] as [BabyBear] {
      let findings = Self.world(length: 16, isTail: [flag], blockCount: 2).world.findings().description
      #expect(findings.contains("bus \(MachineBus.deferralBlocks.index)"))
    }
  }
}

extension CommitColumns where T == BabyBear {
  func elementValue(_ i: Int) -> BabyBear { words[i].bytes.elements.composed(base: 256) }
}
