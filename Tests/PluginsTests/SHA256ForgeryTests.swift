import AIR
import Algebra
import PluginKit
import Testing

@testable import SHA256Circuit

/// What a prover might try, each arranged so that everything else is as it should be.
struct SHA256ForgeryTests {
  /// Traces of one part, row by row.
  struct World {
    var blocks: [BlockColumns<BabyBear>]
    var rounds: [RoundColumns<BabyBear>]

    /// As the circuit fills them for these blocks.
    init(_ callBlocks: [CallBlock]) throws {
      let airs = Array(SHA256Circuit().airs.prefix(2))
      let job = SHA256Job(blocks: callBlocks, split: BlockSplit(ends: [callBlocks.count]))
      let traces = try OnePart(job: job).traces(of: airs).compactMap { $0 }
      blocks = rows(traces[0], as: BlockColumns.self)
      rounds = rows(traces[1], as: RoundColumns.self)
    }

    /// Puts into the cells that say nothing, at the beginning of the first block, what the last row's change demands.
    mutating func repairFreeCells() throws {
      let air = CompiledAIR(SHA256Circuit().airs[1])
      for _ in 0..<8 {
        let report = try TraceChecker([AIRInstance(air: air, commonMain: matrix(rounds))], limit: 10_000)
          .checkConstraints()
        for failure in report.constraintFailures {
          let row = (failure.row + 1) % rounds.count
          guard row < 4 else { continue }
          repair(&rounds[row], row, failure.constraint, failure.value)
        }
      }
    }

    /// `value` is what the constraint is off by in row `number`.
    private func repair(
      _ row: inout RoundColumns<BabyBear>, _ number: Int, _ constraint: String, _ value: BabyBear
    ) {
      func slot(_ name: String) -> Int? { (0..<4).first { constraint == "\(name)[\($0)]" } }
      let names = ["first", "second", "third"]
      for (index, name) in names.enumerated() where number > 0 || index != 1 {
        if let slot = slot("schedule sums/\(name) low sum") { row.sums[index].low[slot] -= value }
      }
      for (index, name) in names.enumerated() where constraint == "schedule sums/\(name) high sum" {
        row.sums[index].high -= value
      }
      let power = BabyBear.inversePowerOfTwo
      if let slot = slot("schedule/low sum") { row.wCarry[slot][0].twos += value * power(29) }
      if constraint == "schedule/high sum" { row.wCarry[0][1].twos += value * power(5) }
      guard number == 0 else { return }
      let third = BabyBear(3).inverse
      if let slot = slot("rounds/low sum for e"), slot < 3 { row.eCarry[slot][0].threes += value * power(24) * third }
      if let slot = slot("rounds/high sum for e"), slot < 3 { row.eCarry[slot][1].threes += value * power(8) * third }
      if let slot = slot("rounds/low sum for a"), slot < 3 { row.aCarry[slot][0].twos += value * power(25) }
      if let slot = slot("rounds/high sum for a"), slot < 3 { row.aCarry[slot][1].twos += value * power(9) }
    }

    /// Makes `after` the state after the first block.
    mutating func setDigest(_ after: SHA256.State) {
      for word in 0..<8 {
        let state = SHA256.initialState[word]
        let sum = LimbSum([state, after[word] &- state])
        blocks[0].digestCarry[word][0] = BabyBear(sum.low >> 24)
        blocks[0].digestCarry[word][1] = BabyBear((sum.high + sum.low >> 24) >> 8)
        for byte in 0..<4 { blocks[0].digest[word][byte] = BabyBear(after[word] >> UInt32(24 - 8 * byte) & 0xff) }
      }
    }

    func violations(_ calls: [StatedCall]) throws -> Set<String> {
      let airs = Array(SHA256Circuit().airs.prefix(2))
      return try CircuitBench(airs: airs, traces: [matrix(blocks), matrix(rounds)], calls).violations()
    }
  }

  /// A job without its absent second part.
  struct OnePart: ProvingJob {
    let job: SHA256Job
    var logHeights: [Int?] { Array(job.logHeights.prefix(2)) }
    func fill(_ traces: [TraceView], _ call: HostCall) throws(CircuitError) { try job.fill(traces, call) }
  }

  static func blocks(_ inputs: [[UInt8]]) -> [CallBlock] {
    inputs.enumerated().flatMap { CallBlock.blocks(ofCall: $0, $1, isCancelled: { false }) }
  }

  static func honest(_ inputs: [[UInt8]]) -> [StatedCall] {
    inputs.map { StatedCall(input: $0, output: SHA256.hash($0) ?? []) }
  }

  static let short: [UInt8] = Array("abc".utf8)
  static let long: [UInt8] = (0..<100).map { UInt8($0) }

  @Test func honestWorldIsAccepted() throws {
    let inputs = [Self.short, Self.long]
    #expect(try World(Self.blocks(inputs)).violations(Self.honest(inputs)) == [])
  }

  // MARK: Which block, and which bytes

  @Test func rejectsAnotherOutput() throws {
    var calls = Self.honest([Self.short])
    calls[0].output[7] ^= 1
    #expect(try World(Self.blocks([Self.short])).violations(calls) == ["bus 2 (io.output)"])
  }

  @Test func rejectsOutputsOfOneAnother() throws {
    let inputs = [Self.short, Self.long]
    var calls = Self.honest(inputs)
    (calls[0].output, calls[1].output) = (calls[1].output, calls[0].output)
    #expect(try World(Self.blocks(inputs)).violations(calls) == ["bus 2 (io.output)"])
  }

  @Test func rejectsAnInputWithOtherBytes() throws {
    var input = Self.long
    input[99] ^= 0x80
    let calls = [StatedCall(input: Self.long, output: SHA256.hash(input) ?? [])]
    #expect(try World(Self.blocks([input])).violations(calls) == ["bus 1 (io.input)"])
  }

  @Test func rejectsACallThatIsLeftOut() throws {
    let calls = Self.honest([Self.short, Self.short])
    let expected: Set = ["bus 0 (io.length)", "bus 1 (io.input)", "bus 2 (io.output)"]
    #expect(try World(Self.blocks([Self.short])).violations(calls) == expected)
  }

  @Test func rejectsACallThatIsProvenTwice() throws {
    var blocks = Self.blocks([Self.short, Self.short])
    blocks[1].call = 0
    let expected: Set = ["bus 0 (io.length)", "bus 1 (io.input)", "bus 2 (io.output)"]
    #expect(try World(blocks).violations(Self.honest([Self.short])) == expected)
  }

  // MARK: The padding

  /// The hash of "abc" and a zero byte, with the length of "abc".
  @Test func rejectsAnEndOneByteLater() throws {
    var block = Self.blocks([Self.short])[0]
    block.work.words[0] = 0x6162_6300
    block.work.words[1] = 0x8000_0000
    block.after = SHA256.compress(block.work.state, block.work.words)
    var world = try World([block])
    world.blocks[0].endByte[3] = .zero
    world.blocks[0].endByte[4] = .one
    let calls = [StatedCall(input: Self.short, output: SHA256.bytes(of: block.after))]
    #expect(try world.violations(calls) == ["padding/end of the message"])
  }

  @Test func rejectsAnotherLengthInTheLastWord() throws {
    var block = Self.blocks([Self.short])[0]
    block.work.words[15] = 32
    block.after = SHA256.compress(block.work.state, block.work.words)
    let calls = [StatedCall(input: Self.short, output: SHA256.bytes(of: block.after))]
    #expect(try World([block]).violations(calls) == ["bus 16 (sha256.block0)"])
  }

  @Test func rejectsALengthThatIsNotTheCalls() throws {
    let calls = [StatedCall(input: Self.short, output: SHA256.hash(Self.short + [0]) ?? [])]
    // The host fills the input's word with the very zero that the longer message has.
    #expect(try World(Self.blocks([Self.short + [0]])).violations(calls) == ["bus 0 (io.length)"])
  }

  @Test func rejectsBytesBehindTheEnd() throws {
    var block = Self.blocks([Self.short])[0]
    block.work.words[7] = 0x0000_0001
    block.after = SHA256.compress(block.work.state, block.work.words)
    var world = try World([block])
    world.blocks[0].data[3][7] = .one
    let calls = [StatedCall(input: Self.short, output: SHA256.bytes(of: block.after))]
    #expect(try world.violations(calls) == ["padding/no data[3][7]"])
  }

  @Test func rejectsABlockWithoutAnEnd() throws {
    var block = Self.blocks([[]])[0]
    block.work.words[0] = 0
    block.after = SHA256.compress(block.work.state, block.work.words)
    var world = try World([block])
    world.blocks[0].endByte[0] = .zero
    world.blocks[0].endWord[0] = .zero
    world.blocks[0].isExtra = .one
    let calls = [StatedCall(input: [], output: SHA256.bytes(of: block.after))]
    #expect(try world.violations(calls) == ["runs/does not start with an extra block"])
  }

  // MARK: One block after the other

  @Test func rejectsASecondBlockOnTheInitialState() throws {
    var blocks = Self.blocks([Self.long])
    blocks[1].work.state = SHA256.initialState
    blocks[1].after = SHA256.compress(SHA256.initialState, blocks[1].work.words)
    let calls = [StatedCall(input: Self.long, output: SHA256.bytes(of: blocks[1].after))]
    let violations = try World(blocks).violations(calls)
    #expect(violations.count == 16)
    #expect(violations.allSatisfy { $0.hasPrefix("state/state follows") })
  }

  @Test func rejectsAnInitialStateOfTheProvers() throws {
    var block = Self.blocks([Self.short])[0]
    block.work.state[3] ^= 1
    block.after = SHA256.compress(block.work.state, block.work.words)
    let calls = [StatedCall(input: Self.short, output: SHA256.bytes(of: block.after))]
    #expect(try World([block]).violations(calls) == ["state/starts with the initial state[3] low"])
    let second = CallBlock(call: 1, index: 0, length: 3, work: block.work, after: block.after)
    let both = Self.honest([Self.short]) + calls
    #expect(
      try World([Self.blocks([Self.short])[0], second]).violations(both) == ["state/state follows[3] low"])
  }

  @Test func rejectsAFirstBlockThatIsLeftOut() throws {
    let second = Self.blocks([Self.long])[1]
    let alone = CallBlock(
      call: 0, index: 1, length: 100, work: BlockWork(state: SHA256.initialState, words: second.work.words),
      after: SHA256.compress(SHA256.initialState, second.work.words))
    let calls = [StatedCall(input: Self.long, output: SHA256.bytes(of: alone.after))]
    #expect(try World([alone]).violations(calls) == ["runs/starts with index 0", "bus 1 (io.input)"])
  }

  @Test func rejectsABlockOfAnotherCall() throws {
    var world = try World(Self.blocks([Self.long]))
    world.blocks[0].call = .one
    let violations = try world.violations(Self.honest([Self.long]))
    #expect(violations == ["runs/same call", "bus 1 (io.input)"])
  }

  @Test func rejectsATraceThatEndsInACall() throws {
    let first = Self.blocks([Self.long])[0]
    let violations = try World([first]).violations(Self.honest([Self.long]))
    #expect(violations.contains("runs/ends with a last block"))
  }

  // MARK: Rounds

  /// The last words that a, e and the schedule take are in no later sum of the block: each is replaced, with all that
  /// follows from it, by one that only a carry outside of its bounds explains.
  private func world(e: UInt32 = 0, a: UInt32 = 0, w: UInt32 = 0) throws -> (World, StatedCall) {
    let block = Self.blocks([Self.short])[0]
    let rounds = BlockRounds(block.work)
    let word = rounds.w[63] ^ w
    let newE = rounds.e(63) &- rounds.w[63] &+ word ^ e
    let newA = rounds.a(63) &- rounds.e(63) &+ newE ^ a
    var world = try World([block])
    var row = world.rounds[15]
    write(word, to: &row.w[3])
    write(newE, to: &row.e[3])
    write(newA, to: &row.a[3])
    // 2^31 more or less of a word is half a carry of the high limbs.
    let eTerms = [
      rounds.a(59), rounds.e(59), SHA256.bigSigma1(rounds.e(62)),
      SHA256.choose(rounds.e(62), rounds.e(61), rounds.e(60)), SHA256.constants[63], word,
    ]
    let eSum = LimbSum(eTerms, minus: [newE])
    let aTerms = [newE, SHA256.bigSigma0(rounds.a(62)), SHA256.majority(rounds.a(62), rounds.a(61), rounds.a(60))]
    let aSum = LimbSum(aTerms, minus: [rounds.a(59), newA])
    let (eLow, aLow) = (eSum.low >> 24, aSum.low >> 24)
    row.eCarry[3][0].set(eLow)
    row.aCarry[3][0].set(aLow + 1)
    set(&row.eCarry[3][1], halves: (eSum.high + eLow) >> 7)
    set(&row.aCarry[3][1], halves: (aSum.high + aLow) >> 7 + 2)
    if w != 0 {
      let difference = Int(rounds.w[63] >> 31) - Int(word >> 31)
      row.wCarry[3][1].twos += BabyBear(difference).halved.halved
      row.sums[1].high -= BabyBear(difference * 8 * 128 * 128)
    }
    world.rounds[15] = row
    try world.repairFreeCells()
    var after = block.after
    after[0] = SHA256.initialState[0] &+ newA
    after[4] = SHA256.initialState[4] &+ newE
    world.setDigest(after)
    return (world, StatedCall(input: Self.short, output: SHA256.bytes(of: after)))
  }

  private func set(_ carry: inout SumCarry<BabyBear>, halves: Int) {
    if halves.isMultiple(of: 2) { return carry.set(halves / 2) }
    carry.ones = .zero
    carry.threes = BabyBear(halves).halved * BabyBear(3).inverse
  }

  private func set(_ carry: inout SmallCarry<BabyBear>, halves: Int) {
    if halves.isMultiple(of: 2) { return carry.set(halves / 2) }
    carry.ones = .zero
    carry.twos = BabyBear(halves).halved.halved
  }

  @Test func rejectsCarriesOutOfBounds() throws {
    let (honest, call) = try world()
    #expect(try honest.violations([call]) == [])
    let (withE, callE) = try world(e: 1 << 31)
    #expect(try withE.violations([callE]) == ["carries/threes of e[3][1]"])
    let (withA, callA) = try world(a: 1 << 31)
    #expect(try withA.violations([callA]) == ["carries/twos of a[3][1]"])
    let (withW, callW) = try world(w: 1 << 31)
    #expect(try withW.violations([callW]) == ["carries/twos of w[3][1]"])
  }

  @Test func rejectsADigestWithHalfACarry() throws {
    var world = try World(Self.blocks([Self.short]))
    var calls = Self.honest([Self.short])
    let isLow = calls[0].output[0] < 128
    calls[0].output[0] ^= 0x80
    world.blocks[0].digest[0][0] += BabyBear(isLow ? 128 : -128)
    world.blocks[0].digestCarry[0][1] -= BabyBear(isLow ? 1 : -1).halved
    #expect(try world.violations(calls) == ["digest/carry is boolean[0][1]"])
  }

  /// Words of other "bits" that make the same number.
  @Test func rejectsWordsThatAreNotOfBits() throws {
    func change(_ word: inout [32 of BabyBear]) {
      word[0] += 4
      word[1] -= 2
    }
    let calls = Self.honest([Self.short])
    let honest = try World(Self.blocks([Self.short]))
    let names: [(String, (inout World) -> Void)] = [
      ("a", { change(&$0.rounds[15].a[3]) }), ("e", { change(&$0.rounds[15].e[3]) }),
      ("w", { change(&$0.rounds[15].w[3]) }),
    ]
    for (name, change) in names {
      var world = honest
      change(&world)
      try world.repairFreeCells()
      #expect(try world.violations(calls) == ["bits/\(name) is boolean[3][0]", "bits/\(name) is boolean[3][1]"])
    }
    var world = honest
    change(&world.blocks[0].state[3])
    #expect(try world.violations(calls) == ["state/state is boolean[3][0]", "state/state is boolean[3][1]"])
  }

  @Test func rejectsRoundsOfAnotherBlock() throws {
    // Two calls whose blocks take each other's numbers in the rounds.
    let inputs = [Self.short, Array("abd".utf8)]
    var world = try World(Self.blocks(inputs))
    for row in 0..<16 { (world.rounds[row].block, world.rounds[row + 16].block) = (.one, .zero) }
    let violations = try world.violations(Self.honest(inputs))
    #expect(
      violations == ["rows/starts with block 0", "rows/blocks are counted", "bus 16 (sha256.block0)"])
  }

  @Test func rejectsRoundsThatStartLater() throws {
    var world = try World(Self.blocks([Self.short]))
    world.rounds = Array(world.rounds[4...] + world.rounds[..<4])
    let violations = try world.violations(Self.honest([Self.short]))
    #expect(violations == ["rows/starts with phase 0[0]", "rows/blocks are counted"])
  }
}
