import AIR
import Algebra
import COutriggerPlugin
import TestSupport
import Testing

/// The entry of the plugin in C, compiled into the tests under this name.
@_silgen_name("sum_of_squares_entry_v1")
private func sumOfSquaresEntry(_ host: UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>?

struct SumOfSquaresTests {
  private func function(_ input: [UInt8]) -> [UInt8] {
    let sum = input.reduce(0) { $0 + Int($1) * Int($1) }
    return (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }

  @Test func knownAnswers() throws {
    let bench = try PluginBench(sumOfSquaresEntry)
    let instance = try bench.create()
    let answers = bench.knownAnswers()
    #expect(answers.count == 6)
    for answer in answers {
      #expect(answer.output == function(answer.input))
      #expect(try bench.evaluate(instance, answer.input) == answer.output)
    }
  }

  @Test func acceptsBatches() throws {
    let bench = try PluginBench(sumOfSquaresEntry)
    let instance = try bench.create()
    var generator = SeededGenerator(3)
    let lengths = [[0], [1], [255], [8, 0, 9, 255, 16], Array(0..<40)]
    for lengths in lengths {
      let inputs = lengths.map { length in (0..<length).map { _ in UInt8.random(in: 200...255, using: &generator) } }
      let host = SimulatedHost.instances(inputs.map { StatedCall(input: $0, output: function($0)) })
      let own = try bench.instances(instance, inputs)
      let report = try TraceChecker(own + host).check()
      #expect(report.isSatisfied, "\(lengths): \(report)")
    }
  }

  @Test func refusesWhatIsNoneOfItsInputs() throws {
    let bench = try PluginBench(sumOfSquaresEntry)
    let instance = try bench.create()
    #expect(throws: PluginBench.Failure.status(3, "more than 255 bytes")) {
      try bench.evaluate(instance, [UInt8](repeating: 1, count: 256))
    }
    #expect(throws: PluginBench.Failure.status(3, "more than 255 bytes")) {
      try bench.instances(instance, [[], [UInt8](repeating: 1, count: 256)])
    }
  }
}
