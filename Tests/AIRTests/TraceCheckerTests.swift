import AIR
import Algebra
import SampleCircuits
import Testing

@Suite struct TraceCheckerTests {
  private struct Columns<T: Cell>: AIRColumns {
    var carry: T
    var limbs: [2 of T]
  }

  private static let checked = CompiledAIR(
    TestAIR(name: "Adder", width: TraceWidth(commonMain: 3), publicValueCount: 1) { builder in
      let (local, next) = builder.main(Columns<Expr>.self)
      builder.group("alu").assertBoolean("carry is boolean", local.carry)
      builder.whenTransition.assertEqual("limb moves on", next.limbs[0], local.limbs[0] - 3 * local.limbs[1])
      builder.whenFirstRow.assertEqual("starts", local.limbs[1], builder.publicValue(0))
    })

  private func report(
    _ columns: [[BabyBear]], publicValues: [BabyBear] = [0], limit: Int = 20, threads: Int = 1
  ) throws -> TraceReport {
    let instance = AIRInstance(
      air: Self.checked, commonMain: FieldMatrix(columns: columns), publicValues: publicValues)
    return try TraceChecker([instance], limit: limit, workers: Workers(threads)).check()
  }

  @Test func acceptsTracesThatSatisfyTheConstraints() throws {
    let found = try report([[0, 1, 1, 0], [7, 7, 7, 7], [0, 0, 0, 0]])
    #expect(found.isSatisfied)
    #expect(found.description == "all constraints hold and all buses balance")
  }

  @Test func namesConstraintRowAndValues() throws {
    let found = try report([[0, 1, 3, 5], [7, 7, 7, 7], [0, 0, 0, 0]])
    #expect(found.failingConstraintCount == 1)
    let failure = try #require(found.constraintFailures.first)
    #expect(failure.constraint == "alu/carry is boolean")
    #expect(failure.row == 2)
    #expect(failure.failingRows == 2)
    #expect(failure.value == 6)
    #expect(
      failure.description == """
        AIR 0 Adder: constraint "alu/carry is boolean" fails in row 2 (and 1 more)
          carry * (carry - 1) = 6, expected 0
          where carry = 3
        """)
  }

  @Test func showsNextRowsPublicValuesAndSelectors() throws {
    let found = try report([[0, 0], [7, 4], [1, 0]], publicValues: [2])
    #expect(found.failingConstraintCount == 1)
    #expect(
      found.description == """
        1 failing constraints, 0 unbalanced messages
        AIR 0 Adder: constraint "starts" fails in row 0
          isFirstRow * (limbs[1] - public[0]) = 2013265920, expected 0
          where limbs[1] = 1, public[0] = 2
        """)
    let moved = try report([[0, 0], [7, 5], [1, 0]], publicValues: [1])
    #expect(
      moved.constraintFailures.first?.expression
        == "isTransition * (next.limbs[0] - (limbs[0] - 3 * limbs[1]))")
    #expect(moved.constraintFailures.first?.operands.map(\.name) == ["next.limbs[0]", "limbs[0]", "limbs[1]"])
    #expect(moved.constraintFailures.first?.operands.map(\.value) == [5, 7, 1])
  }

  @Test func reportIsBoundedAndTheSameOnAnyNumberOfThreads() throws {
    let height = 1 << 12
    let columns = (0..<3).map { column in (0..<height).map { BabyBear($0 * 7 + column + 2) } }
    let one = try report(columns, limit: 2)
    #expect(one.failingConstraintCount == 3)
    #expect(one.constraintFailures.count == 2)
    #expect(one.constraintFailures[0].failingRows == height)
    #expect(one.description.contains("and 1 more failing constraints"))
    #expect(try report(columns, limit: 2, threads: 3) == one)
  }

  @Test func rendersLargeExpressionsInPart() {
    let air = CompiledAIR(
      TestAIR { builder in
        var power = builder.cells(.commonMain).local[0]
        for _ in 0..<30 { power = power * power }
        builder.assertZero("c", power)
      })
    let text = air.render(node: air.dag.constraints[0])
    #expect(text.contains("..."))
    #expect(text.utf8.count < 2_000)
  }

  @Test func namesOfUnnamedPartsAndOfKeysAlone() {
    let width = TraceWidth(preprocessed: 1, cachedMains: [1, 2], commonMain: 1)
    let dag = ConstraintDAG(
      nodes: [.variable(.main(part: 1, offset: 1), index: 1), .variable(.preprocessed(offset: 0), index: 0)],
      constraints: [0], interactions: [])
    let air = CompiledAIR(name: "key", width: width, publicValueCount: 0, dag: dag, maxConstraintDegree: 1)
    #expect(air.render(node: 0) == "next.cached1[1]")
    #expect(air.render(node: 1) == "preprocessed[0]")
    #expect(air.describe(Variable(entry: .main(part: 2, offset: 0), index: 0)) == "main[0]")
    #expect(air.constraintNames == [["constraint 0"]])
  }

  // Shapes.

  @Test func rejectsTracesOfTheWrongShape() {
    func error(_ columns: [[BabyBear]], publicValues: [BabyBear] = [0]) -> TraceShapeError? {
      do {
        _ = try report(columns, publicValues: publicValues)
        return nil
      } catch { return error as? TraceShapeError }
    }
    #expect(error([[0, 0, 0], [0, 0, 0], [0, 0, 0]]) == .height(air: "Adder", found: 3))
    #expect(error([[0], [0]]) == .partWidth(air: "Adder", part: .commonMain, expected: 3, found: 2))
    #expect(error([[0], [0], [0]], publicValues: []) == .publicValueCount(air: "Adder", expected: 1, found: 0))
  }

  @Test func rejectsDAGsThatReferToNothing() {
    func error(_ dag: ConstraintDAG) -> TraceShapeError? {
      let air = CompiledAIR(
        name: "key", width: TraceWidth(commonMain: 1), publicValueCount: 0, dag: dag, maxConstraintDegree: 1)
      let instance = AIRInstance(air: air, commonMain: FieldMatrix(columns: [[0]]))
      do {
        _ = try TraceChecker([instance])
        return nil
      } catch { return error }
    }
    func nodes(_ nodes: [ConstraintNode]) -> ConstraintDAG {
      ConstraintDAG(nodes: nodes, constraints: [], interactions: [])
    }
    #expect(error(nodes([.neg(0, degree: 1)])) == .malformedNode(air: "key", node: 0))
    #expect(error(nodes([.isFirstRow, .add(0, -1, degree: 1)])) == .malformedNode(air: "key", node: 1))
    #expect(error(nodes([column(1)])) == .malformedNode(air: "key", node: 0))
    #expect(error(nodes([column(0, offset: 2)])) == .malformedNode(air: "key", node: 0))
    #expect(error(nodes([.variable(.public, index: 0)])) == .malformedNode(air: "key", node: 0))
    #expect(error(nodes([.variable(.preprocessed(offset: 0), index: 0)])) == .malformedNode(air: "key", node: 0))
    #expect(
      error(ConstraintDAG(nodes: [], constraints: [0], interactions: []))
        == .malformedReference(air: "key", node: 0))
  }

  @Test func checksPreprocessedAndCachedParts() throws {
    let width = TraceWidth(preprocessed: 1, cachedMains: [1], commonMain: 1)
    var air = CompiledAIR(
      TestAIR(name: "Parts", width: width) { builder in
        builder.assertEqual(
          "adds", builder.cells(.preprocessed).next[0] + builder.cells(.cachedMain(0)).local[0],
          builder.cells(.commonMain).local[0])
      })
    let common = FieldMatrix(columns: [[5, 5]])
    let cached = FieldMatrix(columns: [[3, 4]])
    #expect(throws: TraceShapeError.missingPart(air: "Parts", part: .preprocessed)) {
      try TraceChecker([AIRInstance(air: air, cachedMains: [cached], commonMain: common)])
    }
    air.preprocessedTrace = FieldMatrix(columns: [[1]])
    #expect(throws: TraceShapeError.partHeight(air: "Parts", part: .preprocessed, expected: 2, found: 1)) {
      try TraceChecker([AIRInstance(air: air, cachedMains: [cached], commonMain: common)])
    }
    // The next row of the last row is the first.
    air.preprocessedTrace = FieldMatrix(columns: [[1, 2]])
    #expect(try TraceChecker([AIRInstance(air: air, cachedMains: [cached], commonMain: common)]).check().isSatisfied)
  }
}
