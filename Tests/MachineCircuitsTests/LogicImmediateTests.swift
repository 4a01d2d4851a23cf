import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LogicImmediateTests {
  static func step(_ opcode: Opcode, _ x: UInt32, _ immediate: Int) -> (Instruction, ExecutionRecord) {
    let bytes = Word<BabyBear>(UInt32(truncatingIfNeeded: immediate))
    let instruction = Instruction(opcode, a: Samples.rd, b: Samples.rs1, c: bytes[0], d: bytes[1], e: bytes[2])
    return (instruction, ExecutionRecord(x: x, previous: 0x0102_0304))
  }

  @Test func combinesBits() {
    let steps = [Opcode.xorImmediate, .orImmediate, .andImmediate].flatMap { opcode in
      Samples.words.flatMap { word in Samples.immediates.map { (opcode, word, $0) } }
    }
    let bench = ChipBench(LogicImmediateAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == steps.map { opcode, x, y in Samples.combine(opcode, x, UInt32(truncatingIfNeeded: y)) })
    #expect(bench.jumps.allSatisfy { $0 == 4 })
  }

  /// Afterwards, an instruction of another chip with other registers.
  static let bench = ChipBench(
    LogicImmediateAIR(),
    [Opcode.xorImmediate, .orImmediate, .andImmediate].flatMap { opcode in
      [1, -0x155].map { step(opcode, 0x0f31_0001, $0) }
    },
    following: [Instruction(.shiftLeft, a: 84, b: 88, c: 92)])

  /// Another mixture of the operations in a row, with the rd that suits it.
  static func mixed(_ row: Int, isOr: BabyBear, isAnd: BabyBear) -> [LogicImmediateColumns<BabyBear>] {
    bench.forged { rows in mix(&rows[row], isOr: isOr, isAnd: isAnd) }
  }

  static func mix(_ row: inout LogicImmediateColumns<BabyBear>, isOr: BabyBear, isAnd: BabyBear) {
    row.isOr = isOr
    row.isAnd = isAnd
    for i in 0..<2 {
      let (x, y) = (row.operands.rs1[i], row.immediate[i])
      row.rdLow[i] = (BabyBear(x.canonical ^ y.canonical) - (isAnd - isOr) * (x + y)) * (1 + isOr - 3 * isAnd).inverse
    }
    row.factor = row.isValid - isAnd - row.signByte * (255 as BabyBear).inverse * (2 - isOr - 3 * isAnd)
  }

  static var forgeries: [[LogicImmediateColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // ANDI is xorImmediate + 2, ORI is xorImmediate + 1.
      mixed(4, isOr: 2, isAnd: 0),
      mixed(2, isOr: 0, isAnd: (2 as BabyBear).inverse),
      // A shift is xorImmediate + 3.
      bench.continued { row in
        row.operands.state = bench.endState
        (row.operands.rdPointer, row.operands.rs1Pointer) = (84, 88)
        (row.immediate, row.signByte) = ([92, 0], 0)
        mix(&row, isOr: 1, isAnd: 1)
      },
      // An instruction that counts twice.
      bench.forged { rows in
        rows[0].isValid = 2
        mix(&rows[0], isOr: 0, isAnd: 0)
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
