import AIR
import Algebra
import Machine

/// SLTI and SLTIU: `rd = 1` if `rs1 < immediate`, else 0. 21 columns, 10 interactions, degree 3.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; `0 <= immediateLow < 2^16`; immediateHigh is
/// 0 or 0xffff where the comparison is unsigned and 0x8000 or 0x7fff where it is signed.
struct LessThanImmediateAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(LessThanImmediateColumns<Expr>.self).local
    let rs1 = row.operands.rs1

    // Constrains: isValid is 0 or 1, and isSigned is; the program's opcode is lessThanImmediateUnsigned - isSigned.
    // Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; another chip's instruction passes
    // for one of the two.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isSigned is boolean", row.isSigned)

    // Constrains: rs1Sign is 0 or isSigned.
    // Broken if removed: an unsigned word counts as 2^32 less than it stands for.
    builder.assertZero("only signed words have a sign", row.rs1Sign * (row.isSigned - row.rs1Sign))

    // Assumes: rs1 consists of bytes (memory), the immediate is in its range (program).
    // Constrains: isLess is 1 if and only if rs1 < immediate; see `compareHalves`, with high and low the differences
    // of the halves.
    //
    // Unsigned, and signed with the right sign, high lies in (-2^16, 2^16). Signed, the comparison shows the sign at
    // the same time. Let n be 1 where the immediate is negative, that is, 0x8000 - immediateHigh. Bit 15 of rs1's high
    // half flipped gives a half in [0, 2^16), so the right sign gives high in [-2^15 + n, 2^15 + n); the wrong one
    // gives a number that is 2^16 off, outside these 2^16 consecutive ones. And 2 high - n lies in [-2^16, 2^16) if
    // and only if high lies among them, and has the sign of high where that is not 0. A wrong sign gives no high 0.
    // Broken if removed: isLess is anything, or what the prover likes.
    let high = rs1.high + 32768 * row.isSigned - 65536 * row.rs1Sign - row.immediateHigh
    builder.assertBoolean("isLess is boolean", row.isLess)
    builder.compareHalves(
      high: high, low: rs1.low - row.immediateLow, blend: row.blend,
      scaledHigh: (1 + row.isSigned) * high - row.isSigned * (32768 - row.immediateHigh), isLess: row.isLess,
      enabled: row.isValid)

    row.operands.evaluate(
      builder, opcode: Expr(.lessThanImmediateUnsigned) - row.isSigned,
      constants: [row.immediateLow, row.immediateHigh], rd: Word(row.isLess, 0, 0, 0), isValid: row.isValid)
  }
}
