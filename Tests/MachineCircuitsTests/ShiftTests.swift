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
      step(.shiftLeft, 0x0001_0002, 33), step(.shiftLeft, 0x0003_0001, 18), step(.shiftRightLogical, 0x0003_0001, 1),
      step(.shiftRightArithmetic, 0x0003_0001, 14), step(.shiftRightArithmetic, 0x8003_0001, 10),
      step(.shiftLeft, 31, 4), step(.shiftLeft, 0x0102_0304, 25), step(.shiftLeft, 3, 2),
    ])

  /// The cells that follow from the flags, the distance and the sign; from the power and the product as well, if they
  /// are kept.
  static func complete(
    _ row: inout ShiftColumns<BabyBear>, keepsPower: Bool = false, keepsProduct: Bool = false
  ) {
    if !keepsPower && !keepsProduct {
      let small: BabyBear = (row.isValid + row.isRight) * (1 + row.bits[0]) * (1 + 3 * row.bits[1])
      row.power = 16 * small * (16 - 15 * row.bits[2]).inverse
    }
    if !keepsProduct {
      let low = (row.operands.rs1.low * row.power).canonical
      let high = (row.operands.rs1.high * row.power + BabyBear(low >> 16)).canonical
      row.product = [
        BabyBear(low & 255), BabyBear(low >> 8 & 255), BabyBear(high & 255), BabyBear(high >> 8 & 255),
        BabyBear(high >> 16),
      ]
    }
    let isOffset = [1 - row.isOffset[0] - row.isOffset[1] - row.isOffset[2]] + (0..<3).map { row.isOffset[$0] }
    for i in 0..<4 {
      row.rd[i] = (0..<4).map { j in
        let left = i < j ? 0 : row.product[i - j]
        let right = i <= j ? row.product[i + 4 - j] : 0
        let fill = i < j ? 0 : i == j ? 256 - row.power : 255
        return isOffset[j] * ((1 - row.isRight) * left + row.isRight * right + row.sign * fill)
      }.sum()
    }
  }

  static func forged(
    _ row: Int, keepsPower: Bool = false, keepsProduct: Bool = false, _ change: (inout ShiftColumns<BabyBear>) -> Void
  ) -> [ShiftColumns<BabyBear>] {
    bench.forged { rows in
      change(&rows[row])
      complete(&rows[row], keepsPower: keepsPower, keepsProduct: keepsProduct)
    }
  }

  /// All mixtures of small flags, bits and offsets that suit a row's opcode and amount, and of which one at most is
  /// not as it should be.
  static func mixtures() -> [[ShiftColumns<BabyBear>]] {
    var forgeries: [[ShiftColumns<BabyBear>]] = []
    let small: [BabyBear] = [0, 1, -1, 2]
    let choices = (0..<1 << 12).map { places in (0..<6).map { small[places >> (2 * $0) & 3] } }
      .filter { strange($0) + strange([firstOffset($0)]) < 2 }
    for index in bench.rows.indices where bench.rows[index].isValid == 1 {
      let honest = bench.rows[index]
      for isRight in small {
        for isArithmetic in small where isRight + isArithmetic == honest.isRight + honest.isArithmetic {
          for choice in choices {
            let offset: BabyBear = choice[3] + choice[4].doubled + 3 * choice[5]
            let distance: BabyBear = choice.prefix(3).composed(base: 2) + 8 * offset
            let amount: BabyBear = distance + isRight * (31 - distance.doubled)
            guard (honest.operands.rs2[0] - amount).dividedBy32 < 256 else { continue }
            let flags = isArithmetic == 0 || isArithmetic == isRight ? [isRight] : [isRight, -1]
            guard strange(flags) + strange(choice) + strange([firstOffset(choice)]) < 2 else { continue }
            forgeries.append(
              forged(index) { row in
                (row.isRight, row.isArithmetic) = (isRight, isArithmetic)
                row.bits = [choice[0], choice[1], choice[2]]
                row.isOffset = [choice[3], choice[4], choice[5]]
              })
          }
        }
      }
    }
    return forgeries
  }

  private static func firstOffset(_ choice: [BabyBear]) -> BabyBear { 1 - choice.suffix(3).sum() }

  /// How many are not boolean.
  private static func strange(_ cells: [BabyBear]) -> Int { cells.count { $0 != 0 && $0 != 1 } }

  static var forgeries: [[ShiftColumns<BabyBear>]] {
    bench.simpleForgeries() + mixtures() + [
      // An instruction that counts twice, for a left and a right shift.
      forged(0) { $0.isValid = 2 },
      forged(2) { $0.isValid = 2 },
      // Shifted by another amount.
      forged(0) { $0.bits[1] = 1 },
      // Signs that are wrong, or take 1 from the top byte.
      forged(3) { $0.sign = 1 },
      forged(4) { $0.sign = 0 },
      forged(2) { $0.sign = 1 },
      forged(3) { $0.sign = (256 as BabyBear).inverse },
      forged(6) { $0.sign = (256 as BabyBear).inverse },
      // Another power.
      forged(0, keepsPower: true) { $0.power += 1 },
      // Bytes of the product that are none, or do not add up.
      forged(0, keepsProduct: true) { row in
        row.product[0] += 256
        row.product[1] -= 1
      },
      forged(0, keepsProduct: true) { row in
        row.product[2] += 256
        row.product[3] -= 1
      },
      forged(0, keepsProduct: true) { $0.product[2] += 1 },
      forged(0, keepsProduct: true) { row in
        row.product[0] += 1
        row.product[4] -= BabyBear.inversePowerOfTwo(32)
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

extension BabyBear {
  /// The element over 32, canonical.
  fileprivate var dividedBy32: UInt32 { (self * .inversePowerOfTwo(5)).canonical }
}
