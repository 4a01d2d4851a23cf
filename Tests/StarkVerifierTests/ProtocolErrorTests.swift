import Algebra
import Hashing
import StarkVerifier
import TestSupport
import Testing

/// Chapter 10, section 9, items 18 to 27: a proof of the right shape with one wrong value fails at the check that the
/// value belongs to.
@Suite struct ProtocolErrorTests {
  typealias H = InnerConfiguration

  /// The errors that arise when `change` puts different values into the same place. Toy proofs of work let a wrong
  /// value pass now and then, so one value isn't enough.
  private func classes(
    _ name: String, tries: Int = 64, _ change: (inout Proof<H>, BabyBear) -> Void
  ) throws -> [String: VerifyError] {
    let test = try ProofCase.load("vectors/proofs/small_2_8_3/\(name)")
    let verifier = try test.verifier()
    var errors: [String: VerifyError] = [:]
    for value in 1...tries {
      var proof = try test.proof()
      change(&proof, BabyBear(value))
      guard proof != (try test.proof()) else { continue }
      if let error = caught(VerifyError.self, { try verifier.verify(proof) }) {
        errors[referenceClass(error)] = error
        #expect((18...27).contains(error.item ?? 0), "\(error)")
      }
    }
    return errors
  }

  private func expect(
    _ reference: String, item: Int, _ name: String, tries: Int = 64, _ change: (inout Proof<H>, BabyBear) -> Void
  ) throws {
    let errors = try classes(name, tries: tries, change)
    #expect(errors[reference]?.item == item, "\(errors.keys.sorted())")
  }

  @Test func item18LogUpProofOfWork() throws {
    try expect("InvalidLogupPowWitness", item: 18, "interactions11") { $0.gkr.logupPowWitness += $1 }
  }

  @Test func item19RootDenominatorWithoutInteractions() throws {
    try expect("InvalidZeroRoundValue", item: 19, "fib_log3") { $0.gkr.q0Claim.c0 += $1 }
    try expect("InvalidZeroRoundValue", item: 19, "fib_log3") { $0.gkr.q0Claim.c3 += $1 }
  }

  @Test func item20FractionTree() throws {
    try expect("RootConsistencyCheckFailed", item: 20, "interactions11") { $0.gkr.q0Claim.c0 += $1 }
    try expect("ZeroCheckFailed", item: 20, "interactions11") { $0.gkr.claimsPerLayer[0].p0.c1 += $1 }
    try expect("LayerConsistencyCheckFailed", item: 20, "interactions11") { $0.gkr.claimsPerLayer[2].q1.c2 += $1 }
    try expect("LayerConsistencyCheckFailed", item: 20, "interactions11") { $0.gkr.sumcheckPolys[1][1].at2.c0 += $1 }
  }

  @Test func item21FractionSums() throws {
    try expect("GkrNumeratorMismatch", item: 21, "interactions11") { $0.batch.numeratorTerms[0].c0 += $1 }
    try expect("GkrDenominatorMismatch", item: 21, "interactions11") { $0.batch.denominatorTerms[1].c3 += $1 }
    // An AIR without interactions takes part in the totals as well.
    try expect("GkrNumeratorMismatch", item: 21, "fib_log3") { $0.batch.numeratorTerms[0].c0 += $1 }
  }

  @Test func item22UnivariateRound() throws {
    try expect("SumClaimMismatch", item: 22, "fib_log3") { $0.batch.univariateCoefficients[0].c0 += $1 }
    try expect("SumClaimMismatch", item: 22, "fib_log3") { $0.batch.univariateCoefficients[4].c0 += $1 }
  }

  @Test func item23Constraints() throws {
    try expect("InconsistentClaims", item: 23, "fib_log3") { $0.batch.univariateCoefficients[1].c0 += $1 }
    try expect("InconsistentClaims", item: 23, "fib_log3") { $0.batch.roundPolys[0][3].c0 += $1 }
    try expect("InconsistentClaims", item: 23, "fib_log3") { $0.batch.columnOpenings[0][0][0].c0 += $1 }
    // A public value is bound by the constraints that read it.
    try expect("InconsistentClaims", item: 23, "fib_log3") { $0.publicValues[0][2] += $1 }
    // The terms of single AIRs are bound by the sumcheck even where their totals agree.
    try expect("SumClaimMismatch", item: 22, "interactions11") {
      $0.batch.numeratorTerms[0].c0 += $1
      $0.batch.numeratorTerms[1].c0 -= $1
    }
  }

  @Test func item24StackedReduction() throws {
    try expect("S0Mismatch", item: 24, "fib_log3") { $0.stacking.univariateCoefficients[0].c0 += $1 }
    try expect("FinalSumMismatch", item: 24, "fib_log3") { $0.stacking.univariateCoefficients[1].c0 += $1 }
    try expect("FinalSumMismatch", item: 24, "fib_log3") { $0.stacking.roundPolys[3].at2.c0 += $1 }
    try expect("FinalSumMismatch", item: 24, "fib_log3") { $0.stacking.openings[0][0].c0 += $1 }
  }

  @Test func item25ProofsOfWork() throws {
    try expect("MuPoWInvalid", item: 25, "fib_log3") { $0.whir.muPowWitness += $1 }
    try expect("FoldingPoWInvalid", item: 25, "fib_log3") { $0.whir.foldingPowWitnesses[4] += $1 }
    try expect("QueryPhasePoWInvalid", item: 25, "fib_log3") { $0.whir.queryPhasePowWitnesses[1] += $1 }
  }

  @Test func item26MerklePaths() throws {
    try expectMerkle(round: 0) { $0.whir.initialOpenings[0].rows[3] += $1 }
    try expectMerkle(round: 0) { proof, _ in proof.whir.initialOpenings[0].paths.swapAt(0, 1) }
    try expectMerkle(round: 1) { $0.whir.codewordOpenings[0].values[7].c2 += $1 }
    try expectMerkle(round: 1) { proof, _ in proof.whir.codewordOpenings[0].paths.swapAt(1, 2) }
    try expectMerkle(round: 2) { $0.whir.codewordOpenings[1].values[0].c0 += $1 }
    try expectMerkle(round: 2) { proof, _ in proof.whir.codewordOpenings[1].paths.swapAt(0, 1) }
    try expectMerkle(round: 0, commitment: 1, "cached11") { $0.whir.initialOpenings[1].rows[0] += $1 }
  }

  private func expectMerkle(
    round: Int, commitment: Int = 0, _ name: String = "fib_log3", _ change: (inout Proof<H>, BabyBear) -> Void
  ) throws {
    let errors = try classes(name, tries: 1, change)
    guard case .merklePath(round, commitment, 0, _)? = errors["MerkleVerify"] else {
      Issue.record("round \(round), commitment \(commitment): \(errors)")
      return
    }
  }

  @Test func item27FinalPolynomial() throws {
    try expect("FinalPolyConstraint", item: 27, "fib_log3", tries: 1_000) { $0.whir.finalPoly[0].c0 += $1 }
  }
}
