import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LogicImmediateTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ immediate: Int) -> (Instruction, ExecutionRecord) {
    let bytes = Word<BabyBear>(UInt32(truncatingIfNeeded: immediate))
    let instruction = Instruction(opcode, a: Samples.rd, b: Samples.rs1, c: bytes[0], d: bytes[1], e: bytes[2])
    return (instruction, ExecutionRecord(x: x, previous: 0x0102_0304))
  }

  @Test func combinesBits() {
    let steps = [Opcode.xorImmediate, .orImmediate, .andImmediate].flatMap { opcode in
      Samples.words.flatMap { word in Samples.immediates.map { (opcode, word, $0) } }
    }
    let bench = ChipBench(LogicImmediateAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == steps.map { opcode, x, y in Samples.combine(opcode, x, UInt32(truncatingIfNeeded: y)) })
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  static let bench = ChipBench(
    LogicImmediateAIR(),
    [Opcode.xorImmediate, .orImmediate, .andImmediate].flatMap { opcode in
      [1, -0x155].map { step(opcode, 0x0f31_0001, $0) }
    })

  static var forgeries: [[LogicImmediateColumns<BabyBear>]] {
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
