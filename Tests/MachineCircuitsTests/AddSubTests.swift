import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct AddSubTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rd, b: Samples.rs1, c: Samples.rs2)
    return (instruction, ExecutionRecord(x: x, y: y, previous: 0x0102_0304))
  }

  @Test func addsAndSubtracts() {
    let steps = [Opcode.add, .sub].flatMap { opcode in Samples.pairs.map { (opcode, $0.x, $0.y) } }
    let bench = ChipBench(AddSubAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    let expected = steps.map { opcode, x, y in
      UInt32((UInt64(x) + (opcode == .add ? UInt64(y) : (1 << 32) - UInt64(y))) % (1 << 32))
    }
    #expect(bench.results == expected)
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  /// Afterwards, an instruction of another chip with other registers.
  static let bench = ChipBench(
    AddSubAIR(), [step(.add, 0, 0), step(.sub, 0, 0), step(.add, 0xffff_ffff, 2), step(.sub, 1, 0x8000_0002)],
    following: [Instruction(.xor, a: 84, b: 88, c: 92)])

  static var forgeries: [[AddSubColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // The sum of the halves wraps around p: rd = p stands for 0, to add and to subtract.
      bench.forged { rows in rows[0].rd = Word(0x7800_0001) },
      bench.forged { rows in rows[1].rd = Word(0x7800_0001) },
      // XOR is add + 2, and rd = rs1 suits both relations where rs2 is 0.
      bench.continued { row in
        row.operands.state = bench.endState
        row.isSub = 2
        (row.operands.rdPointer, row.operands.rs1Pointer, row.operands.rs2Pointer) = (84, 88, 92)
      },
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
