import Algebra
import Foundation
import Hashing
import StarkVerifier
import TestSupport
import Testing

/// Random and structured mutations of proofs and keys: none crashes, and none is accepted but for another valid
/// proof-of-work witness, which toy parameters let happen. 100,000 in every run, with a fixed seed; with
/// OUTRIGGER_NIGHTLY=1 also on production sizes, with a seed that is printed.
@Suite struct MutationTests {
  typealias H = InnerConfiguration

  /// What mutations start from: a case with its key, proof and verifier at hand.
  private struct Subject {
    let path: String
    let keyBytes: [UInt8]
    let proofBytes: [UInt8]
    let proof: Proof<H>
    let verifier: Verifier<H>
    let parameters: SystemParameters

    init(_ test: ProofCase) throws {
      path = test.path
      keyBytes = test.keyBytes
      proofBytes = test.proofBytes
      proof = try test.proof()
      verifier = try test.verifier()
      parameters = test.parameters
    }

    /// Accepted, though something other than a proof-of-work witness has changed. Another valid witness is harmless:
    /// mostly it is that of the last queries, which leads to the same places; where the folded codewords are
    /// constant, as for traces of a few rows, an earlier one may do.
    func wronglyAccepts(_ candidate: Proof<H>) -> Bool {
      do throws(VerifyError) {
        try verifier.verify(candidate)
      } catch {
        _ = error.description
        return false
      }
      var restored = candidate
      restored.gkr.logupPowWitness = proof.gkr.logupPowWitness
      restored.whir.muPowWitness = proof.whir.muPowWitness
      restored.whir.foldingPowWitnesses = proof.whir.foldingPowWitnesses
      restored.whir.queryPhasePowWitnesses = proof.whir.queryPhasePowWitnesses
      return restored != proof
    }
  }

  @Test func smallSubjectsExist() { #expect(!ProofCase.small.isEmpty) }

  @Test func proofBytes() throws {
    try mutateProofBytes(ProofCase.small, count: 50_000, seed: 1)
  }

  @Test func proofStructures() throws {
    try mutateProofStructures(ProofCase.small, count: 20_000, seed: 2)
  }

  @Test func keyBytes() throws {
    try mutateKeys(ProofCase.small, count: 30_000, seed: 3)
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["OUTRIGGER_NIGHTLY"] == "1"))
  func productionSizes() throws {
    let cases = ProofCase.all.filter { !$0.path.contains("/small_") } + (try ProofCase.endToEnd())
    let seed = UInt64(Date().timeIntervalSince1970)
    print("nightly mutations, seed \(seed)")
    try mutateProofBytes(cases, count: 20_000, seed: seed)
    try mutateProofStructures(cases, count: 10_000, seed: seed)
    try mutateKeys(cases, count: 10_000, seed: seed)
  }

  // MARK: The three kinds

  private func mutateProofBytes(_ cases: [ProofCase], count: Int, seed: UInt64) throws {
    let subjects = try cases.map(Subject.init)
    var random = SplitMix64(seed: seed)
    for round in 0..<count {
      let subject = subjects[round % subjects.count]
      let bytes = random.mutate(subject.proofBytes)
      guard bytes != subject.proofBytes else { continue }
      let proof: Proof<H>
      do throws(DecodeError) {
        proof = try Proof(decoding: bytes)
      } catch {
        #expect((0...bytes.count).contains(error.offset), "\(subject.path), seed \(seed), round \(round): \(error)")
        continue
      }
      let isSame = proof.encode() == bytes
      #expect(isSame, "\(subject.path), seed \(seed), round \(round)")
      let isAccepted = subject.wronglyAccepts(proof)
      #expect(!isAccepted, "\(subject.path), seed \(seed), round \(round)")
    }
  }

  private func mutateProofStructures(_ cases: [ProofCase], count: Int, seed: UInt64) throws {
    let subjects = try cases.map(Subject.init)
    var random = SplitMix64(seed: seed)
    for round in 0..<count {
      let subject = subjects[round % subjects.count]
      var proof = subject.proof
      for _ in 0...random.below(2) { random.mutate(&proof) }
      guard proof != subject.proof else { continue }
      let isAccepted = subject.wronglyAccepts(proof)
      #expect(!isAccepted, "\(subject.path), seed \(seed), round \(round)")
      // Whatever it is, its bytes decode to something or fail with an error.
      _ = try? Proof<H>(decoding: proof.encode())
    }
  }

  private func mutateKeys(_ cases: [ProofCase], count: Int, seed: UInt64) throws {
    let subjects = try cases.map(Subject.init)
    var random = SplitMix64(seed: seed)
    for round in 0..<count {
      let subject = subjects[round % subjects.count]
      let bytes = random.mutate(subject.keyBytes)
      guard bytes != subject.keyBytes else { continue }
      #expect(throws: DecodeError.self, "\(subject.path), seed \(seed), round \(round)") {
        try VerifyingKey<H>(decoding: bytes)
      }
      // A changed body alone may well be a key, of another statement: no proof passes under it.
      var body = subject.verifier.keyBody
      body = random.mutate(body)
      guard body != subject.verifier.keyBody, let key = try? VerifyingKey<H>(decodingBody: body) else { continue }
      let isSame = key.encodeBody() == body
      #expect(isSame, "\(subject.path), seed \(seed), round \(round)")
      let verifier = Verifier(key: key, parameters: key.parameters)
      #expect(throws: VerifyError.self, "\(subject.path), seed \(seed), round \(round)") {
        try verifier.verify(subject.proof)
      }
    }
  }
}
