import Algebra
import Machine

extension StorePartAIR: InstructionChip {
  typealias Row = StorePartColumns<BabyBear>
  static var chip: Chip { .storePart }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let address = step.x &+ UInt32(bitPattern: step.immediate)
    row.place = StorePlace(place(of: step.opcode, at: address))
    row.operands.fill(from: step, counting: tally)
    tally.range(step.x >> 24, bits: DataAddress.topByteBits)
  }

  private static func place(of opcode: Opcode, at address: UInt32) -> StoreCase {
    switch (opcode, address & 3) {
    case (.reveal, _): .reveal
    case (.storeHalf, 0), (.storeHalf, 1): .lowHalf
    case (.storeHalf, _): .highHalf
    case (_, 0): .byte0
    case (_, 1): .byte1
    case (_, 2): .byte2
    default: .byte3
    }
  }
}
