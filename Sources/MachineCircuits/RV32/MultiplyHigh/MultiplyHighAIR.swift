import AIR
import Algebra
import Machine

/// MULH, MULHSU, MULHU: `rd` is the high word of `rs1 rs2`, both, the first or none of them signed. 30 columns, 20
/// interactions, degree 3.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's.
struct MultiplyHighAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(MultiplyHighColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Constrains: which operands are signed. The opcode, looked up in the program, is MULHU less 1 for each signed
    // operand, and the second is signed only if the first is: MULHU 0, MULHSU 1, MULH 2.
    // Broken if removed: MULHSU with its operands exchanged.
    row.rs1Sign.assertValid("rs1", builder)
    row.rs2Sign.assertValid("rs2", builder)
    builder.unless(row.rs1Sign.isSigned).assertZero("rs2 is signed only if rs1 is", row.rs2Sign.code)
    let (isSigned1, isSigned2) = (row.rs1Sign.isSigned, row.rs2Sign.isSigned)
    let (s1, s2) = (row.rs1Sign.isNegative, row.rs2Sign.isNegative)

    // Assumes: rs1 and rs2 consist of bytes (memory).
    // Constrains: where rs1 is signed, 2 (rs1[3] - 128 s1) is a byte, hence s1 is bit 31 of rs1. Where it is not, s1 is
    // 0 and its byte rs1[3] is looked up, which says nothing. The same of rs2. All are integers in (-256, 512), so that
    // being a byte mod p is being a byte.
    // Broken if removed: operands of the other sign.
    builder.lookUpBytes(
      "signs", rs1[3] + isSigned1 * rs1[3] - 256 * s1, rs2[3] + isSigned2 * rs2[3] - 256 * s2,
      enabled: row.isValid)

    // Assumes: bytes as above.
    // Constrains: the product of the unsigned words, b c = L0 + 2^16 L1 + 2^32 (H + 2^16 b3 c3), with L0, L1, H two
    // byte positions each, has the low word low[0] + 2^16 low[1] and carries k1 into the high word:
    //
    //   L0      = low[0] + 2^16 k0
    //   L1 + k0 = low[1] + 2^16 k1
    //
    // As in `MultiplyAIR`, L0 < 2^25, L1 + k0 < 2^26, and with low[0], low[1] < 2^16, k0 < 2^9, k1 < 2^10 the right
    // sides are below 2^25 and 2^26. So the equations hold over the integers and k1 is (L0 + 2^16 L1) / 2^32 rounded
    // down. The bounds on low[0] and low[1] must be tight; the carries might have up to 14 bits.
    // Broken if removed: k1, and with it rd, off by one or by anything.
    let inverse = Expr(BabyBear.inversePowerOfTwo(16))
    let lowCarry = (rs1.lowProducts(rs2) - row.low[0]) * inverse
    let middleCarry = (rs1.middleProducts(rs2) + lowCarry - row.low[1]) * inverse
    builder.lookUpRange("low[0] has 16 bits", row.low[0], bits: 16, enabled: row.isValid)
    builder.lookUpRange("low[1] has 16 bits", row.low[1], bits: 16, enabled: row.isValid)
    builder.lookUpRange("low carry", lowCarry, bits: Expr(MultiplyAIR.lowCarryBits), enabled: row.isValid)
    builder.lookUpRange("middle carry", middleCarry, bits: Expr(MultiplyAIR.highCarryBits), enabled: row.isValid)

    // Assumes: all of the above; rd consists of bytes (below).
    // Constrains: as integers, with operands b - 2^32 s1 and c - 2^32 s2, the product's high word is that of b c less
    // s1 c and s2 b, plus 2^32 s1 s2. It lies in [-2^31, 2^32), so that rd, which is in [0, 2^32), is it mod 2^32 just
    // in case
    //
    //   rd = H + k1 + 2^16 b3 c3 - s1 c - s2 b + 2^32 wrap    with an integer wrap
    //
    // which is 0 or 1: s1 s2, plus 1 if the product is negative, and if both operands are negative it is not.
    // In halves, with the carry k2 out of the lower one,
    //
    //   H + k1 - s1 c.low  - s2 b.low  = rd.low  + 2^16 k2
    //   k2 + b3 c3 - s1 c.high - s2 b.high = rd.high - 2^16 wrap
    //
    // The second line defines k2; it is an integer, since all other terms are. The first one's left side lies in
    // [-2^17, 2^25 + 2^11), so that -3 < k2 <= 2^9 for the true halves, and with -2 <= k2 < 2^10 - 2 its right side
    // lies in [-2^17, 2^26): it holds over the integers. k2 might have up to 14 bits.
    // Broken if removed: without the bound on k2, the word rd + p fits as well; without the equation, or with another
    // wrap, any.
    builder.assertBoolean("wrap is boolean", row.wrap)
    let highCarry =
      row.rd.high - 65536 * row.wrap - rs1.products(6, rs2) + s1 * rs2.high + s2 * rs1.high
    let high = rs1.products(4, rs2) + 256 * rs1.products(5, rs2)
    builder.assertEqual(
      "high word", high + middleCarry - s1 * rs2.low - s2 * rs1.low, row.rd.low + 65536 * highCarry)
    builder.lookUpRange(
      "high carry", highCarry + 2, bits: Expr(Self.highCarryBits), enabled: row.isValid)

    // Constrains: rd consists of bytes.
    // Broken if removed: memory gets other cells with the same halves.
    builder.lookUpBytes("rd bytes 0, 1", row.rd[0], row.rd[1], enabled: row.isValid)
    builder.lookUpBytes("rd bytes 2, 3", row.rd[2], row.rd[3], enabled: row.isValid)

    row.operands.evaluate(
      builder, opcode: Expr(.multiplyHighUnsigned) - isSigned1 - isSigned2, rd: row.rd, isValid: row.isValid)
  }

  /// Of the carry plus 2: `(255^2 (3 + 2 * 2^8) + 1019) / 2^16 + 2 < 514`.
  static let highCarryBits = 10
}
