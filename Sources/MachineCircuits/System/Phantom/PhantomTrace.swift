import Algebra
import Machine

extension PhantomAIR: InstructionChip {
  typealias Row = PhantomColumns<BabyBear>
  static var chip: Chip { .phantom }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    row.isValid = 1
    row.state = step.state
    row.operands = [step.instruction.a, step.instruction.b, step.instruction.c]
  }
}
