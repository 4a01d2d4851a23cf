import AIR
import Algebra
import Machine

/// XOR, OR and AND of two registers. 27 columns, 16 interactions, degree 2.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's.
struct LogicAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(LogicColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1, at most one of isOr and isAnd is 1 and the other 0; the program's opcode is
    // xor + isOr + 2 isAnd. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; a mixture of the operations, or
    // another chip's instruction, passes for one of the three.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isOr is boolean", row.isOr)
    builder.assertBoolean("isAnd is boolean", row.isAnd)
    builder.assertZero("not both or and and", row.isOr * row.isAnd)

    // Assumes: nothing; the look-ups show that rs1 and rs2 consist of bytes once more.
    // Constrains: each byte of rd is the operation's result: see `exclusiveOr`.
    // Broken if removed: the byte of rd is anything.
    for i in 0..<4 {
      builder.lookUpXor(
        "byte \(i)", rs1[i], rs2[i],
        LogicAIR.exclusiveOr(rs1[i], rs2[i], result: row.rd[i], isOr: row.isOr, isAnd: row.isAnd),
        enabled: row.isValid)
    }

    row.operands.evaluate(builder, opcode: Expr(.xor) + row.isOr + 2 * row.isAnd, rd: row.rd, isValid: row.isValid)
  }

  /// `x xor y`, expressed by the operation's `result`: `result` itself, `2 (x or y) - x - y`, or
  /// `x + y - 2 (x and y)`. Where this is the exclusive or of two bytes, mod p, `result` is the operation's, for 2 is
  /// invertible.
  static func exclusiveOr(_ x: Expr, _ y: Expr, result: Expr, isOr: Expr, isAnd: Expr) -> Expr {
    (1 + isOr - 3 * isAnd) * result + (isAnd - isOr) * (x + y)
  }
}
