import Algebra
import Hashing

/// Verifies SWIRL proofs (chapter 10, section 6) under one key.
///
/// A total function: whatever the bytes of key and proof were, the outcome is acceptance or a `VerifyError`. All
/// shapes are checked first (`statement(of:)`), then the protocol runs stage by stage, one file each: preamble,
/// fraction-sum argument, batched constraints, stacked reduction, WHIR. Memory stays within a small multiple of key
/// and proof. One thread.
public struct Verifier<H: HashConfiguration>: Sendable {
  let key: VerifyingKey<H>
  let parameters: SystemParameters
  /// Why the key cannot be used, should that be so.
  private let keyError: KeyError?

  /// A verifier for proofs of `key` that trusts `parameters` only: a key made for others is rejected.
  public init(key: VerifyingKey<H>, parameters: SystemParameters) {
    self.key = key
    self.parameters = parameters
    do throws(KeyError) {
      try key.validate()
      keyError = nil
    } catch {
      keyError = error
    }
  }

  /// Returns when `proof` is valid, and throws the first check that fails otherwise.
  @_specialize(where H == InnerConfiguration)
  public func verify(_ proof: Proof<H>) throws(VerifyError) {
    var transcript = H.Transcript()
    try verify(proof, transcript: &transcript)
  }

  /// The same with the caller's transcript, which must be fresh: for looking at the challenges, or at the samples
  /// that follow a verification.
  public func verify<T: HashTranscript>(_ proof: Proof<H>, transcript: inout T) throws(VerifyError)
  where T.Digest == H.Digest {
    if parameters != key.parameters, let difference = parameters.firstDifference(from: key.parameters) {
      throw .parametersDiffer(field: difference.field, expected: difference.own, found: difference.other)
    }
    if let keyError { throw .unusableKey(keyError) }
    let statement = try statement(of: proof)

    observePreamble(proof, transcript: &transcript)
    let fractions = try verifyFractionSum(proof.gkr, statement, transcript: &transcript)
    let r = try verifyBatchConstraints(proof.batch, statement, fractions, transcript: &transcript)
    let u = try verifyStackedReduction(proof.stacking, proof.batch, statement, at: r, transcript: &transcript)
    try verifyWHIR(proof.whir, proof.stacking.openings, statement, at: u, transcript: &transcript)
  }
}
