import AIR
import Algebra
import Testing

/// The rules of chapter 10, section 4.6, one by one.
@Suite struct ConstraintDAGTests {
  private let a = column(0)
  private let b = column(1)

  @Test func operandsComeInPostOrderLeftFirst() {
    #expect(
      dag { x, _, _ in [x[0] * x[1] + x[2]] }.nodes
        == [a, b, .mul(0, 1, degree: 2), column(2), .add(2, 3, degree: 2)])
    // The order in which handles were made does not matter.
    #expect(
      dag { x, _, _ in
        let late = x[2] + 0
        let early = x[0] * x[1]
        return [early + late]
      }.nodes == [a, b, .mul(0, 1, degree: 2), column(2), .constant(0), .add(2, 3, degree: 2)])
  }

  @Test func equalNodesAreShared() {
    let found = dag { x, _, _ in [x[0] * x[1], x[0] * x[1] + 1] }
    #expect(found.nodes == [a, b, .mul(0, 1, degree: 2), .constant(1), .add(2, 3, degree: 2)])
    #expect(found.constraints == [2, 4])
    // No commutativity.
    #expect(dag { x, _, _ in [x[0] * x[1], x[1] * x[0]] }.nodes.count == 4)
  }

  @Test func constraintsAreSortedAndDeduplicated() {
    let found = dag { x, _, _ in [x[0] + x[1], x[0], x[0] + x[1], x[1]] }
    #expect(found.constraints == [0, 1, 2])
  }

  @Test func constantsFold() {
    #expect(dag { _, _, _ in [Expr(3) + Expr(4)] }.nodes == [.constant(3), .constant(4), .constant(7)])
    #expect(dag { _, _, _ in [Expr(3) - Expr(4)] }.nodes == [.constant(3), .constant(4), .constant(-1)])
    #expect(dag { _, _, _ in [Expr(3) * Expr(4)] }.nodes == [.constant(3), .constant(4), .constant(12)])
    #expect(dag { _, _, _ in [-Expr(3)] }.nodes == [.constant(3), .constant(-3)])
  }

  @Test func additionRules() {
    #expect(dag { x, _, _ in [Expr(0) + x[0]] }.constraints == [1])
    #expect(
      dag { x, _, _ in [x[0] + Expr(0)] }
        == ConstraintDAG(nodes: [a, .constant(0)], constraints: [0], interactions: []))
    #expect(
      dag { x, _, _ in [x[0] + (-x[1])] }.nodes
        == [a, b, .neg(1, degree: 1), .sub(0, 1, degree: 1)])
    // A negation on the left is not absorbed.
    #expect(
      dag { x, _, _ in [(-x[0]) + x[1]] }.nodes
        == [a, .neg(0, degree: 1), b, .add(1, 2, degree: 1)])
  }

  @Test func subtractionRules() {
    #expect(dag { x, _, _ in [x[0] - Expr(0)] }.constraints == [0])
    #expect(
      dag { x, _, _ in [x[0] - (-x[1])] }.nodes
        == [a, b, .neg(1, degree: 1), .add(0, 1, degree: 1)])
    // 0 - x stays.
    #expect(dag { x, _, _ in [Expr(0) - x[0]] }.nodes == [.constant(0), a, .sub(0, 1, degree: 1)])
  }

  @Test func negationRules() {
    #expect(dag { x, _, _ in [-(-x[0])] }.nodes == [a, .neg(0, degree: 1), .neg(1, degree: 1)])
  }

  @Test func multiplicationRules() {
    #expect(dag { x, _, _ in [x[0] * Expr(1)] }.constraints == [0])
    #expect(dag { x, _, _ in [Expr(1) * x[0]] }.constraints == [1])
    #expect(dag { x, _, _ in [x[0] * Expr(0)] }.constraints == [1])
    #expect(dag { x, _, _ in [Expr(0) * x[0]] }.constraints == [0])
  }

  @Test func absorbedOperandsStay() {
    let found = dag { x, _, _ in [x[0] * Expr(1) + x[1]] }
    #expect(found.nodes == [a, .constant(1), b, .add(0, 2, degree: 1)])
  }

  @Test func degreeIsThatOfTheTreeAndPartOfIdentity() {
    // (x * 0 + y) has degree 1 by its tree; (y * z * 0 + y) has degree 2, though both fold to y.
    let found = dag { x, _, _ in
      let plain = x[0] + x[1]
      let raised = (x[0] + x[2] * x[3] * 0) + x[1]
      return [plain, raised]
    }
    #expect(found.nodes.contains(.add(0, 1, degree: 1)))
    #expect(found.nodes.contains(.add(0, 1, degree: 2)))
    #expect(found.constraints.count == 2)
  }

  @Test func interactionsFollowConstraintsMessageBeforeCount() {
    let air = CompiledAIR(
      TestAIR { builder in
        let x = builder.cells(.commonMain).local
        builder.push("i", bus: 9, message: [x[2], x[1]], count: x[0], countWeight: 3)
        builder.assertZero("c", x[3])
      })
    #expect(air.dag.nodes == [column(3), column(2), b, a])
    #expect(air.dag.interactions == [Interaction(message: [1, 2], count: 3, busIndex: 9, countWeight: 3)])
    #expect(air.dag.constraints == [0])
  }

  @Test func deepTreesNeedNoDeepStack() {
    let found = dag { x, _, _ in
      var left = x[0]
      var right = x[0]
      for _ in 0..<200_000 {
        left = left + x[1]
        right = x[1] + right
      }
      return [left, right]
    }
    #expect(found.nodes.count == 2 + 400_000)
  }

  @Test func rotationAndUnusedVariables() {
    let still = CompiledAIR(TestAIR { $0.assertZero("c", $0.cells(.commonMain).local[1]) })
    #expect(!still.needsRotation)
    #expect(still.unusedVariables == [0, 2, 3].map { Variable(entry: .main(part: 0, offset: 0), index: $0) })

    let width = TraceWidth(preprocessed: 1, cachedMains: [1], commonMain: 1)
    let turning = CompiledAIR(
      TestAIR(width: width) { $0.assertZero("c", $0.cells(.cachedMain(0)).next[0] * 0) })
    // Dead nodes count.
    #expect(turning.needsRotation)
    #expect(
      turning.unusedVariables == [
        Variable(entry: .preprocessed(offset: 0), index: 0), Variable(entry: .preprocessed(offset: 1), index: 0),
        Variable(entry: .main(part: 0, offset: 0), index: 0),
        Variable(entry: .main(part: 1, offset: 0), index: 0), Variable(entry: .main(part: 1, offset: 1), index: 0),
      ])
  }

  @Test func namesOfMergedConstraintsAreKept() {
    let air = CompiledAIR(
      TestAIR { builder in
        let x = builder.cells(.commonMain).local
        builder.group("outer").group("inner").assertZero("first", x[1])
        builder.assertZero("second", x[0])
        builder.group("outer") { $0.assertZero("again", x[1]) }
      })
    #expect(air.dag.constraints == [0, 1])
    #expect(air.constraintNames == [["outer/inner/first", "outer/again"], ["second"]])
  }
}
