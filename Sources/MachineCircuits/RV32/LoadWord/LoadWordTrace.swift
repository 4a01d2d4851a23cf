import Algebra
import Machine

extension LoadWordAIR: InstructionChip {
  typealias Row = LoadWordColumns<BabyBear>
  static var chip: Chip { .loadWord }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    row.isValid = 1
    row.state = step.state
    row.rdPointer = step.instruction.a
    row.rs1Pointer = step.instruction.b
    row.immediate = step.instruction.c
    row.rs1 = Word(step.x)
    row.data = Word(step.y)
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.dataTime = BabyBear(step.record.y_time)
    row.rdTime = BabyBear(step.record.write_time)
    tally.range(step.x >> 24, bits: DataAddress.topByteBits)
    tally.accesses(of: step.record)
  }
}
