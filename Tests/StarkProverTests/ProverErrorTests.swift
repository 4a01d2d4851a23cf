import AIR
import Algebra
import Hashing
import SampleCircuits
import StarkVerifier
import TestSupport
import Testing

@testable import StarkProver

/// Every mistake that a caller can make has its error, with what was expected and what was found.
@Suite struct ProverErrorTests {
  private typealias Key = VerifyingKey<InnerConfiguration>

  /// The error of a prover over `statement`, changed by `change`.
  private func error(_ statement: ToyStatement, change: (inout [AIRTrace]) -> Void = { _ in }) throws -> ProverError? {
    try error(statement, key: { $0 }, traces: change)
  }

  /// The same with another key.
  private func error(
    _ statement: ToyStatement, key changeKey: (Key) -> Key, traces change: (inout [AIRTrace]) -> Void
  ) throws -> ProverError? {
    let made = try statement.provingKey()
    let key = ProvingKey(
      verifyingKey: changeKey(made.verifyingKey), airNames: made.airNames, preprocessed: made.preprocessed)
    var traces = statement.traces
    change(&traces)
    do {
      _ = try Prover(key: key, workers: Workers(1)).prove(traces)
      return nil
    } catch { return error }
  }

  /// The error of making key material from `statement`'s key and the given preprocessed traces.
  private func keyError(
    _ statement: ToyStatement, _ preprocessed: [FieldMatrix?], key changeKey: (Key) -> Key = { $0 }
  ) throws -> ProverError? {
    let key = changeKey(try statement.provingKey().verifyingKey)
    do {
      _ = try ProvingKey(verifyingKey: key, preprocessedTraces: preprocessed, workers: Workers(1))
      return nil
    } catch { return error }
  }

  private func changed(
    _ key: Key, parameters change: (inout SystemParameters) -> Void = { _ in },
    airs changeAIRs: (inout [AIRVerifyingKey<InnerConfiguration>]) -> Void = { _ in }
  ) -> Key {
    var (parameters, airs) = (key.parameters, key.airs)
    change(&parameters)
    changeAIRs(&airs)
    return Key(parameters: parameters, airs: airs, traceHeightConstraints: key.traceHeightConstraints)
  }

  private func zeros(_ height: Int, _ width: Int) -> FieldMatrix { FieldMatrix(height: height, width: width) }

  @Test func presence() throws {
    #expect(try error(.fibonacci()) == nil)
    #expect(try error(.fibonacci()) { $0 = [] } == .noTraces)
    #expect(try error(.fibonacci()) { $0[0].airID = 1 } == .unknownAIR(id: 1, airCount: 1))
    #expect(try error(.fibonacci()) { $0[0].airID = -1 } == .unknownAIR(id: -1, airCount: 1))
    #expect(try error(.fibonacci()) { $0[0].airID = .max } == .unknownAIR(id: .max, airCount: 1))
    #expect(try error(.interactions()) { $0.append($0[0]) } == .duplicateAIR(id: 0))
    let required = { (key: Key) in changed(key, airs: { $0[1].isRequired = true }) }
    #expect(try error(.interactions(), key: required, traces: { $0.remove(at: 1) }) == .requiredAIRAbsent(id: 1))
    #expect(try error(.interactions(), key: required, traces: { $0.remove(at: 0) }) == nil)
  }

  @Test func widthsAndParts() throws {
    #expect(
      try error(.fibonacci()) { $0[0].commonMain = zeros(8, 3) }
        == .width(air: 0, part: "common main", expected: 2, found: 3))
    #expect(
      try error(.interactions()) { $0[1].commonMain = zeros(8, 1) }
        == .width(air: 1, part: "common main", expected: 2, found: 1))
    let cached = ToyStatement.preprocessedCached()
    #expect(
      try error(cached) { $0[0].cachedMains[1] = zeros(8, 2) }
        == .width(air: 0, part: "cached main 1", expected: 1, found: 2))
    #expect(try error(cached) { $0[0].cachedMains.removeLast() } == .partCount(air: 0, expected: 2, found: 1))
    #expect(try error(cached) { $0[0].cachedMains.append(zeros(8, 1)) } == .partCount(air: 0, expected: 2, found: 3))
    #expect(
      try error(.fibonacci()) { $0[0].cachedMains = [zeros(8, 1)] } == .partCount(air: 0, expected: 0, found: 1))
  }

  @Test func heights() throws {
    // The stacked height 2^6 is the greatest.
    for height in [0, 3, 6, 128] {
      #expect(
        try error(.fibonacci()) { $0[0].commonMain = zeros(height, 2) }
          == .height(air: 0, found: height, maximum: 64))
    }
    #expect(try error(.fibonacci(logHeight: 6)) == nil)
    let cached = ToyStatement.preprocessedCached()
    #expect(
      try error(cached) { $0[0].cachedMains[0] = zeros(4, 1) }
        == .heightsDiffer(air: 0, part: "cached main 0", expected: 8, found: 4))
    #expect(
      try error(cached) {
        $0[0].commonMain = zeros(4, 1)
        $0[0].cachedMains = [zeros(4, 1), zeros(4, 1)]
      } == .heightsDiffer(air: 0, part: "the preprocessed trace", expected: 4, found: 8))
  }

  @Test func publicValues() throws {
    #expect(try error(.fibonacci()) { $0[0].publicValues = [] } == .publicValues(air: 0, expected: 3, found: 0))
    #expect(try error(.fibonacci()) { $0[0].publicValues.append(1) } == .publicValues(air: 0, expected: 3, found: 4))
    #expect(
      try error(.interactions()) { $0[1].publicValues = [1] } == .publicValues(air: 1, expected: 0, found: 1))
  }

  @Test func sums() throws {
    // One interaction a row: 4 + 8 rows.
    var statement = ToyStatement.interactions()
    statement.parameters.logup.maxInteractionCount = 12
    #expect(try error(statement) == .traceHeights(constraint: 0, sum: 12, threshold: 12))
    statement.parameters.logup.maxInteractionCount = 13
    #expect(try error(statement) == nil)
    // Short traces count as much as the skip domain: 4 + 4 rows.
    statement.parameters.logup.maxInteractionCount = 8
    #expect(
      try error(statement) {
        $0[0].commonMain = zeros(1, 2)
        $0[1].commonMain = zeros(2, 2)
      } == .traceHeights(constraint: 0, sum: 8, threshold: 8))

    // Two full columns are two stacked ones.
    var wide = ToyStatement.fibonacci(logHeight: 6)
    wide.parameters.wStack = 1
    #expect(try error(wide) == .stackedWidth(found: 2, maximum: 1))
    wide.parameters.wStack = 2
    #expect(try error(wide) == nil)
    // Every part of a trace has a commitment of its own.
    var parts = ToyStatement.preprocessedCached()
    parts.parameters.wStack = 3
    #expect(try error(parts) == .stackedWidth(found: 4, maximum: 3))
  }

  @Test func parameters() throws {
    let large = { (key: Key) in changed(key, parameters: { $0.lSkip = 7 }) }
    let expected = ProverError.unsupportedParameters("a skip domain of 2^7 points, at most 2^6")
    #expect(try error(.fibonacci(), key: large, traces: { _ in }) == expected)
    #expect(try keyError(.fibonacci(), [], key: large) == expected)
  }

  @Test func preprocessedTraces() throws {
    let statement = ToyStatement.preprocessedCached()
    let trace = FieldMatrix(columns: [(0..<8).map { BabyBear(1 - $0 % 2) }])
    #expect(try keyError(statement, [trace]) == nil)
    #expect(try keyError(statement, [nil]) == .preprocessedMissing(air: 0))
    #expect(try keyError(statement, []) == .preprocessedMissing(air: 0))
    #expect(try keyError(.fibonacci(), [trace]) == .preprocessedUnexpected(air: 0))
    #expect(
      try keyError(statement, [zeros(8, 2)])
        == .width(air: 0, part: "the preprocessed trace", expected: 1, found: 2))
    for height in [0, 3, 128] {
      #expect(try keyError(statement, [zeros(height, 1)]) == .height(air: 0, found: height, maximum: 64))
    }
    for row in 0..<8 {
      let forged = FieldMatrix(columns: [Array(trace.column(0))])
      forged[row: row, column: 0] += 1
      #expect(try keyError(statement, [forged]) == .preprocessedCommitment(air: 0))
    }
    // Half the trace, repeated by stacking, is another one.
    #expect(try keyError(statement, [FieldMatrix(columns: [[1, 0, 1, 0]])]) == .preprocessedCommitment(air: 0))
  }

  @Test func keyMaterialWithoutItsPreprocessedTrace() throws {
    let statement = ToyStatement.preprocessedCached()
    let key = ProvingKey(
      verifyingKey: try statement.provingKey().verifyingKey, airNames: ["A"], preprocessed: [nil])
    #expect(throws: ProverError.preprocessedMissing(air: 0)) {
      try Prover(key: key, workers: Workers(1)).prove(statement.traces)
    }
  }

  @Test func messagesSayWhatWasExpectedAndFound() {
    let errors: [ProverError: [String]] = [
      .noTraces: ["no trace"], .unknownAIR(id: 7, airCount: 3): ["7", "3"], .duplicateAIR(id: 7): ["7"],
      .requiredAIRAbsent(id: 7): ["7", "required"],
      .width(air: 7, part: "common main", expected: 21, found: 34): ["7", "common main", "21", "34"],
      .partCount(air: 7, expected: 21, found: 34): ["7", "21", "34"],
      .height(air: 7, found: 21, maximum: 34): ["7", "21", "34"],
      .heightsDiffer(air: 7, part: "cached main 0", expected: 21, found: 34): ["7", "cached main 0", "21", "34"],
      .publicValues(air: 7, expected: 21, found: 34): ["7", "21", "34"], .preprocessedMissing(air: 7): ["7"],
      .preprocessedUnexpected(air: 7): ["7"], .preprocessedCommitment(air: 7): ["7", "commits"],
      .traceHeights(constraint: 7, sum: 21, threshold: 34): ["7", "21", "34"],
      .stackedWidth(found: 21, maximum: 34): ["21", "34"], .unsupportedParameters("what"): ["what"],
      .noWitness(phase: "mu", bits: 21): ["mu", "21"], .degenerateChallenge(phase: "gkr"): ["gkr"],
    ]
    #expect(Set(errors.keys.map(\.description)).count == errors.count)
    for (error, parts) in errors {
      for part in parts { #expect(error.description.contains(part), "\(error)") }
    }
  }
}
