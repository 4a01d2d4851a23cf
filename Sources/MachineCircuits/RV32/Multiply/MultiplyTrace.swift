import Algebra
import Machine

extension MultiplyAIR: InstructionChip {
  typealias Row = MultiplyColumns<BabyBear>
  static var chip: Chip { .multiply }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let result = step.x &* step.y
    row.isValid = 1
    row.operands.fill(from: step, counting: tally)
    row.rd = Word(result)

    let (low, middle) = byteProducts(step.x, step.y)
    let lowCarry = low >> 16
    tally.range(lowCarry, bits: lowCarryBits)
    tally.range((middle + lowCarry) >> 16, bits: highCarryBits)
    tally.bytes(of: result)
  }

  /// `lowProducts` and `middleProducts` of two words, as integers.
  @inline(__always)
  static func byteProducts(_ x: UInt32, _ y: UInt32) -> (low: UInt32, middle: UInt32) {
    let (x0, x1, x2, x3) = (x & 255, x >> 8 & 255, x >> 16 & 255, x >> 24)
    let (y0, y1, y2, y3) = (y & 255, y >> 8 & 255, y >> 16 & 255, y >> 24)
    // < 2^25 and < 2^26
    let low = x0 &* y0 &+ (x0 &* y1 &+ x1 &* y0) << 8
    let middle = x0 &* y2 &+ x1 &* y1 &+ x2 &* y0 &+ (x0 &* y3 &+ x1 &* y2 &+ x2 &* y1 &+ x3 &* y0) << 8
    return (low, middle)
  }
}
