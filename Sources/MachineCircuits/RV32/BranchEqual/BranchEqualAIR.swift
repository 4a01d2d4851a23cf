import AIR
import Algebra
import Machine

/// BEQ and BNE: branch by `offset` if `rs1` and `rs2` are equal, or not equal. 19 columns, 9 interactions, degree 3.
///
/// Borrowed from the program: both targets are where the instruction may go on.
struct BranchEqualAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(BranchEqualColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1, and isNot is; the program's opcode is branchEqual + isNot. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; another chip's instruction passes
    // for one of the two.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isNot is boolean", row.isNot)

    // Assumes: rs1 and rs2 consist of bytes (memory), so that the differences of their halves are integers in
    // (-2^16, 2^16), and 0 mod p only if they are 0.
    // Constrains: the next pc is the target for equal words where both differences are 0, whatever the steps are, and
    // the other target where one of them is not.
    // Broken if removed: the step leads anywhere from words that differ in this half alone.
    let (pc, offset) = (row.operands.state.pc, row.operands.offset)
    let jump = offset - 4
    let low = rs1.low - rs2.low
    let high = rs1.high - rs2.high
    let equalTarget = pc + offset - row.isNot * jump
    let otherTarget = pc + 4 + row.isNot * jump
    let nextPC = equalTarget + low * row.lowStep + high * row.highStep
    builder.assertZero("different low halves go to the other target", low * (nextPC - otherTarget))
    builder.assertZero("different high halves go to the other target", high * (nextPC - otherTarget))

    row.operands.evaluate(builder, opcode: Expr(.branchEqual) + row.isNot, nextPC: nextPC, isValid: row.isValid)
  }
}
