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
      "rs1 is below 2^30", row.rs1[3], bits: Expr(DataAddress.topByteBits), enabled: row.isValid)

    // Constrains: the word at the address becomes that of rs2. It consists of bytes, for registers do.
    // Broken if removed: memory gets any word.
    var adapter = InstructionAdapter(builder, state: row.state, isValid: row.isValid)
    adapter.readRegister("rs1", at: row.rs1Pointer, row.rs1, since: row.rs1Time)
    adapter.readRegister("rs2", at: row.rs2Pointer, row.rs2, since: row.rs2Time)
    adapter.write(
      "data", space: Expr(AddressSpace.memory), at: row.rs1.address(offset: row.immediate), row.rs2,
      replacing: row.previous, since: row.dataTime)
    adapter.finish(
      opcode: Expr(.storeWord), [row.rs2Pointer, row.rs1Pointer, row.immediate], nextPC: row.state.pc + 4)
  }
}
