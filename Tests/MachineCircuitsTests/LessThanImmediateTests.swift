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
      step(.lessThanImmediateUnsigned, 0x0001_0000, -2),
    ])

  static var forgeries: [[LessThanImmediateColumns<BabyBear>]] {
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
