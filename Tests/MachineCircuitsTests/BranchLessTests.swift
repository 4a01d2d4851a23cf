import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct BranchLessTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32, by offset: Int) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rs1, b: Samples.rs2, c: BabyBear(offset))
    return (instruction, ExecutionRecord(x: x, y: y))
  }

  /// What the chip borrows from the program so as not to constrain isNot.
  @Test func opcodesAreSmall() {
    #expect(Opcode.allCases.allSatisfy { $0.rawValue < 1 << 12 })
  }

  @Test func branches() {
    let steps = [Opcode.branchLessUnsigned, .branchNotLessUnsigned].flatMap { opcode in
      Samples.pairs.enumerated().map { (opcode, $1.x, $1.y, [-4096, 8, 4, 4092][$0 % 4]) }
    }
    let bench = ChipBench(BranchLessAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    let expected = steps.map { opcode, x, y, offset in
      (x < y) == (opcode == .branchLessUnsigned) ? offset : 4
    }
    #expect(bench.jumps == expected)
  }

  static let bench = ChipBench(
    BranchLessAIR(),
    [
      step(.branchLessUnsigned, 5, 8, by: 20), step(.branchLessUnsigned, 0x0003_0000, 0x0001_0005, by: 16),
      step(.branchNotLessUnsigned, 5, 5, by: 16), step(.branchNotLessUnsigned, 0x7fff_0000, 0x8000_0000, by: -16),
    ])

  static func differences(_ row: BranchLessColumns<BabyBear>) -> (high: BabyBear, low: BabyBear) {
    (row.operands.rs1.high - row.operands.rs2.high, row.operands.rs1.low - row.operands.rs2.low)
  }

  /// A row whose comparison goes by `decisive`, whatever the words are, after a change.
  static func decided(
    _ row: Int, by decisive: BabyBear?, isTaken: BabyBear,
    _ change: (inout BranchLessColumns<BabyBear>) -> Void = { _ in }
  ) -> [BranchLessColumns<BabyBear>] {
    bench.forged { rows in
      change(&rows[row])
      let (high, low) = differences(rows[row])
      rows[row].blend = ((decisive ?? high) - low) * high.inverse
      rows[row].isTaken = isTaken
    }
  }

  static var forgeries: [[BranchLessColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // The halves blend to what is wanted.
      decided(1, by: -1, isTaken: 1),
      // A quarter of a jump.
      bench.forged { rows in rows[0].isTaken = (4 as BabyBear).inverse },
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
