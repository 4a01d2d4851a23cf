import AIR
import Algebra
import PluginKit
import TestSupport
import Testing

@testable import SHA256Circuit

struct SHA256CircuitTests {
  @Test func staysSmall() {
    let airs = SHA256Circuit().airs.map { CompiledAIR($0) }
    #expect(airs.map(\.width.commonMain) == [542, 454, 542, 454])
    #expect(airs.map(\.dag.interactions.count) == [18, 1, 18, 1])
    #expect(airs.allSatisfy { $0.maxConstraintDegree == 3 })
  }

  @Test func functionGivesKnownAnswers() throws {
    #expect(SHA256Circuit.knownAnswers.count > 10)
    for answer in SHA256Circuit.knownAnswers {
      #expect(try SHA256Circuit().evaluate(answer.input, .local) == answer.output)
    }
  }

  static func random(_ length: Int, _ seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed &+ UInt64(length))
    return (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  @Test(arguments: [0, 1, 3, 7, 8, 9, 54, 55, 56, 57, 63, 64, 65, 119, 120, 121, 127, 128, 129, 1000])
  func acceptsEveryLength(length: Int) throws {
    let report = try CircuitBench(SHA256Circuit(), [Self.random(length)]).report()
    #expect(report.isSatisfied, "\(report)")
  }

  @Test func acceptsKnownAnswersInOneBatch() throws {
    let inputs = SHA256Circuit.knownAnswers.map(\.input).filter { $0.count < 1000 }
    let report = try CircuitBench(SHA256Circuit(), inputs).report()
    #expect(report.isSatisfied, "\(report)")
  }

  @Test func acceptsBatchesInTwoParts() throws {
    let circuit = SHA256Circuit()
    let inputs = (0..<65).map { Self.random($0 % 50, 7) }
    let job = try circuit.plan(inputs, .local)
    #expect(job.logHeights == [6, 10, 0, 4])
    let report = try CircuitBench(circuit, inputs).report()
    #expect(report.isSatisfied, "\(report)")
  }

  /// Two traces only where they save an eighth of the rows, and never a call in both.
  @Test func splitsBlocks() {
    #expect(BlockSplit(ends: [1]).logBlocks == [0, nil])
    #expect(BlockSplit(ends: [8]).logBlocks == [3, nil])
    #expect(BlockSplit(ends: [9]).logBlocks == [4, nil])
    #expect(BlockSplit(ends: Array(1...9)).logBlocks == [4, nil])
    #expect(BlockSplit(ends: Array(1...1024)).logBlocks == [10, nil])
    #expect(BlockSplit(ends: Array(1...1025)).logBlocks == [10, 0])
    #expect(BlockSplit(ends: Array(1...1536)).logBlocks == [10, 9])
    #expect(BlockSplit(ends: Array(1...1537)).logBlocks == [11, nil])
    #expect(BlockSplit(ends: [1000, 1025]).logBlocks == [10, 5])
    #expect(BlockSplit(ends: [3, 1025]).logBlocks == [2, 10])
  }

  @Test func throughTheTable() throws {
    let bench = try PluginBench(swiftPlugins)
    let instance = try bench.create(index: 5)
    let inputs = [Self.random(100), [], Self.random(64)]
    let outputs = try inputs.map { try bench.evaluate(instance, $0) }
    let calls = zip(inputs, outputs).map { StatedCall(input: $0, output: $1) }
    let own = try bench.instances(instance, inputs)
    let report = try TraceChecker(own + SimulatedHost.instances(calls)).check()
    #expect(report.isSatisfied, "\(report)")
    #expect(try bench.airBytes(instance) == SHA256Circuit().airSet.encode())
  }

  // A call of two blocks, one of one block, and a row of padding.
  private func smallBench() throws -> CircuitBench { try CircuitBench(SHA256Circuit(), [Self.random(70), [1, 2, 3]]) }

  @Test func everyCellOfTheRoundsMatters() throws {
    let bench = try smallBench()
    let survivors = Mutations(bench.own, in: 1).survivors(rows: Array(0..<64))
    #expect(survivors == [])
  }

  @Test func everyCellOfTheBlocksMatters() throws {
    let bench = try smallBench()
    let survivors = Mutations(bench.own, in: 0).survivors(rows: Array(0..<4))
    // A row without a call has no number and no length to speak of.
    #expect(survivors.map(\.description) == ["call in row 3", "length in row 3"])
  }
}
