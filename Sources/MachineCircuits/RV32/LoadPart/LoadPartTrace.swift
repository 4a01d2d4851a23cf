import Algebra
import Machine

extension LoadPartAIR: InstructionChip {
  typealias Row = LoadPartColumns<BabyBear>
  static var chip: Chip { .loadPart }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let address = step.x &+ UInt32(bitPattern: step.immediate)
    let isByte = step.opcode == .loadByte || step.opcode == .loadByteUnsigned
    let isSigned = step.opcode == .loadByte || step.opcode == .loadHalf
    let endsOdd = !isByte || address & 1 == 1
    let isUpper = address & 2 == 2
    let rotated = isUpper ? step.y >> 16 | step.y << 16 : step.y
    let topByte = endsOdd ? rotated >> 8 & 255 : rotated & 255
    row.isByte = isByte ? 1 : 0
    row.endsOdd = endsOdd ? 1 : 0
    row.isUpper = isUpper ? 1 : 0
    row.isSigned = isSigned ? 1 : 0
    row.topBit = BabyBear(topByte >> 7)
    row.operands.fill(from: step, counting: tally)
    row.rotated = Word(rotated)
    tally.bytes(4 * (step.x >> 24), 2 * (topByte & 127))
  }
}
