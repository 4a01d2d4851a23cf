import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LogicTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rd, b: Samples.rs1, c: Samples.rs2)
    return (instruction, ExecutionRecord(x: x, y: y, previous: 0x0102_0304))
  }

  @Test func combinesBits() {
    let steps = [Opcode.xor, .or, .and].flatMap { opcode in Samples.pairs.map { (opcode, $0.x, $0.y) } }
    let bench = ChipBench(LogicAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == steps.map { opcode, x, y in Samples.combine(opcode, x, y) })
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  static let bench = ChipBench(
    LogicAIR(),
    [step(.xor, 0x0f01_0000, 0x3501_0000), step(.or, 0x0f01_0000, 0x3501_0000), step(.and, 0x0f01_0000, 0x3501_0000)])

  static var forgeries: [[LogicColumns<BabyBear>]] {
    bench.simpleForgeries() + []
  }

  @Test func rejectsForgeries() {
    for forged in Self.forgeries {
      let verdict = Self.bench.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  @Test func everyWeakeningIsNoticed() {
    #expect(Self.bench.survivors(Self.forgeries) == [])
  }
}
