import Algebra
import Machine

extension ShiftAIR: InstructionChip {
  typealias Row = ShiftColumns<BabyBear>
  static var chip: Chip { .shift }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let x = step.x
    let amount = step.y & 31
    let isRight = step.opcode != .shiftLeft
    let isArithmetic = step.opcode == .shiftRightArithmetic
    let result =
      switch step.opcode {
      case .shiftLeft: x << amount
      case .shiftRightLogical: x >> amount
      default: UInt32(bitPattern: Int32(bitPattern: x) >> Int32(amount))
      }
    row.isValid = 1
    row.isRight = isRight ? 1 : 0
    row.isArithmetic = isArithmetic ? 1 : 0
    row.operands.fill(from: step, counting: tally)
    row.rd = Word(result)

    let distance = isRight ? 31 - amount : amount
    let bits = (distance & 7) + (isRight ? 1 : 0)
    row.bits = [BabyBear(distance & 1), BabyBear(distance >> 1 & 1), BabyBear(distance >> 2 & 1)]
    let offset = distance >> 3
    row.isOffset = [offset == 1 ? 1 : 0, offset == 2 ? 1 : 0, offset == 3 ? 1 : 0]
    row.power = BabyBear(1 << bits)
    let low = (x & 0xffff) << bits
    let high = (x >> 16) << bits + low >> 16
    row.product = [
      BabyBear(low & 255), BabyBear(low >> 8 & 255), BabyBear(high & 255), BabyBear(high >> 8 & 255),
      BabyBear(high >> 16),
    ]
    row.sign = BabyBear(isArithmetic ? x >> 31 : 0)
    tally.bytes((step.y & 255) >> 5, x >> 24 ^ (isArithmetic ? 128 : 0))
    tally.bytes(low & 255, low >> 8 & 255)
    tally.bytes(high & 255, high >> 8 & 255)
    tally.bytes(low >> 16, high >> 16)
  }
}
