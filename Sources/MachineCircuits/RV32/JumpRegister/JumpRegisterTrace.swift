import Algebra
import Machine

extension JumpRegisterAIR: InstructionChip {
  typealias Row = JumpRegisterColumns<BabyBear>
  static var chip: Chip { .jumpRegister }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let instruction = step.instruction
    row.isValid = 1
    row.state = step.state
    row.rdPointer = instruction.a
    row.rs1Pointer = instruction.b
    row.immediate = instruction.c
    row.link = Word(instruction.d, instruction.e, instruction.f, instruction.g)
    row.rs1 = Word(step.x)
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rdTime = BabyBear(step.record.write_time)
    row.isOdd = BabyBear((step.x &+ UInt32(bitPattern: step.immediate)) & 1)
    tally.range(5 * (step.x >> 16), bits: MachineLimits.nearBits)
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.write_time)
  }
}
