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
    row.operands.fill(from: step, counting: tally)
    row.isTaken = isLess != isNot ? 1 : 0
    row.rs1Sign = BabyBear(step.x >> 31)
    row.rs2Sign = BabyBear(step.y >> 31)
    tally.bytes(step.x >> 24 ^ 128, step.y >> 24 ^ 128)
    row.blend = HalfDifferences(step.x, step.y, isSigned: true).blend(counting: tally)
  }
}
