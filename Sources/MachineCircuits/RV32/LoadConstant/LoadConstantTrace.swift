import Algebra
import Machine

extension LoadConstantAIR: InstructionChip {
  typealias Row = LoadConstantColumns<BabyBear>
  static var chip: Chip { .loadConstant }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let instruction = step.instruction
    row.isValid = 1
    row.state = step.state
    row.rdPointer = instruction.a
    row.offset = instruction.b
    row.value = Word(instruction.c, instruction.d, instruction.e, instruction.f)
    row.previous = Word(step.record.previous)
    row.rdTime = BabyBear(step.record.write_time)
    tally.access(at: step.record.timestamp, since: step.record.write_time)
  }
}
