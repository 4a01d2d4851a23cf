import Algebra
import Machine

extension BranchLessSignedAIR: InstructionChip {
  typealias Row = BranchLessSignedColumns<BabyBear>
  static var chip: Chip { .branchLessSigned }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let isNot = step.opcode == .branchNotLessSigned
    let isLess = Int32(bitPattern: step.x) < Int32(bitPattern: step.y)
    row.isValid = 1
    row.isNot = isNot ? 1 : 0
    row.state = step.state
    row.rs1Pointer = step.instruction.a
    row.rs2Pointer = step.instruction.b
    row.offset = step.instruction.c
    row.rs1 = Word(step.x)
    row.rs2 = Word(step.y)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rs2Time = BabyBear(step.record.y_time)
    row.isTaken = isLess != isNot ? 1 : 0
    row.rs1Sign = BabyBear(step.x >> 31)
    row.rs2Sign = BabyBear(step.y >> 31)
    tally.bytes(step.x >> 24 ^ 128, step.y >> 24 ^ 128)
    row.blend = HalfDifferences(step.x, step.y, isSigned: true).blend(counting: tally)
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.y_time)
  }
}
