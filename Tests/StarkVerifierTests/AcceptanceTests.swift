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
    let hasSameKeyBytes = key.encode() == test.keyBytes
    #expect(hasSameKeyBytes)
    #expect(key.parameters == test.parameters)
    let again = VerifyingKey<InnerConfiguration>(
      parameters: key.parameters, airs: key.airs, traceHeightConstraints: key.traceHeightConstraints)
    #expect(again == key)
    let hasSameProofBytes = try test.proof().encode() == test.proofBytes
    #expect(hasSameProofBytes)
  }

  @Test(arguments: ProofCase.all)
  func transcriptIsTheReferences(_ test: ProofCase) throws {
    let log = try #require(try Vectors.json("\(test.path)/transcript.json"))
    var transcript = RecordingTranscript<InnerConfiguration>()
    try test.verifier().verify(try test.proof(), transcript: &transcript)
    let values = log["values"].ints.map { UInt32($0) }
    let isSample = (log["is_sample"].string ?? "").map { $0 == "1" }
    #expect(!values.isEmpty && values.count == isSample.count)
    let firstDifference = zip(values, transcript.values).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    #expect(firstDifference == nil)
    #expect(transcript.values.count == values.count)
    let isSameDirection = transcript.isSample == isSample
    #expect(isSameDirection)
  }

  @Test func proofsOfARealRunAreAccepted() throws {
    for test in try ProofCase.endToEnd() {
      let verifier = try test.verifier()
      let proof = try test.proof()
      let key = try VerifyingKey<InnerConfiguration>(decoding: test.keyBytes)
      let hasSameBytes = proof.encode() == test.proofBytes && key.encode() == test.keyBytes
      #expect(hasSameBytes, "\(test.path)")
      #expect(throws: Never.self, "\(test.path)") { try verifier.verify(proof) }
    }
  }

  @Test func innerGoldenExamplesAreAccepted() throws {
    for example in try GoldenCase.all() where !example.isRoot {
      try accept(example, InnerConfiguration.self)
    }
  }

  @Test func rootGoldenExamplesAreAccepted() throws {
    for example in try GoldenCase.all() where example.isRoot {
      try accept(example, RootConfiguration.self)
      #expect(!example.samplesAfterVerification.isEmpty, "\(example.name)")
    }
  }

  private func accept<H: HashConfiguration>(_ example: GoldenCase, _: H.Type) throws {
    let key = try VerifyingKey<H>(decodingBody: example.keyBody)
    let hasSameBody = key.encodeBody() == example.keyBody
    #expect(hasSameBody, "\(example.name)")
    var preHash: [UInt8] = []
    H.encode(key.preHash, into: &preHash)
    #expect(preHash == example.preHash, "\(example.name)")
    let proof = try Proof<H>(decoding: example.proofBytes)
    let hasSameBytes = proof.encode() == example.proofBytes
    #expect(hasSameBytes, "\(example.name)")

    let verifier = Verifier(key: key, parameters: example.parameters)
    var transcript = RecordingTranscript<H>()
    try verifier.verify(proof, transcript: &transcript)
    if !example.transcript.values.isEmpty {
      let isSameLog =
        transcript.values == example.transcript.values && transcript.isSample == example.transcript.isSample
      #expect(isSameLog, "\(example.name)")
    }
    for sample in example.samplesAfterVerification { #expect(transcript.sample() == sample, "\(example.name)") }
  }
}
