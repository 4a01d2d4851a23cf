import AIR
import Algebra
import Machine

/// BLTU and BGEU: branch by `offset` if `rs1 < rs2`, unsigned, or if not. 19 columns, 10 interactions, degree 3.
///
/// Borrowed from the program: both targets are where the instruction may go on; opcodes are below 2^12.
struct BranchLessAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(BranchLessColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1. Padding: all zero. The program's opcode is branchLessUnsigned + isNot; that isNot is
    // 0 or 1 follows from the comparison.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Assumes: rs1 and rs2 consist of bytes (memory), so that their halves lie in [0, 2^16).
    // Constrains: isTaken is 0 or 1; isTaken xor isNot is 1 if and only if rs1 < rs2; see `compareHalves`. As a
    // difference of opcodes, isNot is an integer in (-2^12, 2^12), and isTaken xor isNot is isNot or 1 - isNot; 2^16
    // times it is below p and leads from the difference of the halves into [0, 2^16) only if it is 0 or 1.
    // Broken if removed: the branch goes where the prover likes, or anywhere.
    builder.assertBoolean("isTaken is boolean", row.isTaken)
    builder.compareHalves(
      high: rs1.high - rs2.high, low: rs1.low - rs2.low,
      blend: row.blend, isLess: row.isTaken.xor(row.isNot), enabled: row.isValid)

    row.operands.evaluate(
      builder, opcode: Expr(.branchLessUnsigned) + row.isNot, nextPC: row.operands.nextPC(isTaken: row.isTaken),
      isValid: row.isValid)
  }
}
