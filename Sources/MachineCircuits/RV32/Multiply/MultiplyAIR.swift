import AIR
import Algebra
import Machine

/// MUL: `rd = rs1 rs2 mod 2^32`. 25 columns, 16 interactions, degree 2.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's.
struct MultiplyAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(MultiplyColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Assumes: rs1 and rs2 consist of bytes (memory), rd of bytes (below).
    // Constrains: with L0 = b0 c0 + 2^8 (b0 c1 + b1 c0), L1 the next two byte positions, and halves of rd
    //
    //   L0      = rd.low  + 2^16 k0
    //   L1 + k0 = rd.high + 2^16 k1
    //
    // L0 < 2^25 and L1 + k0 < 2^26, so k0 <= 509 and k1 <= 1019 for the true halves. Conversely, with rd in bytes,
    // k0 < 2^9 and k1 < 2^10, the right sides are below 2^25 and 2^26: all sides are below p, the equations hold over
    // the integers, and rd = L0 + 2^16 L1 - 2^32 k1 is the product mod 2^32.
    // The carries might have up to 14 bits: 2^16 2^14 + 2^16 < p.
    // Broken if removed: with a carry out of range, rd + p or any half; with a byte out of range, memory gets others.
    let inverse = Expr(BabyBear.inversePowerOfTwo(16))
    let lowCarry = (rs1.lowProducts(rs2) - row.rd.low) * inverse
    let highCarry = (rs1.middleProducts(rs2) + lowCarry - row.rd.high) * inverse
    builder.lookUpRange("low carry", lowCarry, bits: Expr(Self.lowCarryBits), enabled: row.isValid)
    builder.lookUpRange("high carry", highCarry, bits: Expr(Self.highCarryBits), enabled: row.isValid)
    builder.lookUpBytes("rd bytes 0, 1", row.rd[0], row.rd[1], enabled: row.isValid)
    builder.lookUpBytes("rd bytes 2, 3", row.rd[2], row.rd[3], enabled: row.isValid)

    row.operands.evaluate(builder, opcode: Expr(.multiply), rd: row.rd, isValid: row.isValid)
  }

  /// `255^2 (1 + 2 * 2^8) / 2^16 < 510`.
  static let lowCarryBits = 9
  /// `(255^2 (3 + 4 * 2^8) + 509) / 2^16 < 1020`.
  static let highCarryBits = 10
}
