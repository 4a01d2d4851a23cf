import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LessThanImmediateTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ immediate: Int) -> (Instruction, ExecutionRecord) {
    let word = UInt32(truncatingIfNeeded: immediate)
    let high = opcode == .lessThanImmediateSigned ? word >> 16 ^ 0x8000 : word >> 16
    let instruction = Instruction(
      opcode, a: Samples.rd, b: Samples.rs1, c: BabyBear(word & 0xffff), d: BabyBear(high))
    return (instruction, ExecutionRecord(x: x, previous: 0x0102_0304))
  }

  @Test func compares() {
    let words = Samples.words + [0xffff_f800, 0xffff_f801, 0x7ff, 0x555, 0xffff_fffe]
    let steps = [Opcode.lessThanImmediateSigned, .lessThanImmediateUnsigned].flatMap { opcode in
      words.flatMap { word in Samples.immediates.map { (opcode, word, $0) } }
    }
    let bench = ChipBench(LessThanImmediateAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    let expected: [UInt32] = steps.map { opcode, x, y in
      (opcode == .lessThanImmediateSigned ? Samples.signed(x) < y : x < UInt32(truncatingIfNeeded: y)) ? 1 : 0
    }
    #expect(bench.results == expected)
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  static let bench = ChipBench(
    LessThanImmediateAIR(),
    [
      step(.lessThanImmediateSigned, 5, 7), step(.lessThanImmediateUnsigned, 5, 3),
      step(.lessThanImmediateSigned, 0x8000_0000, -1), step(.lessThanImmediateSigned, 0x7fff_ffff, -2048),
      step(.lessThanImmediateSigned, 0x8000_0000, 2047), step(.lessThanImmediateUnsigned, 0xffff_ffff, -2),
      step(.lessThanImmediateUnsigned, 0x0001_0000, -2), step(.lessThanImmediateUnsigned, 0x0005_0000, 3),
    ])

  static func differences(_ row: LessThanImmediateColumns<BabyBear>) -> (high: BabyBear, low: BabyBear) {
    (
      row.operands.rs1.high + 32768 * row.isSigned - 65536 * row.rs1Sign - row.immediateHigh,
      row.operands.rs1.low - row.immediateLow
    )
  }

  /// A row whose comparison goes by `decisive`, whatever the words are, after a change.
  static func decided(
    _ row: Int, by decisive: BabyBear?, isLess: BabyBear,
    _ change: (inout LessThanImmediateColumns<BabyBear>) -> Void = { _ in }
  ) -> [LessThanImmediateColumns<BabyBear>] {
    bench.forged { rows in
      change(&rows[row])
      let (high, low) = differences(rows[row])
      rows[row].blend = ((decisive ?? scaled(high, rows[row])) - low) * high.inverse
      rows[row].isLess = isLess
    }
  }

  static func scaled(_ high: BabyBear, _ row: LessThanImmediateColumns<BabyBear>) -> BabyBear {
    (1 + row.isSigned) * high - row.isSigned * (32768 - row.immediateHigh)
  }

  static var forgeries: [[LessThanImmediateColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // The halves blend to what is wanted.
      decided(2, by: 1, isLess: 0),
      decided(7, by: -1, isLess: 1),
      // A difference of 1 counts for less than 2^16.
      bench.forged { rows in rows[1].isLess = BabyBear(65536).inverse },
      // An unsigned word has a sign.
      decided(7, by: nil, isLess: 1) { $0.rs1Sign = 1 },
      // The sign of a signed word is wrong, at both ends.
      decided(2, by: nil, isLess: 0) { $0.rs1Sign = 0 },
      decided(3, by: nil, isLess: 1) { $0.rs1Sign = 1 },
      decided(4, by: nil, isLess: 0) { $0.rs1Sign = 0 },
    ]
  }

  @Test func rejectsForgeries() {
    for forged in Self.forgeries {
      let verdict = Self.bench.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  @Test func everyWeakeningIsNoticed() {
    // An isSigned that is not boolean is another chip's opcode, and none has 0x217, which is isSigned -1. With any
    // other, the comparison looks up numbers that are out of range. The constraint stays, so as not to depend on
    // which opcodes there are.
    #expect(Self.bench.survivors(Self.forgeries) == ["without constraint isSigned is boolean"])
  }
}
