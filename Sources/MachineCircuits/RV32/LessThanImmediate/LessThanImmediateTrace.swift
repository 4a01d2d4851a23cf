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
    row.state = step.state
    row.rdPointer = step.instruction.a
    row.rs1Pointer = step.instruction.b
    row.immediateLow = step.instruction.c
    row.immediateHigh = step.instruction.d
    row.rs1 = Word(step.x)
    row.isLess = isLess ? 1 : 0
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rdTime = BabyBear(step.record.write_time)
    row.rs1Sign = BabyBear(isSigned ? step.x >> 31 : 0)
    row.blend = difference.blend(
      scaledHigh: isSigned ? 2 * difference.high - (0x8000 - high) : difference.high, counting: tally)
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.write_time)
  }
}
