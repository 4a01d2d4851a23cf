import Algebra
import Hashing
import StarkProver
import StarkVerifier
import TestSupport
import Testing

/// True statements of many shapes are proven and accepted, beyond the shapes for which there are known answers.
@Suite(.serialized) struct CompletenessTests {
  private static func parameters(lSkip: Int, nStack: Int, k: Int, rounds: Int, logBlowup: Int = 1) -> SystemParameters {
    var parameters = ToyStatement.parameters
    parameters.lSkip = lSkip
    parameters.nStack = nStack
    parameters.wStack = 64
    parameters.logBlowup = logBlowup
    parameters.whir.k = k
    parameters.whir.queriesPerRound = (0..<rounds).map { 5 + $0 }
    return parameters
  }

  private func expectAccepted(_ statement: ToyStatement, threads: Int = 1) throws {
    let key = try statement.provingKey()
    let proof = try Prover(key: key, workers: Workers(threads)).prove(statement.traces)
    let read = try Proof<InnerConfiguration>(decoding: proof.encode())
    #expect(throws: Never.self, "\(statement), \(statement.parameters)") {
      try Verifier(key: key.verifyingKey, parameters: statement.parameters).verify(read)
    }
  }

  /// Heights below, at and above the skip domain, up to the stacked height.
  @Test(arguments: 0...6) func everySkipDomain(lSkip: Int) throws {
    let parameters = Self.parameters(lSkip: lSkip, nStack: 8 - lSkip, k: 2, rounds: 2)
    for height in [0, 1, lSkip, 8] {
      let statement = ToyStatement.all(
        [
          .fibonacci(logHeight: height), .interactions(), .preprocessedCached(logHeight: max(lSkip - 1, 0)),
          .exchange(logHeight: min(height, 6)), .fibonacci(logHeight: 3),
        ], parameters: parameters)
      try expectAccepted(statement)
    }
  }

  @Test(arguments: 1...4) func everyFoldingFactor(k: Int) throws {
    for rounds in 1...3 where k * rounds <= 8 {
      for logBlowup in 1...3 {
        let parameters = Self.parameters(lSkip: 2, nStack: 6, k: k, rounds: rounds, logBlowup: logBlowup)
        try expectAccepted(.all([.interactions(), .preprocessedCached(), .fibonacci()], parameters: parameters))
      }
    }
  }

  @Test func noCubeVariables() throws {
    for lSkip in [3, 5] {
      let parameters = Self.parameters(lSkip: lSkip, nStack: 0, k: 1, rounds: 2)
      try expectAccepted(.all([.fibonacci(logHeight: 2), .interactions()], parameters: parameters))
    }
  }

  @Test func proofsDoNotDependOnThreadsOrForms() throws {
    // Several blocks and pieces of work in every stage.
    let statement = ToyStatement.all(
      [
        .interactions(), .exchange(logHeight: 13), .fibonacci(logHeight: 14), .preprocessedCached(logHeight: 13),
        .exchange(logHeight: 2),
      ], parameters: Self.parameters(lSkip: 4, nStack: 10, k: 4, rounds: 2))
    try expectAccepted(statement, threads: 2)
    let key = try statement.provingKey()
    let expected = try Prover(key: key, workers: Workers(1)).prove(statement.traces).encode()
    try withEachSIMDLevel { level in
      for threads in [1, 2, 3] {
        let isEqual = try Prover(key: key, workers: Workers(threads)).prove(statement.traces).encode() == expected
        #expect(isEqual, "level \(level), \(threads) threads")
      }
    }
  }
}
