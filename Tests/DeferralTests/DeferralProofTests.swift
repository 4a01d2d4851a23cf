import AIR
import Algebra
import Hashing
import MachineVerifier
import StarkProver
import StarkVerifier
import Testing

@testable import Deferral

/// Proofs of a small circuit on the standard set, from the calls to the verifier.
@Suite struct DeferralProofTests {
  static func prover(
    logBatch: Int, index: Int = 5, air: IncrementAIR = IncrementAIR(), parameters: SystemParameters = .testBytes
  ) throws -> CallProver {
    let circuit = try DeferralCircuit(
      set: Increment.set(air), index: index, logBatch: logBatch, parameters: parameters)
    return CallProver(key: try .generate(circuit, workers: Workers(2)), workers: Workers(2))
  }

  /// Proves and verifies; what the proof shows are the commitments of the calls.
  static func expectProof(_ prover: CallProver, _ job: DeferralJob) throws {
    let circuit = prover.key.circuit
    let report = try prover.check(job)
    #expect(report.isSatisfied, "\(report)")
    let proof = try prover.prove(job)
    try Verifier(key: prover.key.verifying.stark, parameters: circuit.parameters).verify(proof)
    let calls = try prover.committedCalls(job)
    let expected: [BabyBear]
    if circuit.logBatch == 0 {
      let input = UnfoldedInputCommit(index: circuit.index, bytes: job.calls[0].input)
      #expect(calls[0].input == input.folded())
      expected = input.digest.elements + calls[0].output.digest.elements + [BabyBear(circuit.index)]
    } else {
      expected =
        CallTree.root(calls, height: circuit.logBatch).elements
        + [BabyBear(calls.count), BabyBear(circuit.logBatch), BabyBear(circuit.index)]
    }
    for (call, committed) in zip(job.calls, calls) {
      #expect(committed.output == OutputCommit(index: circuit.index, bytes: call.output))
    }
    #expect(proof.publicValues[0] == expected)
    #expect(proof.publicValues.dropFirst().joined().isEmpty)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 64])
  func singleCalls(bytes: Int) throws {
    try Self.expectProof(try Self.prover(logBatch: 0), Increment.job([Increment.call(bytes)]))
  }

  @Test func batches() throws {
    let prover = try Self.prover(logBatch: 3, index: 1023)
    for count in [1, 2, 3, 5, 7, 8] {
      try Self.expectProof(
        prover, Increment.job((0..<count).map { Increment.call([0, 1, 7, 8, 9][$0 % 5], seed: $0) }))
    }
  }

  @Test(arguments: [1, 2, 16])
  func oneCallInABatch(logBatch: Int) throws {
    try Self.expectProof(try Self.prover(logBatch: logBatch, index: 0), Increment.job([Increment.call(9)]))
  }

  @Test func emptyCalls() throws {
    let prover = try Self.prover(logBatch: 2)
    try Self.expectProof(prover, Increment.job((0..<4).map { _ in Increment.call(0) }))
  }

  @Test func sharesThePermutationsWithTheCircuit() throws {
    let prover = try Self.prover(logBatch: 1, air: IncrementAIR(hashes: true))
    try Self.expectProof(prover, Increment.job([Increment.call(30), Increment.call(12)], hashes: true))
  }

  @Test func production() throws {
    let prover = try Self.prover(logBatch: 2, parameters: try .app(logStackedHeight: 16))
    try Self.expectProof(prover, Increment.job([Increment.call(100), Increment.call(3)]))
  }

  @Test func workersDoNotMatter() throws {
    let key = try Self.prover(logBatch: 5).key
    let job = Increment.job((0..<20).map { Increment.call($0, seed: $0) })
    let one = try CallProver(key: key, workers: Workers(1)).prove(job)
    let three = try CallProver(key: key, workers: Workers(3)).prove(job)
    #expect(one.encode() == three.encode())
  }

  // MARK: What the verifier refuses

  @Test func wrongOutputIsRejected() throws {
    let prover = try Self.prover(logBatch: 0)
    var job = Increment.job([Increment.call(9)])
    job.calls[0].output[3] ^= 1
    let report = try prover.check(job)
    #expect(!report.isSatisfied)
    let proof = try prover.prove(job)
    #expect(throws: (any Error).self) {
      try Verifier(key: prover.key.verifying.stark, parameters: .testBytes).verify(proof)
    }
  }

  @Test func keyOfAnotherIndexRejects() throws {
    let (prover, other) = (try Self.prover(logBatch: 0, index: 5), try Self.prover(logBatch: 0, index: 6))
    #expect(prover.key.circuitCommit != other.key.circuitCommit)
    let proof = try prover.prove(Increment.job([Increment.call(9)]))
    #expect(throws: (any Error).self) {
      try Verifier(key: other.key.verifying.stark, parameters: .testBytes).verify(proof)
    }
  }

  /// An AIR that does not take what it is told leaves a bus unbalanced.
  @Test func everythingMustBeTaken() throws {
    let job = Increment.job([Increment.call(9), Increment.call(4)])
    for (air, bus) in [
      (IncrementAIR(ignoresCalls: true), StandardBus.length.index),
      (IncrementAIR(ignoresWords: true), StandardBus.input.index),
    ] {
      let report = try Self.prover(logBatch: 1, air: air).check(job)
      #expect(report.failingConstraintCount == 0 && Set(report.busImbalances.map(\.bus)) == [bus])
    }
    // Rows that are left out: a word, and a call.
    let prover = try Self.prover(logBatch: 1)
    for shorter in [[Increment.call(8), Increment.call(4)], [Increment.call(9)]] {
      var forged = job
      forged.traces = [DeferralTrace(commonMain: Increment.trace(shorter))]
      let report = try prover.check(forged)
      #expect(report.failingConstraintCount == 0 && report.unbalancedMessageCount > 0)
    }
  }
}
