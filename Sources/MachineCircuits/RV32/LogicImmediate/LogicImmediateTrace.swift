import Algebra
import Machine

extension LogicImmediateAIR: InstructionChip {
  typealias Row = LogicImmediateColumns<BabyBear>
  static var chip: Chip { .logicImmediate }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, instruction) = (step.x, step.instruction)
    let y = instruction.c.canonical & 255 | (instruction.d.canonical & 255) << 8
    let isNegative = instruction.e != .zero
    let result: UInt32
    switch step.opcode {
    case .orImmediate:
      result = x | y
      row.isOr = 1
      row.factor = isNegative ? 0 : 1
    case .andImmediate:
      result = x & y
      row.isAnd = 1
      row.factor = isNegative ? 1 : 0
    default:
      result = x ^ y
      row.factor = isNegative ? -1 : 1
    }
    row.isValid = 1
    row.operands.fill(from: step, counting: tally)
    row.immediate = [instruction.c, instruction.d]
    row.signByte = instruction.e
    row.rdLow = [BabyBear(result & 255), BabyBear(result >> 8 & 255)]
    tally.xor(x & 255, y & 255)
    tally.xor(x >> 8 & 255, y >> 8)
  }
}
