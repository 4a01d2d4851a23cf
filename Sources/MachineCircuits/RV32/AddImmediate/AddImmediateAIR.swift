import AIR
import Algebra
import Machine

/// ADDI: `rd = rs1 + immediate mod 2^32`. 20 columns, 11 interactions, degree 3.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; `-2048 <= immediate <= 2047`.
struct AddImmediateAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(AddImmediateColumns<Expr>.self).local
    let rs1 = row.operands.rs1

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Assumes: rs1 consists of bytes (memory), rd of bytes (below), the immediate is in its range (program).
    // Constrains: with low and high halves, rs1.low + immediate = rd.low + 2^16 c0 and rs1.high + c0 = rd.high + 2^16 c1
    // with carries c0, c1 in {-1, 0, 1}. All sums lie in (-2^17, 2^18), so the equations hold over the integers, and
    // rd = rs1 + immediate - 2^32 c1; since 0 <= rd < 2^32, it is the sum mod 2^32.
    // Broken if removed: rd is any word.
    let inverse = Expr(BabyBear.inversePowerOfTwo(16))
    let lowCarry = (rs1.low + row.immediate - row.rd.low) * inverse
    let highCarry = (rs1.high + lowCarry - row.rd.high) * inverse
    builder.assertZero("low half adds up", (lowCarry.squared - 1) * lowCarry)
    builder.assertZero("high half adds up", (highCarry.squared - 1) * highCarry)

    // Constrains: rd consists of bytes.
    // Broken if removed: limbs of rd outside [0, 256) give other sums the same halves.
    builder.lookUpBytes("rd bytes 0, 1", row.rd[0], row.rd[1], enabled: row.isValid)
    builder.lookUpBytes("rd bytes 2, 3", row.rd[2], row.rd[3], enabled: row.isValid)

    row.operands.evaluate(
      builder, opcode: Expr(.addImmediate), constants: [row.immediate], rd: row.rd, isValid: row.isValid)
  }
}
