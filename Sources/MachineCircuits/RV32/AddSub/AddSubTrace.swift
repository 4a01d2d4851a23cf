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
    row.operands.fill(from: step, counting: tally)
    row.rd = Word(result)
    tally.bytes(of: result)
  }
}
