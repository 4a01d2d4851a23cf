import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct BranchZeroTests {
  static func step(_ opcode: Opcode, _ x: UInt32, by offset: Int) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rs1, c: BabyBear(offset))
    return (instruction, ExecutionRecord(x: x))
  }

  @Test func branches() {
    let steps = [Opcode.branchZero, .branchNotZero].flatMap { opcode in
      Samples.words.flatMap { word in [-4096, 8, 4, 4092].map { (opcode, word, $0) } }
    }
    let bench = ChipBench(BranchZeroAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.jumps == steps.map { opcode, x, offset in (x == 0) == (opcode == .branchZero) ? offset : 4 })
  }

  /// Afterwards, an instruction of another chip with another register.
  static let bench = ChipBench(
    BranchZeroAIR(),
    [
      step(.branchZero, 0, by: 16), step(.branchZero, 8, by: 16), step(.branchNotZero, 0x0300_0000, by: -8),
      step(.branchNotZero, 0, by: -8),
    ], following: [Instruction(.branchLessUnsigned, a: 84, c: 88)])

  static var forgeries: [[BranchZeroColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // branchLessUnsigned is branchZero + 2, and zero suits it.
      bench.continued { row in
        row.state = bench.endState
        row.isNot = 2
        (row.rs1Pointer, row.offset) = (84, 88)
      }
    ]
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
