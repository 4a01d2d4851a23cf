import AIR
import Algebra
import PluginKit
import TestSupport
import Testing

@testable import SHA256Circuit

struct SHA256CircuitTests {
  @Test func sizes() {
    for air in SHA256Circuit().airs {
      let compiled = CompiledAIR(air)
      print(air.name, compiled.width.commonMain, "columns", compiled.dag.interactions.count, "interactions",
        compiled.dag.constraints.count, "constraints", compiled.dag.nodes.count, "nodes", compiled.maxConstraintDegree)
      #expect(compiled.maxConstraintDegree == 3)
    }
  }

  @Test func knownAnswers() throws {
    for answer in SHA256Circuit.knownAnswers {
      #expect(try SHA256Circuit().evaluate(answer.input, .local) == answer.output)
    }
  }

  @Test func acceptsEveryLengthAroundABlocksBorders() throws {
    var generator = SeededGenerator(1)
    for length in [0, 1, 3, 8, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 200] {
      let input = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let report = try CircuitBench(SHA256Circuit(), [input]).report()
      #expect(report.isSatisfied, "\(length) bytes: \(report)")
    }
  }
}
