import AIR
import Algebra
import Machine

/// BEQ and BNE with x0: branch by `offset` if `rs1` is zero, or not zero. 12 columns, 6 interactions, degree 3.
///
/// Borrowed from the program: both targets are where the instruction may go on.
struct BranchZeroAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(BranchZeroColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1, and isNot is; the program's opcode is branchZero + isNot. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; another chip's instruction passes
    // for one of the two.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isNot is boolean", row.isNot)

    // Assumes: rs1 consists of bytes (memory), so that their sum is an integer in [0, 1020], and 0 only for the word 0.
    // Constrains: the next pc is the target for zero where the sum is 0, whatever `step` is, and the other target
    // where it is not.
    // Broken if removed: `step` leads anywhere from a word that is not zero.
    let jump = row.offset - 4
    let sum = row.rs1.cells.sum()
    let zeroTarget = row.state.pc + row.offset - row.isNot * jump
    let otherTarget = row.state.pc + 4 + row.isNot * jump
    let nextPC = zeroTarget + sum * row.step
    builder.assertZero("other words go to the other target", sum * (nextPC - otherTarget))

    var adapter = InstructionAdapter(builder, state: row.state, isValid: row.isValid)
    adapter.readRegister("rs1", at: row.rs1Pointer, row.rs1, since: row.rs1Time)
    adapter.finish(opcode: Expr(.branchZero) + row.isNot, [row.rs1Pointer, 0, row.offset], nextPC: nextPC)
  }
}
