import AIR
import Algebra
import Machine

/// SW: `memory[rs1 + immediate] = rs2`. 21 columns, 13 interactions, degree 2.
///
/// Borrowed from the program: `-2048 <= immediate <= 2047`.
/// Borrowed from the memory boundary: pointers are multiples of 4 below 2^29 (`DataAddress`).
struct StoreWordAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(StoreWordColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Assumes: rs1 consists of bytes (memory).
    // Constrains: rs1 < 2^30, so that rs1 + immediate means an integer (`DataAddress`).
    // Broken if removed: with rs1 = p + a the word at address a is overwritten.
    builder.lookUpRange(
      "rs1 is below 2^30", row.operands.rs1[3], bits: Expr(DataAddress.topByteBits), enabled: row.isValid)

    // Constrains: the word at the address becomes that of rs2. It consists of bytes, for registers do.
    // Broken if removed: memory gets any word.
    row.operands.evaluate(
      builder, opcode: Expr(.storeWord), data: row.operands.rs2, space: Expr(AddressSpace.memory),
      at: row.operands.address, isValid: row.isValid)
  }
}
