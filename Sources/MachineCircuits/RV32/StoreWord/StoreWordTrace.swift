import Algebra
import Machine

extension StoreWordAIR: InstructionChip {
  typealias Row = StoreWordColumns<BabyBear>
  static var chip: Chip { .storeWord }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    row.isValid = 1
    row.state = step.state
    row.rs2Pointer = step.instruction.a
    row.rs1Pointer = step.instruction.b
    row.immediate = step.instruction.c
    row.rs1 = Word(step.x)
    row.rs2 = Word(step.y)
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rs2Time = BabyBear(step.record.y_time)
    row.dataTime = BabyBear(step.record.write_time)
    tally.range(step.x >> 24, bits: DataAddress.topByteBits)
    tally.accesses(of: step.record)
  }
}
