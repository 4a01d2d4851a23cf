import Algebra
import Machine

extension AddImmediateAIR: InstructionChip {
  typealias Row = AddImmediateColumns<BabyBear>
  static var chip: Chip { .addImmediate }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let result = step.x &+ UInt32(bitPattern: step.immediate)
    row.isValid = 1
    row.state = step.state
    row.rdPointer = step.instruction.a
    row.rs1Pointer = step.instruction.b
    row.immediate = step.instruction.c
    row.rs1 = Word(step.x)
    row.rd = Word(result)
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rdTime = BabyBear(step.record.write_time)
    tally.bytes(of: result)
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.write_time)
  }
}
