import Algebra
import Machine

extension LogicAIR: InstructionChip {
  typealias Row = LogicColumns<BabyBear>
  static var chip: Chip { .logic }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, y) = (step.x, step.y)
    let result =
      switch step.opcode {
      case .or: x | y
      case .and: x & y
      default: x ^ y
      }
    row.isValid = 1
    row.isOr = step.opcode == .or ? 1 : 0
    row.isAnd = step.opcode == .and ? 1 : 0
    row.state = step.state
    row.rdPointer = step.instruction.a
    row.rs1Pointer = step.instruction.b
    row.rs2Pointer = step.instruction.c
    row.rs1 = Word(x)
    row.rs2 = Word(y)
    row.rd = Word(result)
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rs2Time = BabyBear(step.record.y_time)
    row.rdTime = BabyBear(step.record.write_time)
    for shift: UInt32 in [0, 8, 16, 24] { tally.xor(x >> shift & 255, y >> shift & 255) }
    tally.accesses(of: step.record)
  }
}
