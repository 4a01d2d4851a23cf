import AIR
import Algebra
import Machine

/// SLL, SRL and SRA by a register. 40 columns, 16 interactions, degree 3.
///
/// A left shift by k takes the low word of rs1 2^k, a right shift the high word of rs1 2^(32 - k). So there is one
/// multiplication: with the distance d = k, or d = 31 - k to the right, by 2^d, or by 2^(d + 1) to the right. It is
/// done in two steps: by `power`, at most 2^8, which gives five bytes Y, and by 256^j, which moves them up by
/// j = d >> 3 places. Byte i of rd is then Y[i - j], or Y[i + 4 - j] to the right.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's.
struct ShiftAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(ShiftColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid and isRight are 0 or 1, and isArithmetic is 0 or isRight; the program's opcode is
    // shiftLeft + isRight + isArithmetic. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; a left shift or a mixture passes for
    // a right one.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isRight is boolean", row.isRight)
    builder.assertZero("isArithmetic is 0 or isRight", row.isArithmetic * (row.isRight - row.isArithmetic))

    // Assumes: rs1 and rs2 consist of bytes (memory).
    // Constrains: bits are bits, one of the offsets 0 to 3 is 1, so the amount k they stand for is in [0, 32); and
    // with rs2[0] = k + 32 rest, rest is a byte. All are small, so this holds over the integers, and k is rs2 mod 32.
    // Sign is 1 if and only if the shift is arithmetic and bit 31 of rs1 is 1: for a byte x, x + 128 - 256 sign is a
    // byte only with the right sign, and x - 256 sign only with sign 0.
    // Broken if removed: the word is shifted by another amount, or the vacated bits are filled with the wrong sign.
    let isOffset = [1 - row.isOffset[0] - row.isOffset[1] - row.isOffset[2]] + (0..<3).map { row.isOffset[$0] }
    for i in 0..<3 { builder.assertBoolean("bit \(i) is boolean", row.bits[i]) }
    for j in 0..<4 { builder.assertBoolean("offset \(j) is boolean", isOffset[j]) }
    builder.assertBoolean("sign is boolean", row.sign)
    let offset = isOffset[1] + 2 * isOffset[2] + 3 * isOffset[3]
    let distance = row.bits[0] + 2 * row.bits[1] + 4 * row.bits[2] + 8 * offset
    let amount = distance + row.isRight * (31 - 2 * distance)
    builder.lookUpBytes(
      "rest of the amount; sign", (rs2[0] - amount).dividedByPowerOfTwo(5),
      rs1[3] + 128 * row.isArithmetic - 256 * row.sign, enabled: row.isValid)

    // Constrains: power = (1 + isRight) 2^bits[0] 4^bits[1] 16^bits[2], where 16^-b = 1 - 15 b / 16.
    // Broken if removed: the product is by anything.
    builder.assertEqual(
      "power", row.power * (16 - 15 * row.bits[2]),
      16 * (row.isValid + row.isRight) * (1 + row.bits[0]) * (1 + 3 * row.bits[1]))

    // Assumes: rs1 consists of bytes, power is at most 2^8.
    // Constrains: by halves, rs1.low power = Y[0] + 2^8 Y[1] + 2^16 c and rs1.high power + c = Y[2] + 2^8 Y[3] +
    // 2^16 Y[4], where Y and the carry c are bytes. Both sides are below 2^24 + 2^8, so the equations hold over the
    // integers, and Y is the product.
    // Broken if removed: the bytes of Y are any that give the same sums.
    let y = row.product
    let carry = (rs1.low * row.power - y[0] - 256 * y[1]).dividedByPowerOfTwo(16)
    builder.assertEqual(
      "high half of the product", rs1.high * row.power + carry, y[2] + 256 * y[3] + 65536 * y[4])
    builder.lookUpBytes("product bytes 0, 1", y[0], y[1], enabled: row.isValid)
    builder.lookUpBytes("product bytes 2, 3", y[2], y[3], enabled: row.isValid)
    builder.lookUpBytes("carry; product byte 4", carry, y[4], enabled: row.isValid)

    // Assumes: sign implies isRight.
    // Constrains: byte i of rd, for offset j. Below j it is 0 to the left and Y[i + 4 - j] to the right. From j on it
    // is Y[i - j] to the left, and to the right Y[4] at j and 0 above; for a negative word in an arithmetic shift, the
    // bits of power and above, in Y[4], are 1, and the bytes above it 255. All of these are bytes.
    // Broken if removed: the byte is anything.
    for i in 0..<4 {
      var byte: Expr = 0
      for j in 0..<4 {
        let source: Expr =
          if i < j {
            row.isRight * y[i + 4 - j]
          } else if i == j {
            (1 - row.isRight) * y[0] + row.isRight * y[4] + row.sign * (256 - row.power)
          } else {
            (1 - row.isRight) * y[i - j] + 255 * row.sign
          }
        byte += isOffset[j] * source
      }
      builder.assertEqual("byte \(i) of rd", row.rd[i], byte)
    }

    row.operands.evaluate(
      builder, opcode: Expr(.shiftLeft) + row.isRight + row.isArithmetic, rd: row.rd, isValid: row.isValid)
  }
}
