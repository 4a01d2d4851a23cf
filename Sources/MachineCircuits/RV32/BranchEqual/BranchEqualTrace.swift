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
    row.operands.fill(from: step, counting: tally)
    if difference.low != 0 {
      row.lowStep = jump * SmallInverses.inverse(of: difference.low)
    } else {
      row.highStep = jump * SmallInverses.inverse(of: difference.high)
    }
  }
}
