import AIR
import Algebra
import Machine

/// LUI, AUIPC and JAL: `rd = value`, go on at `pc + offset`. 14 columns, 6 interactions, degree 2.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; the value consists of bytes; the offset leads
/// to where the instruction goes on.
struct LoadConstantAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(LoadConstantColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    var adapter = InstructionAdapter(builder, state: row.state, isValid: row.isValid)
    adapter.writeRegister("rd", at: row.rdPointer, row.value, replacing: row.previous, since: row.rdTime)
    adapter.finish(
      opcode: Expr(.loadConstant), [row.rdPointer, row.offset] + row.value.cells, nextPC: row.state.pc + row.offset)
  }
}
