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
      step(.shiftLeft, 0x0005_0001, 1), step(.shiftLeft, 0x0001_0003, 16), step(.shiftRightLogical, 0x0003_0001, 1),
      step(.shiftRightLogical, 0x0003_0003, 17), step(.shiftRightArithmetic, 0x0003_0001, 2),
      step(.shiftRightArithmetic, 0x0004_0004, 17), step(.shiftRightArithmetic, 0x8003_0001, 18),
      step(.shiftRightLogical, 0x0003_0001, 31),
    ])

  /// The cells that follow from the flags and the upper parts.
  static func complete(_ row: inout ShiftImmediateColumns<BabyBear>) {
    let isRight = row.isRight0 + row.isRight1
    let isLeft0 = row.isValid - row.isLeft1 - isRight
    let (low, high) = (row.operands.rs1.low, row.operands.rs1.high)
    let middle = row.lowUpper + high * row.upperPower - 65536 * row.highUpper
    let top = row.highUpper + row.sign * (65536 - row.upperPower)
    let halves = [
      isLeft0 * (low * row.upperPower - 65536 * row.lowUpper) + row.isRight0 * middle + row.isRight1 * top,
      isLeft0 * middle + row.isLeft1 * (low * row.upperPower - 65536 * row.highUpper) + row.isRight0 * top
        + row.isRight1 * 65535 * row.sign,
    ]
    for (index, half) in halves.enumerated() {
      row.rd[2 * index] = BabyBear(half.canonical & 255)
      row.rd[2 * index + 1] = BabyBear(half.canonical >> 8)
    }
    row.quotient = row.lowUpper * (row.lowUpper - 1) * (row.upperPower - 2).inverse
  }

  static func forged(
    _ row: Int, _ change: (inout ShiftImmediateColumns<BabyBear>) -> Void
  ) -> [ShiftImmediateColumns<BabyBear>] {
    bench.forged { rows in
      change(&rows[row])
      complete(&rows[row])
    }
  }

  /// All mixtures of small flags that suit a row's opcode, with the upper parts that the cut gives.
  static func mixtures() -> [[ShiftImmediateColumns<BabyBear>]] {
    let half = (2 as BabyBear).inverse
    var forgeries: [[ShiftImmediateColumns<BabyBear>]] = []
    let small: [BabyBear] = [0, 1, -1, 2]
    func opcode(_ row: ShiftImmediateColumns<BabyBear>) -> BabyBear {
      row.isLeft1 + 2 * row.isRight0 + 3 * row.isRight1 + 2 * row.isArithmetic
    }
    for index in bench.rows.indices where bench.rows[index].isValid == 1 {
      for isLeft1 in small {
        for isRight0 in small {
          for isRight1 in small {
            for isArithmetic in [0, 1, half] {
              for isValid: BabyBear in [1, 2] {
                var row = bench.rows[index]
                (row.isLeft1, row.isRight0, row.isRight1) = (isLeft1, isRight0, isRight1)
                (row.isValid, row.isArithmetic) = (isValid, isArithmetic)
                guard opcode(row) == opcode(bench.rows[index]) else { continue }
                let (low, high) = (row.operands.rs1.low, row.operands.rs1.high)
                let cut = row.cut.canonical
                row.lowUpper = BabyBear(low.canonical >> cut)
                row.highUpper = BabyBear((high + isLeft1 * (low - high)).canonical >> cut)
                for sign: BabyBear in [0, 1, half * half] {
                  row.sign = sign
                  complete(&row)
                  forgeries.append(bench.forged { rows in rows[index] = row })
                }
              }
            }
          }
        }
      }
    }
    return forgeries
  }

  static var forgeries: [[ShiftImmediateColumns<BabyBear>]] {
    bench.simpleForgeries() + mixtures() + [
      // (X0 + p) / 2^15 as upper part of the low half: X0 - 2^15 (p - 1) / 2^15 = X0 + 1.
      forged(0) { $0.lowUpper = BabyBear((BabyBear.modulus - 1) >> 15) },
      // The same in the high half, where nothing else depends on it.
      forged(7) { $0.highUpper = BabyBear((BabyBear.modulus - 1) >> 15) },
      // One moved from the upper parts to the lower ones, and back.
      forged(2) { $0.lowUpper -= 1 },
      forged(2) { $0.lowUpper += 1 },
      forged(3) { $0.highUpper -= 1 },
      forged(3) { $0.highUpper += 1 },
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
