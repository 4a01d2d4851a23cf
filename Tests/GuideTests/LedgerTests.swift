import AIR
import Algebra
import Hashing
import StarkProver
import StarkVerifier
import Testing

/// What docs/writing-an-air.md says happens, does.
struct LedgerTests {
  let traces = LedgerTraces(deposits: [5, 250, 0, 255, 1], openingBalance: 1000, logHeight: 3)

  /// The ledger and its table, ready for the debugger.
  func instances(_ traces: LedgerTraces) -> [AIRInstance] {
    [
      AIRInstance(air: CompiledAIR(LedgerAIR()), commonMain: traces.ledger, publicValues: traces.publicValues),
      AIRInstance(air: CompiledAIR(ByteTableAIR()), commonMain: traces.table),
    ]
  }

  @Test func goodTracesSatisfyEverything() throws {
    let report = try TraceChecker(instances(traces)).check()
    #expect(report.isSatisfied, "\(report)")
  }

  @Test func wrongBalanceIsNamed() throws {
    traces.ledger[row: 3, column: 1] += 1
    let report = try TraceChecker(instances(traces)).check()
    #expect(report.constraintFailures.map(\.constraint) == ["adds the deposit"])
    #expect(report.constraintFailures.map(\.row) == [2])
  }

  @Test func depositOnPaddingIsNamed() throws {
    let forged = LedgerTraces(deposits: [5, 250], openingBalance: 1000, logHeight: 2)
    forged.ledger[row: 2, column: 2] = 7
    forged.ledger[row: 3, column: 1] += 7
    let instances = [
      AIRInstance(
        air: CompiledAIR(LedgerAIR()), commonMain: forged.ledger,
        publicValues: [forged.publicValues[0], forged.publicValues[1] + 7])
    ]
    let report = try TraceChecker(instances).checkConstraints()
    #expect(report.constraintFailures.map(\.constraint) == ["padding deposits nothing"])
  }

  @Test func depositAboveAByteLeavesTheBusUnbalanced() throws {
    let forged = LedgerTraces(deposits: [5, 250], openingBalance: 1000, logHeight: 1)
    forged.ledger[row: 1, column: 2] = -1
    let publicValues: [BabyBear] = [1000, 1004]
    let instances = [
      AIRInstance(air: CompiledAIR(LedgerAIR()), commonMain: forged.ledger, publicValues: publicValues),
      AIRInstance(air: CompiledAIR(ByteTableAIR()), commonMain: forged.table),
    ]
    let report = try TraceChecker(instances).check()
    #expect(report.constraintFailures.isEmpty)
    #expect(report.busImbalances.contains { $0.message == [-1] })
  }

  @Test func ledgerIsProvenAndVerified() throws {
    let parameters = SystemParameters.testSmall
    let workers = Workers(2)

    let key = try ProvingKey<InnerConfiguration>.generate(
      airs: [LedgerAIR(), ByteTableAIR()], parameters: parameters, workers: workers)
    let prover = Prover(key: key, workers: workers)
    let proof = try prover.prove([
      AIRTrace(airID: 0, cachedMains: [], commonMain: traces.ledger, publicValues: traces.publicValues),
      AIRTrace(airID: 1, cachedMains: [], commonMain: traces.table, publicValues: []),
    ])
    let bytes = proof.encode()

    let received = try Proof<InnerConfiguration>(decoding: bytes)
    let verifier = Verifier(key: key.verifyingKey, parameters: parameters)
    try verifier.verify(received)
    #expect(received.publicValues[0] == [1000, 1511])
  }

  @Test func proofOfAWrongTraceIsRejected() throws {
    let parameters = SystemParameters.testSmall
    let workers = Workers(2)
    let key = try ProvingKey<InnerConfiguration>.generate(
      airs: [LedgerAIR(), ByteTableAIR()], parameters: parameters, workers: workers)
    traces.ledger[row: 3, column: 1] += 1
    let proof = try Prover(key: key, workers: workers).prove([
      AIRTrace(airID: 0, cachedMains: [], commonMain: traces.ledger, publicValues: traces.publicValues),
      AIRTrace(airID: 1, cachedMains: [], commonMain: traces.table, publicValues: []),
    ])
    #expect(throws: VerifyError.self) {
      try Verifier(key: key.verifyingKey, parameters: parameters).verify(proof)
    }
  }
}
