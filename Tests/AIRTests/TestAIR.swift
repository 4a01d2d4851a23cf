import AIR
import Algebra

/// An AIR given by a closure.
struct TestAIR: AIR {
  var name = "TestAIR"
  var width = TraceWidth(commonMain: 4)
  var publicValueCount = 0
  var body: @Sendable (AIRBuilder) -> Void

  func evaluate(_ builder: AIRBuilder) { body(builder) }
}

/// The DAG of constraints over four columns, asserted in the order in which `body` returns them.
func dag(_ body: @escaping @Sendable ([Expr], [Expr], AIRBuilder) -> [Expr]) -> ConstraintDAG {
  CompiledAIR(
    TestAIR(publicValueCount: 2) { builder in
      let (local, next) = builder.cells(.commonMain)
      for expression in body(local, next, builder) { builder.assertZero("c", expression) }
    }
  ).dag
}

/// Column `index` of common main in this row.
func column(_ index: Int, offset: Int = 0) -> ConstraintNode { .variable(.main(part: 0, offset: offset), index: index) }
