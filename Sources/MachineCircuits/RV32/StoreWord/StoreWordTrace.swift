import Algebra
import Machine

extension StoreWordAIR: InstructionChip {
  typealias Row = StoreWordColumns<BabyBear>
  static var chip: Chip { .storeWord }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    row.isValid = 1
    row.operands.fill(from: step, counting: tally)
    tally.range(step.x >> 24, bits: DataAddress.topByteBits)
  }
}
