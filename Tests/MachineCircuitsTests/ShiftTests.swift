import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct ShiftTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ y: UInt32) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(opcode, a: Samples.rd, b: Samples.rs1, c: Samples.rs2)
    return (instruction, ExecutionRecord(x: x, y: y, previous: 0x0102_0304))
  }

  @Test func shifts() {
    let steps = [Opcode.shiftLeft, .shiftRightLogical, .shiftRightArithmetic].flatMap { opcode in
      (0...31).flatMap { amount in
        [0x8000_0000, 0x7fff_ffff, 0xffff_ffff, 0x1234_5678].enumerated().map {
          (opcode, $1, amount | [0, 0x20, 0xffff_ffe0, 0x1234_56c0][$0])
        }
      } + Samples.pairs.suffix(48).map { (opcode, $0.x, $0.y) }
    }
    let bench = ChipBench(ShiftAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == steps.map { opcode, x, y in Samples.shift(opcode, x, by: Int(y % 32)) })
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  static let bench = ChipBench(
    ShiftAIR(),
    [
      step(.shiftLeft, 0x0003_0001, 1), step(.shiftLeft, 0x0003_0001, 16), step(.shiftRightLogical, 0x0003_0001, 1),
      step(.shiftRightArithmetic, 0x0003_0001, 18), step(.shiftRightArithmetic, 0x8003_0001, 10),
      step(.shiftRightLogical, 0x8003_0001, 0xffff_ffff),
    ])

  static var forgeries: [[ShiftColumns<BabyBear>]] {
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
