import AIR
import Algebra
import Machine

/// SLLI, SRLI and SRAI by 1 to 31. 30 columns, 14 interactions, degree 3.
///
/// Let X0 and X1 be the halves of rs1, P = 2^s and Q = 2^(16 - s). The cut at bit s makes X_i = u_i P + v_i with
/// v_i < P and u_i < Q. A shift moves the upper parts down, or the lower parts up by multiplying with Q:
///
///     operation                 low half of rd    high half of rd
///     left, below 16            v0 Q              v1 Q + u0
///     left, 16 or more          0                 v0 Q
///     right, below 16           u0 + v1 Q         u1
///     right, 16 or more         u1                0
///
/// For an arithmetic shift of a negative word, the bits above u1 are 1.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; `cutPower` is P and `upperPower` Q, with
/// 1 <= s <= 15 for shifts by less than 16, 1 <= s <= 16 for left shifts by 16 or more, and 0 <= s <= 15 for right
/// shifts by 16 or more.
struct ShiftImmediateAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(ShiftImmediateColumns<Expr>.self).local
    let rs1 = row.operands.rs1

    // Constrains: isValid and all flags are 0 or 1, one of the four kinds is 1 where isValid is 1, and only a right
    // shift is arithmetic; the program's opcode tells the kind. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; a mixture of the kinds, or another
    // chip's instruction, passes for one of the six.
    let isRight = row.isRight0 + row.isRight1
    let isLeft0 = row.isValid - row.isLeft1 - isRight
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isLeft0 is boolean", isLeft0)
    builder.assertBoolean("isLeft1 is boolean", row.isLeft1)
    builder.assertBoolean("isRight0 is boolean", row.isRight0)
    builder.assertBoolean("isRight1 is boolean", row.isRight1)
    builder.assertZero("isArithmetic is 0 or isRight", row.isArithmetic * (isRight - row.isArithmetic))

    // Assumes: rs1 consists of bytes (memory).
    // Constrains: with v1 = X - u1 P, for the half X in question, v1 is in [0, P), and u1 + (Q / 2 - sign Q), the
    // bracket for arithmetic shifts only, in [0, Q). So u1 P + v1 lies in (-2^16, 2^17) and is X over the integers,
    // u1 in [0, Q) is the upper part of X, and sign is its top bit; if the shift is not arithmetic, sign 1 would put
    // u1 at Q or above.
    // Broken if removed: the parts are any that add up to X mod p, or the vacated bits are filled with the wrong sign.
    let (low, high) = (rs1.low, rs1.high)
    let half = high + row.isLeft1 * (low - high)
    builder.assertBoolean("sign is boolean", row.sign)
    builder.lookUpRange(
      "lower part of the high half", half - row.highUpper * row.cutPower, bits: row.cut, enabled: row.isValid)
    builder.lookUpRange(
      "upper part of the high half",
      row.highUpper + row.isArithmetic * row.upperPower.halved - row.sign * row.upperPower, bits: 16 - row.cut,
      enabled: row.isValid)

    // Assumes: v1 and u1 as above; for shifts by less than 16, that is, 1 <= s <= 15, one half of rd is v1 Q + u0
    // (below), and it is in [0, 2^16), as rd consists of bytes.
    // Constrains: v0 = X0 - u0 P is in [0, P). Since v1 Q is in [0, 2^16), u0 is an integer in (-2^16, 2^16). If
    // s <= 14, then u0 P + v0 lies in (-2^30, 2^30 + 2^14) and is X0 over the integers. If s = 15, then Q = 2, and the
    // second constraint makes u0 a bit, so the same holds. So u0 and v0 are the parts of X0. For shifts by 16 or more,
    // neither counts.
    // Broken if removed: without the look-up, u0 has any lower bits; without the constraint, u0 may be about p / 2^15,
    // which is below 2^16.
    builder.lookUpRange(
      "lower part of the low half", low - row.lowUpper * row.cutPower, bits: row.cut, enabled: row.isValid)
    builder.assertEqual(
      "a single upper bit is a bit", row.lowUpper * (row.lowUpper - 1), row.quotient * (row.upperPower - 2))

    // Constrains: the halves of rd, by the table above, where v_i Q = X_i Q - 2^16 u_i.
    // Broken if removed: that half of rd is anything.
    let shiftedLow = low * row.upperPower - 65536 * row.lowUpper
    let shiftedHigh = high * row.upperPower - 65536 * row.highUpper
    let middle = row.lowUpper + shiftedHigh
    let top = row.highUpper + row.sign * (65536 - row.upperPower)
    builder.assertEqual(
      "low half of rd", row.rd.low, isLeft0 * shiftedLow + row.isRight0 * middle + row.isRight1 * top)
    builder.assertEqual(
      "high half of rd", row.rd.high,
      isLeft0 * middle + row.isLeft1 * (low * row.upperPower - 65536 * row.highUpper) + row.isRight0 * top
        + row.isRight1 * (65535 * row.sign))

    // Constrains: rd consists of bytes.
    // Broken if removed: limbs of rd outside [0, 256) give other words the same halves.
    builder.lookUpBytes("rd bytes 0, 1", row.rd[0], row.rd[1], enabled: row.isValid)
    builder.lookUpBytes("rd bytes 2, 3", row.rd[2], row.rd[3], enabled: row.isValid)

    row.operands.evaluate(
      builder, opcode: Expr(.shiftLeft0) + row.isLeft1 + 2 * row.isRight0 + 3 * row.isRight1 + 2 * row.isArithmetic,
      constants: [row.cut, row.cutPower, row.upperPower], rd: row.rd, isValid: row.isValid)
  }
}
