import Algebra
import Machine

extension LessThanAIR: InstructionChip {
  typealias Row = LessThanColumns<BabyBear>
  static var chip: Chip { .lessThan }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, y) = (step.x, step.y)
    let isSigned = step.opcode == .lessThanSigned
    let isLess = isSigned ? Int32(bitPattern: x) < Int32(bitPattern: y) : x < y
    row.isValid = 1
    row.isSigned = isSigned ? 1 : 0
    row.operands.fill(from: step, counting: tally)
    row.isLess = isLess ? 1 : 0
    row.rs1Sign = BabyBear(isSigned ? x >> 31 : 0)
    row.rs2Sign = BabyBear(isSigned ? y >> 31 : 0)
    row.blend = HalfDifferences(x, y, isSigned: isSigned).blend(counting: tally)
    let flip: UInt32 = isSigned ? 128 : 0
    tally.bytes(x >> 24 ^ flip, y >> 24 ^ flip)
  }
}
