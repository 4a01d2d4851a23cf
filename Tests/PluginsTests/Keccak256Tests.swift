import AIR
import Algebra
import PluginKit
import TestSupport
import Testing

@testable import Keccak256Circuit

struct Keccak256CircuitTests {
  @Test func staysSmall() {
    let airs = Keccak256Circuit().airs.map { CompiledAIR($0) }
    #expect(airs.map(\.width.commonMain) == [2355, 2634, 2634])
    #expect(airs.map(\.dag.interactions.count) == [24, 2, 2])
    #expect(airs.allSatisfy { $0.maxConstraintDegree == 3 })
    // Keys bound the length of messages.
    #expect(airs.flatMap(\.dag.interactions).allSatisfy { $0.message.count < 127 })
  }

  @Test func functionGivesKnownAnswers() throws {
    #expect(Keccak256Circuit.knownAnswers.count > 10)
    for answer in Keccak256Circuit.knownAnswers {
      #expect(try Keccak256Circuit().evaluate(answer.input, .local) == answer.output)
    }
  }

  static func random(_ length: Int) -> [UInt8] {
    var generator = SeededGenerator(UInt64(length))
    return (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  @Test(arguments: [0, 1, 7, 8, 127, 128, 134, 135, 136, 137, 143, 144, 271, 272, 273, 500])
  func acceptsEveryLength(length: Int) throws {
    let report = try CircuitBench(Keccak256Circuit(), [Self.random(length)]).report()
    #expect(report.isSatisfied, "\(report)")
  }

  @Test func acceptsBatchesInTwoParts() throws {
    let circuit = Keccak256Circuit()
    let inputs = [Self.random(300), [], Self.random(136), Self.random(20), [1], [2], [3]]
    let blocks = inputs.enumerated().flatMap { SpongeBlock.blocks(ofCall: $0, $1, isCancelled: { false }) }
    #expect(try circuit.plan(inputs, .local).logHeights == [4, 8, nil])
    let split = try #require(PermutationSplit(count: blocks.count + 1, maxLogHeight: 20, few: 4))
    #expect(split.logHeight == 8 && split.secondLogHeight == 5 && split.first == 10)
    let more = inputs + [[4]]
    let last = SpongeBlock.blocks(ofCall: 7, [4], isCancelled: { false })
    let job = Keccak256Job(blocks: blocks + last, split: split)
    let calls = try more.map { StatedCall(input: $0, output: try circuit.evaluate($0, .local)) }
    let bench = CircuitBench(airs: circuit.airs, traces: try job.traces(of: circuit.airs), calls)
    let report = try bench.report()
    #expect(report.isSatisfied, "\(report)")
  }

  @Test func splitsPermutations() throws {
    func rows(_ count: Int) throws -> [Int?] {
      let split = try #require(PermutationSplit(count: count, maxLogHeight: 20))
      return [split.logHeight, split.secondLogHeight]
    }
    #expect(try rows(1) == [5, nil])
    #expect(try rows(64) == [11, nil])
    #expect(try rows(86) == [11, 5])
    #expect(try rows(1024) == [15, nil])
    #expect(try rows(1365) == [15, nil])
    #expect(try rows(1366) == [15, 5])
    #expect(try rows(43_690) == [20, nil])
    #expect(try rows(87_380) == [20, 20])
    #expect(PermutationSplit(count: 87_381, maxLogHeight: 20) == nil)
  }

  @Test func throughTheTable() throws {
    let bench = try PluginBench(swiftPlugins)
    let instance = try bench.create(1)
    let inputs = [Self.random(140), []]
    let calls = try inputs.map { StatedCall(input: $0, output: try bench.evaluate(instance, $0)) }
    let report = try TraceChecker(try bench.instances(instance, inputs) + SimulatedHost.instances(calls)).check()
    #expect(report.isSatisfied, "\(report)")
    #expect(bench.knownAnswers(1).map(\.output) == Keccak256Circuit.knownAnswers.map(\.output))
  }

  // A call of two blocks, one of one block, and a row of padding.
  private func smallBench() throws -> CircuitBench {
    try CircuitBench(Keccak256Circuit(), [Self.random(150), [1, 2, 3]])
  }

  @Test func everyCellOfTheSpongeMatters() throws {
    let survivors = Mutations(try smallBench().own, in: 0).survivors(rows: Array(0..<4))
    // A row without a call has no number, no length and no permutation to speak of.
    let free = ["call", "length", "part", "permutation", "digest", "after"]
    #expect(survivors.allSatisfy { $0.row == 3 })
    #expect(Set(survivors.map { String($0.column.prefix { $0 != "[" }) }) == Set(free))
  }

  @Test func everyCellOfThePermutationsMatters() throws {
    // The first row, one in the middle, an exported row, one of padding, the last row.
    let survivors = Mutations(try smallBench().own, in: 1).survivors(rows: [0, 30, 47, 80, 127])
    #expect(survivors == [])
  }
}

/// What a prover might try, each arranged so that everything else is as it should be.
struct Keccak256ForgeryTests {
  struct World {
    var sponge: [SpongeColumns<BabyBear>]
    let permutations: FieldMatrix

    /// As the circuit fills it for these blocks.
    init(_ blocks: [SpongeBlock]) throws {
      let split = try #require(PermutationSplit(count: blocks.count, maxLogHeight: 10))
      let traces = try Keccak256Job(blocks: blocks, split: split).traces(of: Keccak256Circuit().airs)
      sponge = rows(try #require(traces[0]), as: SpongeColumns.self)
      permutations = try #require(traces[1])
    }

    func violations(_ calls: [StatedCall]) throws -> Set<String> {
      let airs = Array(Keccak256Circuit().airs.prefix(2))
      return try CircuitBench(airs: airs, traces: [matrix(sponge), permutations], calls).violations()
    }
  }

  static let short: [UInt8] = Array("abc".utf8)
  static let long: [UInt8] = (0..<150).map { UInt8($0) }

  static func blocks(_ inputs: [[UInt8]]) -> [SpongeBlock] {
    inputs.enumerated().flatMap { SpongeBlock.blocks(ofCall: $0, $1, isCancelled: { false }) }
  }

  static func digest(_ state: Keccak256.State) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64(8 * ($0 % 8))) }
  }

  /// The call whose output is that of its last block.
  static func stated(_ input: [UInt8], _ last: SpongeBlock) -> StatedCall {
    StatedCall(input: input, output: digest(last.after))
  }

  /// A first block with other lanes, and what follows from them.
  static func block(_ input: [UInt8], _ change: (inout [17 of UInt64]) -> Void) -> SpongeBlock {
    var block = blocks([input])[0]
    change(&block.lanes)
    block.after = Keccak256.permute(block.permuted)
    return block
  }

  @Test func rejectsAnotherOutput() throws {
    let blocks = Self.blocks([Self.short])
    var call = Self.stated(Self.short, blocks[0])
    #expect(try World(blocks).violations([call]) == [])
    call.output[31] ^= 1
    #expect(try World(blocks).violations([call]) == ["bus 2 (io.output)"])
  }

  @Test func rejectsAnEndOneByteLater() throws {
    let block = Self.block(Self.short) { $0[0] = 0x0100_6362_61 }
    var world = try World([block])
    world.sponge[0].endByte[3] = .zero
    world.sponge[0].endByte[4] = .one
    #expect(try world.violations([Self.stated(Self.short, block)]) == ["padding/end of the message"])
  }

  @Test func rejectsAPaddingWithoutItsLastBit() throws {
    let block = Self.block(Self.short) { $0[16] = 0 }
    #expect(try World([block]).violations([Self.stated(Self.short, block)]) == ["bus 16 (keccak.permutation)"])
  }

  @Test func rejectsBytesBehindTheEnd() throws {
    let block = Self.block(Self.short) { $0[5] = 1 }
    var world = try World([block])
    world.sponge[0].data[5][0] = .one
    #expect(try world.violations([Self.stated(Self.short, block)]) == ["padding/no data[5][0]"])
  }

  @Test func rejectsBitsThatAreNone() throws {
    let blocks = Self.blocks([Self.long])
    var world = try World(blocks)
    world.sponge[1].state[3][0] += 4
    world.sponge[1].state[3][1] -= 2
    let violations = try world.violations([Self.stated(Self.long, blocks[1])])
    #expect(violations.isSuperset(of: ["state/state is boolean[3][0]", "state/state is boolean[3][1]"]))
    world = try World(blocks)
    world.sponge[0].data[3][0] += 4
    world.sponge[0].data[3][1] -= 2
    let others = try world.violations([Self.stated(Self.long, blocks[1])])
    #expect(others.isSuperset(of: ["padding/data is boolean[3][0]", "padding/data is boolean[3][1]"]))
  }

  @Test func rejectsASecondBlockOnTheZeroState() throws {
    var blocks = Self.blocks([Self.long])
    blocks[1].before = .init(repeating: 0)
    blocks[1].after = Keccak256.permute(blocks[1].permuted)
    let violations = try World(blocks).violations([Self.stated(Self.long, blocks[1])])
    #expect(violations.count > 90 && violations.allSatisfy { $0.hasPrefix("state/state follows") })
  }

  @Test func rejectsACapacityOfTheProvers() throws {
    var block = Self.blocks([Self.short])[0]
    block.before[24] = 1
    block.after = Keccak256.permute(block.permuted)
    #expect(try World([block]).violations([Self.stated(Self.short, block)]) == ["state/starts with zero[24][0]"])
  }

  @Test func rejectsAFirstBlockThatIsLeftOut() throws {
    var last = Self.blocks([Self.long])[1]
    last.before = .init(repeating: 0)
    last.after = Keccak256.permute(last.permuted)
    let violations = try World([last]).violations([Self.stated(Self.long, last)])
    #expect(violations == ["runs/starts with index 0", "bus 1 (io.input)"])
  }

  @Test func rejectsACallThatIsLeftOut() throws {
    let blocks = Self.blocks([Self.short])
    let calls = [Self.stated(Self.short, blocks[0]), Self.stated(Self.short, blocks[0])]
    let expected: Set = ["bus 0 (io.length)", "bus 1 (io.input)", "bus 2 (io.output)"]
    #expect(try World(blocks).violations(calls) == expected)
  }

  @Test func rejectsATraceThatEndsInACall() throws {
    let blocks = Self.blocks([Self.long])
    let violations = try World([blocks[0]]).violations([Self.stated(Self.long, blocks[1])])
    #expect(violations.contains("runs/ends with a last block"))
  }

  /// Two calls that take the state after each other's permutations.
  @Test func rejectsThePermutationOfAnotherBlock() throws {
    let inputs = [Self.short, [1]]
    var blocks = Self.blocks(inputs)
    var world = try World(blocks)
    (blocks[0].after, blocks[1].after) = (blocks[1].after, blocks[0].after)
    let other = try World(blocks)
    for row in 0..<2 {
      world.sponge[row].digest = other.sponge[row].digest
      world.sponge[row].after = other.sponge[row].after
    }
    let calls = zip(inputs, blocks).map(Self.stated)
    #expect(try world.violations(calls) == ["bus 16 (keccak.permutation)"])
  }
}
