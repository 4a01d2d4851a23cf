import Algebra
import Machine

extension AddSubAIR: InstructionChip {
  typealias Row = AddSubColumns<BabyBear>
  static var chip: Chip { .addSub }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let isSub = step.opcode == .sub
    let result = isSub ? step.x &- step.y : step.x &+ step.y
    row.isValid = 1
    row.isSub = isSub ? 1 : 0
    row.state = step.state
    row.rdPointer = step.instruction.a
    row.rs1Pointer = step.instruction.b
    row.rs2Pointer = step.instruction.c
    row.rs1 = Word(step.x)
    row.rs2 = Word(step.y)
    row.rd = Word(result)
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rs2Time = BabyBear(step.record.y_time)
    row.rdTime = BabyBear(step.record.write_time)
    tally.bytes(of: result)
    tally.accesses(of: step.record)
  }
}
