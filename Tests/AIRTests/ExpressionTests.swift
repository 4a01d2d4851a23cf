import AIR
import Algebra
import Testing

@Suite struct ExpressionTests {
  /// Evaluates `body` where expressions may be built and returns its result.
  private func degrees(_ body: @escaping @Sendable ([Expr], AIRBuilder) -> [Expr]) -> [Int] {
    let result = Box()
    _ = CompiledAIR(
      TestAIR(publicValueCount: 1) { builder in
        result.values = body(builder.cells(.commonMain).local, builder).map(\.degree)
        builder.assertZero("c", 0)
      })
    return result.values
  }

  private final class Box: @unchecked Sendable { var values: [Int] = [] }

  @Test func degreesFollowTheTable() {
    let found = degrees { x, builder in
      [
        x[0], builder.publicValue(0), builder.isFirstRow, builder.isLastRow, builder.isTransition, 7,
        x[0] + 1, 1 - x[0], x[0] * x[1] + x[2], -(x[0] * x[1]), x[0] * 5, x[0] * x[1] * x[2], x[0] * x[1] - x[0] * x[1],
      ]
    }
    // A difference that cancels keeps its degree: nothing is simplified.
    #expect(found == [1, 0, 1, 1, 1, 0, 1, 1, 2, 2, 1, 3, 2])
  }

  @Test func constantsMixWithExpressions() {
    let c = BabyBear(9)
    let found = degrees { x, _ in [c * x[0], x[0] * c, x[0] + c, c - x[0], x[0] - c, c + x[0], Expr(c)] }
    #expect(found == [1, 1, 1, 1, 1, 1, 0])
  }

  @Test func repeatedSquaringSaturatesInsteadOfOverflowing() {
    let found = degrees { x, _ in
      var power = x[0]
      for _ in 0..<100 { power = power * power }
      return [power]
    }
    #expect(found == [Int(Int32.max)])
  }

  @Test func expressionIsFourBytes() {
    #expect(MemoryLayout<Expr>.size == 4)
    #expect(MemoryLayout<Expr>.stride == MemoryLayout<BabyBear>.stride)
  }

  // Shapes of chapter 10, section 4.4.

  @Test func shapesOfSmallHelpers() {
    let c0 = column(0)
    let c1 = column(1)
    #expect(dag { x, _, _ in [x[0].doubled] }.nodes == [c0, .add(0, 0, degree: 1)])
    #expect(dag { x, _, _ in [x[0].squared] }.nodes == [c0, .mul(0, 0, degree: 2)])
    #expect(dag { x, _, _ in [x[0].cubed] }.nodes == [c0, .mul(0, 0, degree: 2), .mul(1, 0, degree: 3)])
    #expect(
      dag { x, _, _ in [x[0].booleanCheck] }.nodes
        == [c0, .constant(1), .sub(0, 1, degree: 1), .mul(0, 2, degree: 2)])
    #expect(
      dag { x, _, _ in [x[0].xor(x[1])] }.nodes
        == [c0, c1, .add(0, 1, degree: 1), .add(1, 1, degree: 1), .mul(0, 3, degree: 2), .sub(2, 4, degree: 2)])
    #expect(
      dag { x, _, _ in [x[1].and(not: x[0])] }.nodes
        == [.constant(1), c0, .sub(0, 1, degree: 1), c1, .mul(2, 3, degree: 2)])
    #expect(
      dag { x, _, _ in [x[0].ternaryCheck] }.nodes
        == [
          c0, .constant(1), .sub(0, 1, degree: 1), .mul(0, 2, degree: 2), .constant(2), .sub(0, 4, degree: 1),
          .mul(3, 5, degree: 3),
        ])
  }

  @Test func shapesOfPowers() {
    let c0 = column(0)
    #expect(
      dag { x, _, _ in [x[0].raised(to: 4)] }.nodes == [c0, .mul(0, 0, degree: 2), .mul(1, 1, degree: 4)])
    #expect(
      dag { x, _, _ in [x[0].raised(to: 5)] }.nodes
        == [c0, .mul(0, 0, degree: 2), .mul(1, 1, degree: 4), .mul(2, 0, degree: 5)])
    #expect(
      dag { x, _, _ in [x[0].raised(to: 6)] }.nodes
        == [c0, .mul(0, 0, degree: 2), .mul(1, 1, degree: 4), .mul(2, 1, degree: 6)])
    #expect(
      dag { x, _, _ in [x[0].raised(to: 7)] }.nodes
        == [c0, .mul(0, 0, degree: 2), .mul(1, 0, degree: 3), .mul(1, 1, degree: 4), .mul(2, 3, degree: 7)])
    // Binary powering starts from the constant 1, which stays in the list.
    #expect(
      dag { x, _, _ in [x[0].power(3)] }.nodes
        == [.constant(1), c0, .mul(1, 1, degree: 2), .mul(1, 2, degree: 3)])
    #expect(dag { x, _, _ in [x[0].halved] }.nodes == [c0, .constant(BabyBear(2).inverse), .mul(0, 1, degree: 1)])
    #expect(
      dag { x, _, _ in [x[0].dividedByPowerOfTwo(2)] }.nodes
        == [c0, .constant(BabyBear(4).inverse), .mul(0, 1, degree: 1)])
    #expect(
      dag { x, _, _ in [x[0].timesPowerOfTwo(3)] }.nodes
        == [c0, .constant(1), .constant(2), .constant(4), .constant(8), .mul(0, 4, degree: 1)])
  }

  @Test func shapesOfSums() {
    // Values at distinct powers reveal the shape through the order of partial sums.
    func order(_ count: Int, balanced: Bool) -> [ConstraintNode] {
      CompiledAIR(
        TestAIR(width: TraceWidth(commonMain: 20)) { builder in
          let terms = Array(builder.cells(.commonMain).local.prefix(count))
          builder.assertZero("c", balanced ? Expr.balancedSum(terms) : terms.sum())
        }
      ).dag.nodes
    }
    let (a, b, c, d) = (column(0), column(1), column(2), column(3))
    #expect(order(0, balanced: false) == [.constant(0)])
    #expect(order(0, balanced: true) == [.constant(0)])
    #expect(order(3, balanced: true) == [a, b, .add(0, 1, degree: 1), c, .add(2, 3, degree: 1)])
    #expect(
      order(4, balanced: true)
        == [a, b, .add(0, 1, degree: 1), c, d, .add(3, 4, degree: 1), .add(2, 5, degree: 1)])
    #expect(
      order(4, balanced: false)
        == [a, b, .add(0, 1, degree: 1), c, .add(2, 3, degree: 1), d, .add(4, 5, degree: 1)])
    // 6 = 4 + 2.
    #expect(
      order(6, balanced: true).suffix(4)
        == [column(4), column(5), .add(7, 8, degree: 1), .add(6, 9, degree: 1)])
    // 17 = (8 + 8) + 1: fifteen nodes per group of eight.
    let seventeen = order(17, balanced: true)
    #expect(seventeen.suffix(3) == [.add(14, 29, degree: 1), column(16), .add(30, 31, degree: 1)])
  }

  @Test func conditionsNestOutermostFirst() {
    let found = CompiledAIR(
      TestAIR { builder in
        let x = builder.cells(.commonMain).local
        builder.when(x[0]).when(x[1]).assertZero("c", x[2])
      })
    #expect(
      found.dag.nodes == [column(0), column(1), column(2), .mul(1, 2, degree: 2), .mul(0, 3, degree: 3)])
    #expect(found.maxConstraintDegree == 3)
  }

  @Test func cellsOfBothKindsShareFormulas() {
    let (zero, one) = (BabyBear.zero, BabyBear.one)
    for (a, b) in [(zero, zero), (zero, one), (one, zero), (one, one)] {
      #expect(a.xor(b) == ((a == b) ? zero : one))
      #expect(a.and(not: b) == ((a == one && b == zero) ? one : zero))
      #expect(a.select(5, else: 9) == (a == one ? 5 : 9))
    }
    #expect([BabyBear(1), 0, 1, 1].composed(base: 2) == 13)
    #expect([BabyBear(7), 1].composed(base: 256) == 263)
    #expect([BabyBear]().composed(base: 2) == 0)
    #expect([BabyBear(2), 3, 4].product() == 24)
    #expect([BabyBear]().product() == 1)
  }
}
