import Algebra
import Machine

extension LoadWordAIR: InstructionChip {
  typealias Row = LoadWordColumns<BabyBear>
  static var chip: Chip { .loadWord }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    row.isValid = 1
    row.operands.fill(from: step, counting: tally)
    row.data = Word(step.y)
    tally.range(step.x >> 24, bits: DataAddress.topByteBits)
  }
}
