import AIR
import Algebra
import PluginKit
import TestSupport
import Testing

@testable import Keccak256Circuit

struct Keccak256CircuitTests {
  @Test func sizes() {
    for air in Keccak256Circuit().airs {
      let compiled = CompiledAIR(air)
      print(air.name, compiled.width.commonMain, "columns", compiled.dag.interactions.count, "interactions",
        compiled.dag.constraints.count, "constraints", compiled.dag.nodes.count, "nodes", compiled.maxConstraintDegree)
      #expect(compiled.maxConstraintDegree == 3)
    }
  }

  @Test func knownAnswers() throws {
    for answer in Keccak256Circuit.knownAnswers {
      #expect(try Keccak256Circuit().evaluate(answer.input, .local) == answer.output)
    }
  }

  @Test func acceptsEveryLengthAroundABlocksBorders() throws {
    var generator = SeededGenerator(1)
    for length in [0, 1, 8, 127, 128, 134, 135, 136, 137, 271, 272, 300] {
      let input = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let report = try CircuitBench(Keccak256Circuit(), [input]).report()
      #expect(report.isSatisfied, "\(length) bytes: \(report)")
    }
  }
}
