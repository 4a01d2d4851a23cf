import AIR
import Algebra
import Machine

/// The columns of the chip `phantom`: 6.
struct PhantomColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  /// `a`, `b` and `c`.
  var operands: [3 of T]
}

/// PHANTOM: the pc advances, and nothing else is proven (chapter 20, section 3.5). 6 columns, 3 interactions, degree 2.
struct PhantomAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(PhantomColumns<Expr>.self).local

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: with -1 a state is received before it is sent: execution runs backwards. With 2 it forks.
    builder.assertBoolean("isValid is boolean", row.isValid)

    InstructionAdapter(builder, state: row.state, isValid: row.isValid).finish(
      opcode: Expr(.phantom), [row.operands[0], row.operands[1], row.operands[2]], nextPC: row.state.pc + 4)
  }
}
