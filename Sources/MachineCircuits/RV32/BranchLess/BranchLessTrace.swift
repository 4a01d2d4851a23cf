import Algebra
import Machine

extension BranchLessAIR: InstructionChip {
  typealias Row = BranchLessColumns<BabyBear>
  static var chip: Chip { .branchLess }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let isNot = step.opcode == .branchNotLessUnsigned
    let isLess = step.x < step.y
    row.isValid = 1
    row.isNot = isNot ? 1 : 0
    row.operands.fill(from: step, counting: tally)
    row.isTaken = isLess != isNot ? 1 : 0
    row.blend = HalfDifferences(step.x, step.y, isSigned: false).blend(counting: tally)
  }
}
