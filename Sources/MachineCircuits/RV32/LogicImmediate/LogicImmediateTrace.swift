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
    row.state = step.state
    row.rdPointer = instruction.a
    row.rs1Pointer = instruction.b
    row.immediate = [instruction.c, instruction.d]
    row.signByte = instruction.e
    row.rs1 = Word(x)
    row.rdLow = [BabyBear(result & 255), BabyBear(result >> 8 & 255)]
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rdTime = BabyBear(step.record.write_time)
    tally.xor(x & 255, y & 255)
    tally.xor(x >> 8 & 255, y >> 8)
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.write_time)
  }
}
