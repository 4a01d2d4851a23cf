import Algebra
import Hashing
import StarkProver
import StarkVerifier
import TestSupport
import Testing

/// The prover proves whatever it is given; a false trace gives a proof that the verifier rejects, and the AIR
/// debugger finds the same traces false.
@Suite struct ForgedTraceTests {
  static func statements() -> [ToyStatement] {
    [
      .fibonacci(), .fibonacci(logHeight: 1), .fibonacci(logHeight: 0), .interactions(), .preprocessedCached(),
      .preprocessedCached(logHeight: 1),
    ]
  }

  /// Proves and verifies; whether the verifier accepts.
  private func isAccepted(_ statement: ToyStatement, _ prover: Prover<InnerConfiguration>) throws -> Bool {
    let proof = try prover.prove(statement.traces)
    // What a verifier reads: bytes.
    let read = try Proof<InnerConfiguration>(decoding: proof.encode())
    do {
      try Verifier(key: prover.key.verifyingKey, parameters: statement.parameters).verify(read)
      return true
    } catch { return false }
  }

  @Test func trueTracesAreAccepted() throws {
    for statement in Self.statements() {
      let prover = Prover(key: try statement.provingKey(), workers: Workers(1))
      #expect(try statement.isSatisfied(), "\(statement)")
      #expect(try isAccepted(statement, prover), "\(statement)")
    }
  }

  @Test(arguments: 0..<6) func anyChangedCellIsNoticed(_ index: Int) throws {
    let statement = Self.statements()[index]
    let prover = Prover(key: try statement.provingKey(), workers: Workers(1))
    var generator = SeededGenerator(UInt64(index))
    var rejected = 0
    var free = 0
    for trace in statement.traces {
      for (part, matrix) in (trace.cachedMains + [trace.commonMain]).enumerated() {
        for row in 0..<matrix.height {
          for column in 0..<matrix.width {
            let original = matrix[row: row, column: column]
            matrix[row: row, column: column] = Bool.random(using: &generator) ? original + 1 : generator.element()
            let isSatisfied = try statement.isSatisfied()
            let isAccepted = try isAccepted(statement, prover)
            #expect(
              isAccepted == isSatisfied, "\(statement), AIR \(trace.airID), part \(part), row \(row), column \(column)")
            if isSatisfied { free += 1 } else { rejected += 1 }
            matrix[row: row, column: column] = original
          }
        }
      }
    }
    #expect(rejected > 0)
    // The fields of messages with count 0, of which the interactions have three, may be anything.
    #expect(free == (statement.description == "interactions" ? 3 : 0))
    #expect(try isAccepted(statement, prover), "restored")
  }

  @Test func anyChangedPublicValueIsNoticed() throws {
    for logHeight in [0, 1, 3] {
      let statement = ToyStatement.fibonacci(logHeight: logHeight)
      let prover = Prover(key: try statement.provingKey(), workers: Workers(1))
      for position in 0..<3 {
        var forged = statement
        forged.traces[0].publicValues[position] += 1
        #expect(try !forged.isSatisfied())
        #expect(try !isAccepted(forged, prover), "2^\(logHeight) rows, public value \(position)")
      }
    }
  }

  @Test func publicValuesChangedAfterProvingAreNoticed() throws {
    let statement = ToyStatement.fibonacci()
    let prover = Prover(key: try statement.provingKey(), workers: Workers(1))
    for position in 0..<3 {
      var proof = try prover.prove(statement.traces)
      proof.publicValues[0][position] += 1
      #expect(throws: VerifyError.self) {
        try Verifier(key: prover.key.verifyingKey, parameters: statement.parameters).verify(proof)
      }
    }
  }

  @Test func oneSideOfAnExchangeAloneIsRejected() throws {
    let statement = ToyStatement.interactions()
    let prover = Prover(key: try statement.provingKey(), workers: Workers(1))
    for side in 0..<2 {
      var half = statement
      half.traces = [statement.traces[side]]
      #expect(try !half.isSatisfied())
      #expect(try !isAccepted(half, prover), "only AIR \(side)")
    }
  }
}
