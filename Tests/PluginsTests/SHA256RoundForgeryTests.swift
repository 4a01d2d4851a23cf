import AIR
import Algebra
import PluginKit
import Testing

@testable import SHA256Circuit

/// For every equation of the schedule and of the rounds, a proof that breaks it alone, and that would be of another
/// digest without it.
struct SHA256RoundForgeryTests {
  private static let message: [UInt8] = Array("A message of one block, no more.".utf8)
  private let block: CallBlock
  private let honest: SHA256ForgeryTests.World

  init() throws {
    block = SHA256ForgeryTests.blocks([Self.message])[0]
    honest = try SHA256ForgeryTests.World([block])
  }

  /// The names of what is violated by these rounds, with the digest that follows from them, after a change of rows.
  private func violations(
    _ rounds: BlockRounds, isHonest: Bool = false, _ change: (inout [RoundColumns<BabyBear>]) -> Void = { _ in },
    changeBlock: (inout BlockColumns<BabyBear>) -> Void = { _ in }
  ) throws -> Set<String> {
    var world = honest
    let filler = RoundFiller(rounds: rounds, before: rounds)
    world.rounds = (0..<16).map { row in
      var columns = RoundColumns<BabyBear>(cells: [BabyBear](repeating: .zero, count: RoundColumns<BabyBear>.width))
      filler.fill(&columns, row: row, block: 0)
      return columns
    }
    change(&world.rounds)
    let after = SHA256.State { word in
      SHA256.initialState[word] &+ (word < 4 ? rounds.a(63 - word) : rounds.e(67 - word))
    }
    BlockTrace.fillRounds(&world.blocks[0], rounds, after: after)
    changeBlock(&world.blocks[0])
    let output = SHA256.bytes(of: after)
    #expect((output == SHA256.hash(Self.message)) == isHonest)
    return try world.violations([StatedCall(input: Self.message, output: output)])
  }

  /// The word without its lowest one among the bits of `mask`.
  private func lowered(_ word: UInt32, _ mask: UInt32) throws -> UInt32 {
    let bits = word & mask
    try #require(bits != 0)
    return word & ~(bits & (0 &- bits))
  }

  private static let low: UInt32 = 0x00ff_ffff
  private static let high: UInt32 = 0x7f00_0000

  @Test func honestRoundsHold() throws {
    #expect(try violations(BlockRounds(block.work), isHonest: true) == [])
  }

  @Test(arguments: [3, 4, 5, 6, 7, 36, 61, 62, 63])
  func rejectsAnotherE(t: Int) throws {
    for (mask, name) in [(Self.low, "low"), (Self.high, "high")] {
      var rounds = BlockRounds(block.work)
      rounds.eWords[t + 4] = try lowered(rounds.e(t), mask)
      rounds.aWords[t + 4] = rounds.aFromE(t)
      rounds.run(from: t + 1)
      #expect(try violations(rounds) == ["rounds/\(name) sum for e[\(t % 4)]"])
    }
  }

  @Test(arguments: [3, 4, 5, 6, 7, 36, 61, 62, 63])
  func rejectsAnotherA(t: Int) throws {
    for (mask, name) in [(Self.low, "low"), (Self.high, "high")] {
      var rounds = BlockRounds(block.work)
      rounds.aWords[t + 4] = try lowered(rounds.a(t), mask)
      rounds.run(from: t + 1)
      #expect(try violations(rounds) == ["rounds/\(name) sum for a[\(t % 4)]"])
    }
  }

  /// The block's schedule with another word `t`, and what follows from it.
  private func schedule(_ t: Int, _ word: UInt32) -> [64 of UInt32] {
    var words = SHA256.schedule(block.work.words)
    words[t] = word
    for later in max(t + 1, 16)..<64 {
      words[later] =
        SHA256.smallSigma1(words[later - 2]) &+ words[later - 7] &+ SHA256.smallSigma0(words[later - 15])
        &+ words[later - 16]
    }
    return words
  }

  @Test(arguments: 16..<24)
  func rejectsAnotherWordOfTheSchedule(t: Int) throws {
    let words = SHA256.schedule(block.work.words)
    for (mask, name) in [(UInt32(0x0fff_ffff), "low sum[\(t % 4)]"), (0xf000_0000, "high sum")] {
      let word = try lowered(words[t], mask)
      let rounds = BlockRounds(state: block.work.state, schedule: schedule(t, word))
      #expect(try violations(rounds) == ["schedule/\(name)"])
    }
  }

  /// The same word, explained by a sum that is wrong from one of three rows on.
  @Test(arguments: 16..<20, ["first", "second", "third"])
  func rejectsSumsOfOtherWords(t: Int, stage: String) throws {
    let words = SHA256.schedule(block.work.words)
    let (stages, slot, row) = (["first", "second", "third"], t % 4, t / 4)
    let start = try #require(stages.firstIndex(of: stage))
    for (mask, isLow) in [(UInt32(0x0fff_ffff), true), (0xf000_0000, false)] {
      let word = try lowered(words[t], mask)
      let rounds = BlockRounds(state: block.work.state, schedule: schedule(t, word))
      let found = try violations(rounds) { rows in
        for index in start..<3 {
          if isLow {
            rows[row - 3 + index].sums[index].low[slot] -= BabyBear(words[t] - word)
          } else {
            rows[row - 3 + index].sums[index].high -= BabyBear(((words[t] - word) >> 28) << UInt32(7 * slot))
          }
        }
      }
      #expect(found == ["schedule sums/\(stage) \(isLow ? "low sum[\(slot)]" : "high sum")"])
    }
  }

  /// Words of the message that are not those of the block's row.
  @Test(arguments: 0..<16)
  func rejectsOtherWordsOfTheMessage(t: Int) throws {
    let rounds = BlockRounds(state: block.work.state, schedule: schedule(t, block.work.words[t] ^ 1))
    let found = try violations(rounds)
    // Rounds 0 and 1 are done beside the message.
    #expect(found.subtracting(t < 2 ? ["rounds/low sum for e[\(t)]"] : []) == ["bus 16 (sha256.block0)"])
  }

  /// Rounds with the constants of others.
  @Test func rejectsRoundsInAnotherOrder() throws {
    let found = try violations(BlockRounds(block.work), isHonest: true) { rows in
      (rows[5].step, rows[6].step) = (rows[6].step, rows[5].step)
    }
    let groups = Set(found.map { $0.prefix { $0 != "/" } })
    #expect(groups == ["rows", "rounds"])
  }

  // MARK: Rounds 0, 1 and 2

  @Test(arguments: [0, 1])
  func rejectsAnotherWordInTheFirstRounds(t: Int) throws {
    for (mask, name) in [(Self.low, "low"), (Self.high, "high")] {
      var rounds = BlockRounds(block.work)
      rounds.eWords[t + 4] = try lowered(rounds.e(t), mask)
      rounds.aWords[t + 4] = rounds.aFromE(t)
      rounds.run(from: t + 1)
      #expect(try violations(rounds) == ["rounds/\(name) sum for e[\(t)]"])
      rounds = BlockRounds(block.work)
      rounds.aWords[t + 4] = try lowered(rounds.a(t), mask)
      rounds.run(from: t + 1)
      #expect(try violations(rounds) == ["rounds/\(name) sum for a[\(t)]"])
    }
  }

  /// Half a carry for the top bit of e[2] or a[2], of which the block's row has no bits.
  @Test func rejectsCarriesOutOfBoundsInRound2() throws {
    // The bit is taken away, so that the sum is 128 more than whole carries.
    let top: UInt32 = 1 << 31
    for seed in 0..<2 {
      var rounds = BlockRounds(block.work)
      if seed == 0 {
        rounds.eWords[6] ^= top
        rounds.aWords[6] = rounds.aFromE(2)
      } else {
        rounds.aWords[6] ^= top
      }
      let isMore = (seed == 0 ? rounds.e(2) : rounds.a(2)) & top == 0
      rounds.run(from: 3)
      let found = try violations(rounds) { _ in
      } changeBlock: { row in
        // Filled with the whole carries below; half a one more.
        if seed == 0 {
          row.eCarry[2][1].threes += BabyBear.one.halved * BabyBear(3).inverse
        } else {
          row.aCarry[2][1].twos += BabyBear.one.halved.halved
        }
      }
      #expect(found == [seed == 0 ? "rounds/threes of e[2][1]" : "rounds/twos of a[2][1]"], "\(isMore)")
    }
  }
}
