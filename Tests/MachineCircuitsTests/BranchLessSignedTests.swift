import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct BranchLessSignedTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32, by offset: Int) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rs1, b: Samples.rs2, c: BabyBear(offset))
    return (instruction, ExecutionRecord(x: x, y: y))
  }

  @Test func branches() {
    let steps = [Opcode.branchLessSigned, .branchNotLessSigned].flatMap { opcode in
      Samples.pairs.enumerated().map { (opcode, $1.x, $1.y, [-4096, 8, 4, 4094][$0 % 4]) }
    }
    let bench = ChipBench(BranchLessSignedAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    let expected = steps.map { opcode, x, y, offset in
      (Samples.signed(x) < Samples.signed(y)) == (opcode == .branchLessSigned) ? offset : 4
    }
    #expect(bench.jumps == expected)
  }

  static let bench = ChipBench(
    BranchLessSignedAIR(),
    [
      step(.branchLessSigned, 5, 8, by: 16), step(.branchLessSigned, 0x0003_0000, 0x0001_0005, by: 16),
      step(.branchNotLessSigned, 5, 5, by: 16), step(.branchNotLessSigned, 0x7fff_0000, 0x8000_0000, by: -16),
      step(.branchLessSigned, 0xffff_fff0, 3, by: 16),
    ])

  static var forgeries: [[BranchLessSignedColumns<BabyBear>]] {
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
