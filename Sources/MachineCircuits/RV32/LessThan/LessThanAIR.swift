import AIR
import Algebra
import Machine

/// SLT and SLTU: `rd = 1` if `rs1 < rs2`, else 0. 26 columns, 14 interactions, degree 3.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's.
struct LessThanAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(LessThanColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1, and isSigned is; the program's opcode is lessThanUnsigned - isSigned. Padding:
    // all zero.
    // Broken if removed: an instruction counts any number of times on the buses; another chip's instruction passes
    // for one of the two.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isSigned is boolean", row.isSigned)

    // Assumes: rs1 and rs2 consist of bytes (memory).
    // Constrains: a sign is 1 if and only if the comparison is signed and bit 31 of the word is 1. For a byte x,
    // x + 128 - 256 sign is a byte only with the right sign, and x - 256 sign only with sign 0.
    // Broken if removed: a word counts as 2^32 more or less than it stands for.
    builder.assertBoolean("rs1's sign is boolean", row.rs1Sign)
    builder.assertBoolean("rs2's sign is boolean", row.rs2Sign)
    builder.lookUpBytes(
      "signs", rs1[3] + 128 * row.isSigned - 256 * row.rs1Sign,
      rs2[3] + 128 * row.isSigned - 256 * row.rs2Sign, enabled: row.isValid)

    // Assumes: as above; the high halves lie both in [0, 2^16) or both in [-2^15, 2^15).
    // Constrains: isLess is 1 if and only if rs1 < rs2; see `compareHalves`.
    // Broken if removed: isLess is anything, or what the prover likes.
    builder.assertBoolean("isLess is boolean", row.isLess)
    builder.compareHalves(
      high: rs1.high - rs2.high - 65536 * (row.rs1Sign - row.rs2Sign), low: rs1.low - rs2.low,
      blend: row.blend, isLess: row.isLess, enabled: row.isValid)

    row.operands.evaluate(
      builder, opcode: Expr(.lessThanUnsigned) - row.isSigned, rd: Word(row.isLess, 0, 0, 0), isValid: row.isValid)
  }
}
