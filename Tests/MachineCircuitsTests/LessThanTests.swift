import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LessThanTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rd, b: Samples.rs1, c: Samples.rs2)
    return (instruction, ExecutionRecord(x: x, y: y, previous: 0x0102_0304))
  }

  @Test func compares() {
    let steps = [Opcode.lessThanSigned, .lessThanUnsigned].flatMap { opcode in
      Samples.pairs.map { (opcode, $0.x, $0.y) }
    }
    let bench = ChipBench(LessThanAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    let expected: [UInt32] = steps.map { opcode, x, y in
      (opcode == .lessThanSigned ? Samples.signed(x) < Samples.signed(y) : x < y) ? 1 : 0
    }
    #expect(bench.results == expected)
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  /// Afterwards, an instruction of another chip with other registers.
  static let bench = ChipBench(
    LessThanAIR(),
    [
      step(.lessThanSigned, 5, 0x0003_0005), step(.lessThanUnsigned, 0x0500_0005, 0x0200_0005),
      step(.lessThanSigned, 0x8000_0000, 0x7fff_ffff), step(.lessThanUnsigned, 0x8000_0000, 0x7fff_ffff),
      step(.lessThanSigned, 0x8000_0007, 0x8000_0003), step(.lessThanUnsigned, 9, 9),
      step(.lessThanUnsigned, 0x0200_0005, 0x0500_0005),
    ], following: [Instruction(.lessThanImmediateSigned, a: 84, b: 88, c: 92)])

  static func differences(_ row: LessThanColumns<BabyBear>) -> (high: BabyBear, low: BabyBear) {
    (
      row.operands.rs1.high - row.operands.rs2.high - 65536 * (row.rs1Sign - row.rs2Sign),
      row.operands.rs1.low - row.operands.rs2.low
    )
  }

  /// A row whose comparison goes by `decisive`, whatever the words are, after a change.
  static func decided(
    _ row: Int, by decisive: BabyBear?, isLess: BabyBear, _ change: (inout LessThanColumns<BabyBear>) -> Void = { _ in }
  ) -> [LessThanColumns<BabyBear>] {
    bench.forged { rows in
      change(&rows[row])
      let (high, low) = differences(rows[row])
      rows[row].blend = ((decisive ?? high) - low) * high.inverse
      rows[row].isLess = isLess
    }
  }

  /// As a sign, it takes 1 from the top byte.
  static let fraction = (256 as BabyBear).inverse

  static var forgeries: [[LessThanColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // The halves blend to what is wanted.
      decided(0, by: 1, isLess: 0),
      decided(1, by: -1, isLess: 1),
      // A difference of 1 counts for less than 2^16.
      bench.forged { rows in rows[5].isLess = fraction * fraction },
      // An unsigned word has a sign.
      decided(1, by: nil, isLess: 1) { $0.rs1Sign = 1 },
      // A sign changes the top byte by 4.
      decided(1, by: nil, isLess: 1) { $0.rs1Sign = 4 * fraction },
      decided(6, by: nil, isLess: 0) { $0.rs2Sign = 4 * fraction },
      // SLTI is lessThanUnsigned + 1; words with top bytes above 127 suit it.
      bench.continued(like: 5) { row in
        row.operands.state = bench.endState
        row.isSigned = -1
        (row.operands.rdPointer, row.operands.rs1Pointer, row.operands.rs2Pointer) = (84, 88, 92)
        (row.operands.rs1, row.operands.rs2) = (Word(0x8000_0000), Word(0x8000_0000))
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
