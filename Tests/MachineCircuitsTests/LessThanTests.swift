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

  static let bench = ChipBench(
    LessThanAIR(),
    [
      step(.lessThanSigned, 5, 0x0003_0005), step(.lessThanUnsigned, 0x0003_0005, 5),
      step(.lessThanSigned, 0x8000_0000, 0x7fff_ffff), step(.lessThanUnsigned, 0x8000_0000, 0x7fff_ffff),
      step(.lessThanSigned, 0x8000_0007, 0x8000_0003), step(.lessThanUnsigned, 9, 9),
    ])

  static var forgeries: [[LessThanColumns<BabyBear>]] {
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
