import AIR
import Algebra
import Machine

/// An instruction and where it stands: 9 columns, committed once for all runs of a program.
struct ProgramColumns<T: Cell>: AIRColumns {
  var pc: T
  var opcode: T
  /// `a` to `g`.
  var operands: [7 of T]
}

/// How often an instruction was executed: 1 column.
struct ProgramCountColumns<T: Cell>: AIRColumns {
  var executions: T
}

/// The guest's code, a table on the program bus (chapter 20, section 3.1). 9 cached columns and 1, 1 interaction, no
/// constraint.
///
/// What the cached part holds is not the AIR's matter: whoever accepts a proof compares its commitment with that of the
/// program it means. All facts about operands that other AIRs borrow from the program rest on that comparison.
struct ProgramAIR: AIR {
  var width: TraceWidth {
    TraceWidth(cachedMains: [ProgramColumns<Expr>.width], commonMain: ProgramCountColumns<Expr>.width)
  }
  var isRequired: Bool { true }

  func evaluate(_ builder: AIRBuilder) {
    let row = builder.cachedMain(0, ProgramColumns<Expr>.self).local
    let count = builder.main(ProgramCountColumns<Expr>.self).local
    // The count needs no bound: queries have counts 0 and 1 and are fewer than p, so the bus balances only if each
    // of them is a row of the table.
    builder.provide("instruction", row, in: MachineBus.program, count: count.executions)
  }
}
