import Algebra
import Machine

extension AddImmediateAIR: InstructionChip {
  typealias Row = AddImmediateColumns<BabyBear>
  static var chip: Chip { .addImmediate }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let result = step.x &+ UInt32(bitPattern: step.immediate)
    row.isValid = 1
    row.operands.fill(from: step, counting: tally)
    row.immediate = step.instruction.c
    row.rd = Word(result)
    tally.bytes(of: result)
  }
}
