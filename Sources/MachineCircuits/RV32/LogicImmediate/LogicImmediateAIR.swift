import AIR
import Algebra
import Machine

/// XORI, ORI and ANDI. 23 columns, 11 interactions, degree 2.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; the immediate's bytes 0 and 1 are bytes, and
/// bytes 2 and 3 are both 0 or both 255.
struct LogicImmediateAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(LogicImmediateColumns<Expr>.self).local
    let rs1 = row.operands.rs1

    // Constrains: isValid is 0 or 1, at most one of isOr and isAnd is 1 and the other 0; the program's opcode is
    // xorImmediate + isOr + 2 isAnd. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; a mixture of the operations, or
    // another chip's instruction, passes for one of the three.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isOr is boolean", row.isOr)
    builder.assertBoolean("isAnd is boolean", row.isAnd)
    builder.assertZero("not both or and and", row.isOr * row.isAnd)

    // Constrains: bytes 0 and 1 of rd are the operation's result, as in `LogicAIR`.
    // Broken if removed: the byte of rd is anything.
    for i in 0..<2 {
      builder.lookUpXor(
        "byte \(i)", rs1[i], row.immediate[i],
        LogicAIR.exclusiveOr(
          rs1[i], row.immediate[i], result: row.rdLow[i], isOr: row.isOr, isAnd: row.isAnd),
        enabled: row.isValid)
    }

    // Assumes: rs1 consists of bytes (memory); with s = signByte / 255, s is 0 or 1 (program).
    // Constrains: bytes 2 and 3 of rd are `factor x + (1 - isAnd) signByte` for the byte x of rs1, where factor is
    // 1 - 2 s for XORI, 1 - s for ORI and s for ANDI:
    //             s = 0    s = 1
    //     xor     x        255 - x
    //     or      x        255
    //     and     0        x
    // No look-up is needed: each entry is a byte, and the right one.
    // Broken if removed: the high half of rd is any multiple of rs1's.
    let sign = row.signByte * Expr((255 as BabyBear).inverse)
    builder.assertEqual(
      "factor of the high bytes", row.factor, row.isValid - row.isAnd - sign * (2 - row.isOr - 3 * row.isAnd))
    let constant = (1 - row.isAnd) * row.signByte
    let rd = Word(
      row.rdLow[0], row.rdLow[1], row.factor * rs1[2] + constant, row.factor * rs1[3] + constant)

    row.operands.evaluate(
      builder, opcode: Expr(.xorImmediate) + row.isOr + 2 * row.isAnd,
      constants: [row.immediate[0], row.immediate[1], row.signByte], rd: rd, isValid: row.isValid)
  }
}
