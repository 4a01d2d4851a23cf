import Algebra
import Machine

extension ShiftImmediateAIR: InstructionChip {
  typealias Row = ShiftImmediateColumns<BabyBear>
  static var chip: Chip { .shiftImmediate }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, instruction) = (step.x, step.instruction)
    let cut = min(instruction.c.canonical, 16)
    let (low, high) = (x & 0xffff, x >> 16)
    var half = high
    var flip: UInt32 = 0
    let result: UInt32
    switch step.opcode {
    case .shiftLeft0:
      result = x << (16 - cut)
    case .shiftLeft1:
      row.isLeft1 = 1
      half = low
      result = x << (32 - cut)
    case .shiftRightLogical0, .shiftRightArithmetic0:
      row.isRight0 = 1
      result = step.opcode == .shiftRightLogical0 ? x >> cut : arithmetic(cut)
    default:
      row.isRight1 = 1
      result = step.opcode == .shiftRightLogical1 ? x >> (16 + cut) : arithmetic(16 + cut)
    }
    func arithmetic(_ amount: UInt32) -> UInt32 {
      row.isArithmetic = 1
      row.sign = BabyBear(x >> 31)
      flip = 0x8000 >> cut
      return UInt32(bitPattern: Int32(bitPattern: x) >> Int32(amount))
    }
    let (lowUpper, highUpper) = (low >> cut, half >> cut)
    row.isValid = 1
    row.operands.fill(from: step, counting: tally)
    row.cut = instruction.c
    row.cutPower = instruction.d
    row.upperPower = instruction.e
    row.rd = Word(result)
    row.lowUpper = BabyBear(lowUpper)
    row.highUpper = BabyBear(highUpper)
    row.quotient =
      row.lowUpper * (row.lowUpper - 1) * SmallInverses.inverse(of: Int32(0x1_0000 >> cut) - 2)
    tally.range(half & ((1 << cut) - 1), bits: Int(cut))
    tally.range(highUpper ^ flip, bits: 16 - Int(cut))
    tally.range(low & ((1 << cut) - 1), bits: Int(cut))
    tally.bytes(of: result)
  }
}
