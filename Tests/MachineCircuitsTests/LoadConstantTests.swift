import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LoadConstantTests {
  static func load(_ value: UInt32, offset: Int) -> (Instruction, ExecutionRecord) {
    let bytes = Word<BabyBear>(value)
    let instruction = Instruction(
      .loadConstant, a: Samples.rd, b: BabyBear(offset), c: bytes[0], d: bytes[1], e: bytes[2], f: bytes[3])
    return (instruction, ExecutionRecord(previous: 0x0102_0304))
  }

  static let bench = ChipBench(LoadConstantAIR(), [load(0, offset: 4), load(0x8765_4321, offset: -8)])

  @Test func loadsWordsAndJumps() {
    let steps = Samples.words.flatMap { word in [4, 8, -4096, 1 << 20].map { (word, $0) } }
    let bench = ChipBench(LoadConstantAIR(), steps.map { Self.load($0, offset: $1) })
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == steps.map(\.0))
    #expect(bench.jumps == steps.map(\.1))
  }

  @Test func rejectsForgeries() {
    for forged in Self.bench.simpleForgeries() {
      let verdict = Self.bench.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  @Test func everyWeakeningIsNoticed() {
    #expect(Self.bench.survivors(Self.bench.simpleForgeries()) == [])
  }
}
