import Algebra
import Machine

extension LessThanImmediateAIR: InstructionChip {
  typealias Row = LessThanImmediateColumns<BabyBear>
  static var chip: Chip { .lessThanImmediate }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let isSigned = step.opcode == .lessThanImmediateSigned
    let flip: UInt32 = isSigned ? 0x8000 : 0
    let (low, high) = (Int32(step.instruction.c.canonical), Int32(step.instruction.d.canonical))
    let difference = HalfDifferences(
      high: Int32(step.x >> 16 ^ flip) - high, low: Int32(step.x & 0xffff) - low)
    let isLess = difference.high == 0 ? difference.low < 0 : difference.high < 0
    row.isValid = 1
    row.isSigned = isSigned ? 1 : 0
    row.operands.fill(from: step, counting: tally)
    row.immediateLow = step.instruction.c
    row.immediateHigh = step.instruction.d
    row.isLess = isLess ? 1 : 0
    row.rs1Sign = BabyBear(isSigned ? step.x >> 31 : 0)
    row.blend = difference.blend(
      scaledHigh: isSigned ? 2 * difference.high - (0x8000 - high) : difference.high, counting: tally)
  }
}
