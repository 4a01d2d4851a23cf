import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct ShiftImmediateTests {
  static func step(_ shift: Opcode, _ x: UInt32, _ amount: Int) -> (Instruction, ExecutionRecord) {
    let isUpper = amount >= 16
    let opcode: Opcode =
      switch shift {
      case .shiftLeft: isUpper ? .shiftLeft1 : .shiftLeft0
      case .shiftRightLogical: isUpper ? .shiftRightLogical1 : .shiftRightLogical0
      default: isUpper ? .shiftRightArithmetic1 : .shiftRightArithmetic0
      }
    let cut = shift == .shiftLeft ? 16 - amount % 16 : amount % 16
    let instruction = Instruction(
      opcode, a: Samples.rd, b: Samples.rs1, c: BabyBear(cut), d: BabyBear(1 << cut), e: BabyBear(1 << (16 - cut)))
    return (instruction, ExecutionRecord(x: x, previous: 0x0102_0304))
  }

  @Test func shifts() {
    let steps = [Opcode.shiftLeft, .shiftRightLogical, .shiftRightArithmetic].flatMap { shift in
      (1...31).flatMap { amount in
        (Samples.edges + Samples.words.prefix(4)).map { (shift, $0, amount) }
      }
    }
    let bench = ChipBench(ShiftImmediateAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == steps.map { shift, x, amount in Samples.shift(shift, x, by: amount) })
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  static let bench = ChipBench(
    ShiftImmediateAIR(),
    [
      step(.shiftLeft, 0x0003_0001, 1), step(.shiftLeft, 0x0003_0001, 16), step(.shiftRightLogical, 0x0003_0001, 1),
      step(.shiftRightLogical, 0x0003_0001, 17), step(.shiftRightArithmetic, 0x0003_0001, 2),
      step(.shiftRightArithmetic, 0x8003_0001, 18), step(.shiftLeft, 0x0003_0001, 31),
      step(.shiftRightLogical, 0x0003_0001, 15),
    ])

  static var forgeries: [[ShiftImmediateColumns<BabyBear>]] {
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
