import Algebra
import Machine

extension MultiplyHighAIR: InstructionChip {
  typealias Row = MultiplyHighColumns<BabyBear>
  static var chip: Chip { .multiplyHigh }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, y) = (step.x, step.y)
    let isSigned1 = step.opcode != .multiplyHighUnsigned
    let isSigned2 = step.opcode == .multiplyHighSigned
    let isNegative1 = isSigned1 && x >> 31 == 1
    let isNegative2 = isSigned2 && y >> 31 == 1
    // |product| < 2^64; its high word needs 33 bits.
    let unsigned = x.multipliedFullWidth(by: y)
    let high = Int64(unsigned.high) - (isNegative1 ? Int64(y) : 0) - (isNegative2 ? Int64(x) : 0)
    let result = UInt32(truncatingIfNeeded: high)
    row.isValid = 1
    row.rs1Sign = OperandSign(of: x, isSigned: isSigned1)
    row.rs2Sign = OperandSign(of: y, isSigned: isSigned2)
    let wrap = high < 0
    row.wrap = wrap ? 1 : 0
    row.low = [BabyBear(unsigned.low & 0xffff), BabyBear(unsigned.low >> 16)]
    row.operands.fill(from: step, counting: tally)
    row.rd = Word(result)

    tally.bytes(isSigned1 ? 2 * (x >> 24 & 127) : x >> 24, isSigned2 ? 2 * (y >> 24 & 127) : y >> 24)
    let (low, middle) = MultiplyAIR.byteProducts(x, y)
    let lowCarry = low >> 16
    tally.range(unsigned.low & 0xffff, bits: 16)
    tally.range(unsigned.low >> 16, bits: 16)
    tally.range(lowCarry, bits: MultiplyAIR.lowCarryBits)
    tally.range((middle + lowCarry) >> 16, bits: MultiplyAIR.highCarryBits)
    // At least -2.
    var highCarry = Int32(result >> 16) - (wrap ? 65536 : 0) - Int32((x >> 24) * (y >> 24))
    if isNegative1 { highCarry += Int32(y >> 16) }
    if isNegative2 { highCarry += Int32(x >> 16) }
    tally.range(UInt32(bitPattern: highCarry + 2), bits: highCarryBits)
    tally.bytes(of: result)
  }
}
