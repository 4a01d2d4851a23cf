import Algebra
import Foundation
import Hashing
import StarkVerifier
import TestSupport
import Testing

/// Proofs and keys of an independent implementation: same bytes, same hash, same transcript, accepted.
@Suite struct AcceptanceTests {
  @Test func thereAreCases() { #expect(!ProofCase.all.isEmpty) }

  @Test(arguments: ProofCase.all)
  func keyAndProofBytesRoundTrip(_ test: ProofCase) throws {
    let key = try VerifyingKey<InnerConfiguration>(decoding: test.keyBytes)
    #expect(key.encode() == test.keyBytes)
    #expect(key.parameters == test.parameters)
    let again = VerifyingKey<InnerConfiguration>(
      parameters: key.parameters, airs: key.airs, traceHeightConstraints: key.traceHeightConstraints)
    #expect(again == key)
    #expect(try test.proof().encode() == test.proofBytes)
  }

  @Test(arguments: ProofCase.all)
  func transcriptIsTheReferences(_ test: ProofCase) throws {
    let log = try #require(try Vectors.json("\(test.path)/transcript.json"))
    var transcript = RecordingTranscript<InnerConfiguration>()
    try test.verifier().verify(try test.proof(), transcript: &transcript)
    #expect(transcript.values == log["values"].ints.map { UInt32($0) })
    #expect(transcript.isSample == (log["is_sample"].string ?? "").map { $0 == "1" })
  }

  @Test func proofsOfARealRunAreAccepted() throws {
    for test in try ProofCase.endToEnd() {
      let verifier = try test.verifier()
      let proof = try test.proof()
      #expect(proof.encode() == test.proofBytes, "\(test.path)")
      #expect(try VerifyingKey<InnerConfiguration>(decoding: test.keyBytes).encode() == test.keyBytes)
      #expect(throws: Never.self, "\(test.path)") { try verifier.verify(proof) }
    }
  }

  @Test func innerGoldenExamplesAreAccepted() throws {
    for example in try GoldenCase.all() where !example.isRoot {
      try accept(example, InnerConfiguration.self)
    }
  }

  private func accept<H: HashConfiguration>(_ example: GoldenCase, _: H.Type) throws {
    let key = try VerifyingKey<H>(decodingBody: example.keyBody)
    #expect(key.encodeBody() == example.keyBody, "\(example.name)")
    var preHash: [UInt8] = []
    H.encode(key.preHash, into: &preHash)
    #expect(preHash == example.preHash, "\(example.name)")
    let proof = try Proof<H>(decoding: example.proofBytes)
    #expect(proof.encode() == example.proofBytes, "\(example.name)")

    let verifier = Verifier(key: key, parameters: example.parameters)
    var transcript = RecordingTranscript<H>()
    try verifier.verify(proof, transcript: &transcript)
    if !example.transcript.values.isEmpty {
      #expect(transcript.values == example.transcript.values, "\(example.name)")
      #expect(transcript.isSample == example.transcript.isSample, "\(example.name)")
    }
    for sample in example.samplesAfterVerification { #expect(transcript.sample() == sample, "\(example.name)") }
  }
}
