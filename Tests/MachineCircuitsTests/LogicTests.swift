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

  /// Afterwards, an instruction of another chip with other registers.
  static let bench = ChipBench(
    LogicAIR(), [Opcode.xor, .or, .and].map { step($0, 0x0f01_0000, 0x3501_0000) },
    following: [Instruction(.xorImmediate, a: 84, b: 88, c: 92)])

  /// Another mixture of the operations in a row, with the rd that suits it.
  static func mixed(_ row: Int, isOr: BabyBear, isAnd: BabyBear) -> [LogicColumns<BabyBear>] {
    bench.forged { rows in mix(&rows[row], isOr: isOr, isAnd: isAnd) }
  }

  static func mix(_ row: inout LogicColumns<BabyBear>, isOr: BabyBear, isAnd: BabyBear) {
    row.isOr = isOr
    row.isAnd = isAnd
    for i in 0..<4 {
      let (x, y) = (row.operands.rs1[i], row.operands.rs2[i])
      row.rd[i] = (BabyBear(x.canonical ^ y.canonical) - (isAnd - isOr) * (x + y)) * (1 + isOr - 3 * isAnd).inverse
    }
  }

  static var forgeries: [[LogicColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // AND is xor + 2, OR is xor + 1.
      mixed(2, isOr: 2, isAnd: 0),
      mixed(1, isOr: 0, isAnd: (2 as BabyBear).inverse),
      // XORI is xor + 3.
      bench.continued { row in
        row.operands.state = bench.endState
        (row.operands.rdPointer, row.operands.rs1Pointer, row.operands.rs2Pointer) = (84, 88, 92)
        mix(&row, isOr: 1, isAnd: 1)
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
