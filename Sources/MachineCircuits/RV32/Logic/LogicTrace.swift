import Algebra
import Machine

extension LogicAIR: InstructionChip {
  typealias Row = LogicColumns<BabyBear>
  static var chip: Chip { .logic }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, y) = (step.x, step.y)
    let result =
      switch step.opcode {
      case .or: x | y
      case .and: x & y
      default: x ^ y
      }
    row.isValid = 1
    row.isOr = step.opcode == .or ? 1 : 0
    row.isAnd = step.opcode == .and ? 1 : 0
    row.operands.fill(from: step, counting: tally)
    row.rd = Word(result)
    for shift: UInt32 in [0, 8, 16, 24] { tally.xor(x >> shift & 255, y >> shift & 255) }
  }
}
