import AIR
import Algebra
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

/// What a row costs: columns, interactions, constraints and degree, as the comments of the chips and the estimates of
/// proving time say.
@Suite struct ChipShapeTests {
  struct Shape: Equatable {
    var columns: Int
    var interactions: Int
    var constraints: Int
    var degree: Int

    init(_ columns: Int, _ interactions: Int, _ constraints: Int, degree: Int) {
      (self.columns, self.interactions, self.constraints, self.degree) = (columns, interactions, constraints, degree)
    }

    init<Chip: InstructionChip>(of chip: Chip) {
      let air = CompiledAIR(chip)
      self.init(
        Chip.Row.width, air.dag.interactions.count, air.dag.constraints.count, degree: air.maxConstraintDegree)
    }
  }

  @Test func loadsAndStores() {
    #expect(Shape(of: LoadWordAIR()) == Shape(21, 13, 1, degree: 2))
    #expect(Shape(of: StoreWordAIR()) == Shape(21, 13, 1, degree: 2))
    #expect(Shape(of: LoadPartAIR()) == Shape(25, 13, 5, degree: 3))
    #expect(Shape(of: StorePartAIR()) == Shape(23, 13, 4, degree: 3))
  }

  @Test func multiplicationAndDivision() {
    #expect(Shape(of: MultiplyAIR()) == Shape(25, 16, 1, degree: 2))
    #expect(Shape(of: MultiplyHighAIR()) == Shape(30, 20, 6, degree: 3))
    #expect(Shape(of: DivideAIR()) == Shape(35, 20, 11, degree: 3))
  }
}
