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

  // MARK: Forgeries

  /// Columns by name, as the plugin has them.
  private static let (more, last, empty, call, word, sum, bytes, length, sumBytes) = (0, 1, 2, 3, 4, 5, 6, 14, 22)

  private static let inputs: [[UInt8]] = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [], [10]]

  /// The honest traces, after a change, beside a host that states the outputs `sums`: names of what is violated.
  private func violations(
    _ inputs: [[UInt8]] = inputs, sums: [Int]? = nil, _ change: (FieldMatrix) -> Void
  ) throws -> Set<String> {
    let bench = try PluginBench(sumOfSquaresEntry)
    let own = try bench.instances(try bench.create(), inputs)
    change(own[0].commonMain)
    let outputs = sums.map { $0.map { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) } } }
    let host = SimulatedHost.instances(
      inputs.enumerated().map { StatedCall(input: $1, output: outputs?[$0] ?? function($1)) })
    let report = try TraceChecker(own + host, limit: 1000).check()
    return Set(report.constraintFailures.map(\.constraint) + report.busImbalances.map(\.busDescription))
  }

  @Test func everyCellMatters() throws {
    let bench = try PluginBench(sumOfSquaresEntry)
    let own = try bench.instances(try bench.create(), Self.inputs + [[7]])
    // Five rows of calls, the first of which goes on, and three of padding. Length and sum in bytes are of last rows;
    // padding has no number.
    let survivors = Mutations(own, in: 0).survivors(rows: Array(0..<8))
    #expect(survivors.allSatisfy { [0, 5, 6, 7].contains($0.row) })
    let names = Set(survivors.map { String($0.column.prefix { $0 != "[" }) + ($0.row == 0 ? " in row 0" : "") })
    let sums = survivors.filter { $0.column == "sum" }
    #expect(names == ["length in row 0", "sum in row 0", "length", "sum", "call"])
    #expect(sums.isEmpty)
  }

  @Test func honestTracesHold() throws {
    #expect(try violations { _ in } == [])
  }

  @Test func rejectsAnotherSum() throws {
    #expect(try violations(sums: [286, 0, 100]) { _ in } == ["bus 2 (io.output)"])
    #expect(try violations(sums: [286, 0, 100]) { $0[row: 1, column: Self.sumBytes] += 1 } == ["sum in bytes"])
    let raised = try violations(sums: [286, 0, 100]) { trace in
      trace[row: 1, column: Self.sumBytes] += 1
      trace[row: 1, column: Self.sum] += 1
    }
    #expect(raised == ["adds the next squares"])
    // A sum that starts with something.
    let started = try violations(sums: [286, 0, 100]) { trace in
      trace[row: 1, column: Self.sumBytes] += 1
      trace[row: 0, column: Self.sum] += 1
      trace[row: 1, column: Self.sum] += 1
    }
    #expect(started == ["starts with its own squares"])
  }

  /// A sum of p + 5 passes for 5, if only an input of such a length is let in.
  @Test func rejectsLengthsThatAreNotOfBits() throws {
    let found = try violations([[1]]) { trace in trace[row: 0, column: Self.length] = 1 }
    #expect(found == [])
    let other = try violations([[1]]) { trace in
      trace[row: 0, column: Self.length] = 3
      trace[row: 0, column: Self.length + 1] = -1
    }
    #expect(other == ["length is of bits"])
  }

  @Test func rejectsAWordThatIsLeftOut() throws {
    // The first word is received, but the sum starts anew in the second row.
    let found = try violations(sums: [81, 0, 100]) { trace in
      trace[row: 0, column: Self.more] = 0
      trace[row: 1, column: Self.sum] = 81
      trace[row: 1, column: Self.sumBytes] = 81
      trace[row: 1, column: Self.sumBytes + 1] = 0
    }
    #expect(found == ["next word", "bus 1 (io.input)"])
  }

  @Test func rejectsBytesThatAreNotReceived() throws {
    let found = try violations(sums: [285, 9, 100]) { trace in
      trace[row: 2, column: Self.bytes] = 3
      trace[row: 2, column: Self.sum] = 9
      trace[row: 2, column: Self.sumBytes] = 9
    }
    #expect(found == ["nothing in an empty row"])
    let pretended = try violations(sums: [204, 0, 100]) { trace in
      // The second word is left alone, as if there were none.
      trace[row: 1, column: Self.empty] = 1
      trace[row: 1, column: Self.bytes] = 0
      trace[row: 1, column: Self.sum] = 204
      trace[row: 1, column: Self.sumBytes] = 204
      trace[row: 1, column: Self.sumBytes + 1] = 0
    }
    #expect(pretended == ["bus 1 (io.input)"])
  }

  @Test func rejectsWordsOfAnotherCall() throws {
    let found = try violations { trace in trace[row: 0, column: Self.call] = 1 }
    #expect(found == ["same call", "bus 1 (io.input)"])
  }

  @Test func rejectsATraceThatEndsInACall() throws {
    let found = try violations([[1, 2]]) { trace in
      trace[row: 0, column: Self.more] = 1
      trace[row: 0, column: Self.last] = 0
    }
    #expect(found.contains("does not end within a call"))
  }
}
