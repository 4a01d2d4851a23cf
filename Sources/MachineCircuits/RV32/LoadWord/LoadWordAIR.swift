import AIR
import Algebra
import Machine

/// LW: `rd = memory[rs1 + immediate]`. 21 columns, 13 interactions, degree 2.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; `-2048 <= immediate <= 2047`.
/// Borrowed from the memory boundary: pointers are multiples of 4 below 2^29 (`DataAddress`).
struct LoadWordAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(LoadWordColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Assumes: rs1 consists of bytes (memory).
    // Constrains: rs1 < 2^30, so that rs1 + immediate means an integer (`DataAddress`).
    // Broken if removed: with rs1 = p + a the word at address a is loaded.
    builder.lookUpRange(
      "rs1 is below 2^30", row.operands.rs1[3], bits: Expr(DataAddress.topByteBits), enabled: row.isValid)

    // Constrains: rd gets the word at the address. It consists of bytes, for memory does.
    // Broken if removed: rd is any word.
    row.operands.evaluate(
      builder, opcode: Expr(.loadWord), data: row.data, at: row.operands.address, rd: row.data, isValid: row.isValid)
  }
}
