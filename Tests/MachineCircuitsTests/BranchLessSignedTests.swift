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
      Samples.pairs.enumerated().map { (opcode, $1.x, $1.y, [-4096, 8, 4, 4092][$0 % 4]) }
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
      step(.branchLessSigned, 5, 8, by: 20), step(.branchLessSigned, 0x0003_0000, 0x0001_0005, by: 16),
      step(.branchNotLessSigned, 5, 5, by: 16), step(.branchNotLessSigned, 0x7fff_0000, 0x8000_0000, by: -16),
      step(.branchLessSigned, 0x0500_0000, 0x0200_0000, by: 16),
      step(.branchLessSigned, 0x0200_0000, 0x0500_0000, by: 16),
    ])

  static func differences(_ row: BranchLessSignedColumns<BabyBear>) -> (high: BabyBear, low: BabyBear) {
    (
      row.operands.rs1.high - row.operands.rs2.high - 65536 * (row.rs1Sign - row.rs2Sign),
      row.operands.rs1.low - row.operands.rs2.low
    )
  }

  /// A row whose comparison goes by `decisive`, whatever the words are, after a change.
  static func decided(
    _ row: Int, by decisive: BabyBear?, isTaken: BabyBear,
    _ change: (inout BranchLessSignedColumns<BabyBear>) -> Void = { _ in }
  ) -> [BranchLessSignedColumns<BabyBear>] {
    bench.forged { rows in
      change(&rows[row])
      let (high, low) = differences(rows[row])
      rows[row].blend = ((decisive ?? high) - low) * high.inverse
      rows[row].isTaken = isTaken
    }
  }

  /// As a sign, it takes 1 from the top byte.
  static let fraction = (256 as BabyBear).inverse

  static var forgeries: [[BranchLessSignedColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // The halves blend to what is wanted.
      decided(1, by: -1, isTaken: 1),
      // A quarter of a jump.
      bench.forged { rows in rows[0].isTaken = (4 as BabyBear).inverse },
      // Wrong signs.
      decided(4, by: nil, isTaken: 1) { $0.rs1Sign = 1 },
      decided(4, by: nil, isTaken: 1) { $0.rs1Sign = 4 * fraction },
      decided(5, by: nil, isTaken: 0) { $0.rs2Sign = 4 * fraction },
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
