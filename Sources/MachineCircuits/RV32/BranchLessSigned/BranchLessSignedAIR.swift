import AIR
import Algebra
import Machine

/// BLT and BGE: branch by `offset` if `rs1 < rs2`, signed, or if not. 21 columns, 11 interactions, degree 3.
///
/// Borrowed from the program: both targets are where the instruction may go on; opcodes are below 2^12.
struct BranchLessSignedAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(BranchLessSignedColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1. Padding: all zero. The program's opcode is branchLessSigned + isNot; that isNot is
    // 0 or 1 follows from the comparison.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Assumes: rs1 and rs2 consist of bytes (memory).
    // Constrains: a sign is 1 if and only if bit 31 of the word is 1. For a byte x, x + 128 - 256 sign is a byte only
    // with the right sign.
    // Broken if removed: a word counts as 2^32 more or less than it stands for.
    builder.assertBoolean("rs1's sign is boolean", row.rs1Sign)
    builder.assertBoolean("rs2's sign is boolean", row.rs2Sign)
    builder.lookUpBytes(
      "signs", rs1[3] + 128 - 256 * row.rs1Sign, rs2[3] + 128 - 256 * row.rs2Sign, enabled: row.isValid)

    // Assumes: as above; with their signs, the high halves lie in [-2^15, 2^15).
    // Constrains: isTaken is 0 or 1; isTaken xor isNot is 1 if and only if rs1 < rs2; see `compareHalves`. As a
    // difference of opcodes, isNot is an integer in (-2^12, 2^12), and isTaken xor isNot is isNot or 1 - isNot; 2^16
    // times it is below p and leads from the difference of the halves into [0, 2^16) only if it is 0 or 1.
    // Broken if removed: the branch goes where the prover likes, or anywhere.
    builder.assertBoolean("isTaken is boolean", row.isTaken)
    builder.compareHalves(
      high: rs1.high - rs2.high - 65536 * (row.rs1Sign - row.rs2Sign), low: rs1.low - rs2.low,
      blend: row.blend, isLess: row.isTaken.xor(row.isNot), enabled: row.isValid)

    row.operands.evaluate(
      builder, opcode: Expr(.branchLessSigned) + row.isNot, nextPC: row.operands.nextPC(isTaken: row.isTaken),
      isValid: row.isValid)
  }
}
