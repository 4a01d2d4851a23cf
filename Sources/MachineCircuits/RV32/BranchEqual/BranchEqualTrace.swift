import Algebra
import Machine

extension BranchEqualAIR: InstructionChip {
  typealias Row = BranchEqualColumns<BabyBear>
  static var chip: Chip { .branchEqual }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let instruction = step.instruction
    let isNot = step.opcode == .branchNotEqual
    let difference = HalfDifferences(step.x, step.y, isSigned: false)
    let jump = isNot ? instruction.c - 4 : 4 - instruction.c
    row.isValid = 1
    row.isNot = isNot ? 1 : 0
    row.state = step.state
    row.rs1Pointer = instruction.a
    row.rs2Pointer = instruction.b
    row.offset = instruction.c
    row.rs1 = Word(step.x)
    row.rs2 = Word(step.y)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rs2Time = BabyBear(step.record.y_time)
    if difference.low != 0 {
      row.lowStep = jump * SmallInverses.inverse(of: difference.low)
    } else {
      row.highStep = jump * SmallInverses.inverse(of: difference.high)
    }
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.y_time)
  }
}
