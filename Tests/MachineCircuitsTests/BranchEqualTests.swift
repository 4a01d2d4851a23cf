import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct BranchEqualTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32, by offset: Int) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rs1, b: Samples.rs2, c: BabyBear(offset))
    return (instruction, ExecutionRecord(x: x, y: y))
  }

  @Test func branches() {
    let steps = [Opcode.branchEqual, .branchNotEqual].flatMap { opcode in
      Samples.pairs.enumerated().map { (opcode, $1.x, $1.y, [-4096, 8, 4, 4092][$0 % 4]) }
    }
    let bench = ChipBench(BranchEqualAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    let expected = steps.map { opcode, x, y, offset in
      (x == y) == (opcode == .branchEqual) ? offset : 4
    }
    #expect(bench.jumps == expected)
  }

  /// Afterwards, an instruction of another chip with another register.
  static let bench = ChipBench(
    BranchEqualAIR(),
    [
      step(.branchEqual, 5, 5, by: 4), step(.branchEqual, 5, 8, by: 16),
      step(.branchEqual, 0x0001_0000, 0x0003_0000, by: -8), step(.branchNotEqual, 0x0003_0002, 0x0001_0000, by: 16),
      step(.branchNotEqual, 5, 5, by: 16),
    ], following: [Instruction(.branchZero, a: 84, b: 16)])

  static var forgeries: [[BranchEqualColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // branchZero is branchEqual + 2, and equal words suit both.
      bench.continued { row in
        row.operands.state = bench.endState
        row.isNot = 2
        (row.operands.rs1Pointer, row.operands.rs2Pointer, row.operands.offset) = (84, 16, 0)
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
