import AIR
import Testing

@testable import MachineCircuits

/// The sizes that decide what an instruction costs.
@Suite struct ChipShapeTests {
  struct Shape: Equatable, CustomTestStringConvertible {
    var columns: Int
    var interactions: Int
    var constraints: Int
    var degree: Int

    init(_ columns: Int, _ interactions: Int, _ constraints: Int, degree: Int) {
      (self.columns, self.interactions, self.constraints, self.degree) = (columns, interactions, constraints, degree)
    }

    init(_ air: some AIR) {
      let compiled = CompiledAIR(air)
      self.init(
        air.width.commonMain, compiled.dag.interactions.count, compiled.dag.constraints.count,
        degree: compiled.maxConstraintDegree)
    }

    var testDescription: String { "\(columns), \(interactions), \(constraints), degree: \(degree)" }
  }

  @Test func chipsAreAsLargeAsDocumented() {
    #expect(Shape(LoadConstantAIR()) == Shape(14, 6, 1, degree: 2))
    #expect(Shape(AddImmediateAIR()) == Shape(20, 11, 3, degree: 3))
    #expect(Shape(AddSubAIR()) == Shape(26, 14, 6, degree: 3))
    #expect(Shape(LogicAIR()) == Shape(27, 16, 4, degree: 2))
    #expect(Shape(LogicImmediateAIR()) == Shape(23, 11, 5, degree: 2))
    #expect(Shape(ShiftAIR()) == Shape(40, 16, 17, degree: 3))
    #expect(Shape(ShiftImmediateAIR()) == Shape(30, 14, 10, degree: 3))
    #expect(Shape(LessThanAIR()) == Shape(26, 14, 6, degree: 3))
    #expect(Shape(LessThanImmediateAIR()) == Shape(21, 10, 5, degree: 3))
    #expect(Shape(BranchEqualAIR()) == Shape(19, 9, 4, degree: 3))
    #expect(Shape(BranchZeroAIR()) == Shape(12, 6, 3, degree: 3))
    #expect(Shape(BranchLessAIR()) == Shape(19, 10, 3, degree: 3))
    #expect(Shape(BranchLessSignedAIR()) == Shape(21, 11, 5, degree: 3))
    #expect(Shape(JumpRegisterAIR()) == Shape(21, 10, 2, degree: 2))
    #expect(Shape(LoadWordAIR()) == Shape(21, 13, 1, degree: 2))
    #expect(Shape(StoreWordAIR()) == Shape(21, 13, 1, degree: 2))
    #expect(Shape(LoadPartAIR()) == Shape(25, 13, 5, degree: 3))
    #expect(Shape(StorePartAIR()) == Shape(23, 13, 4, degree: 3))
    #expect(Shape(MultiplyAIR()) == Shape(25, 16, 1, degree: 2))
    #expect(Shape(MultiplyHighAIR()) == Shape(30, 20, 6, degree: 3))
    #expect(Shape(DivideAIR()) == Shape(35, 20, 11, degree: 3))
    #expect(Shape(DeferralCallAIR()) == Shape(194, 106, 17, degree: 3))
    #expect(Shape(DeferralOutputAIR()) == Shape(79, 49, 9, degree: 3))
    #expect(Shape(DeferralCommitAIR()) == Shape(148, 74, 30, degree: 3))
    #expect(Shape(DeferralBlockAIR()) == Shape(40, 13, 9, degree: 2))
  }
}
