import Hashing
import StarkVerifier
import TestSupport
import Testing

/// Single-byte changes for which the reference's verdict is known: ours is the same, down to the failing check.
@Suite struct TamperedProofTests {
  @Test(arguments: ProofCase.all)
  func tamperedProofsFailAsInTheReference(_ test: ProofCase) throws {
    guard let outcomes = try Vectors.json("\(test.path)/tampered.json") else { return }
    let verifier = try test.verifier()
    for outcome in outcomes.array {
      let offset = try #require(outcome[0].int)
      var bytes = test.proofBytes
      bytes[offset] ^= UInt8(try #require(outcome[1].int))
      let message = outcome[3].string ?? ""
      switch verdict(bytes, verifier) {
      case "accept": #expect(outcome[2].string == "accept", "byte \(offset)")
      case "Decode": #expect(outcome[2].string == "decode_error", "byte \(offset)")
      case let name:
        #expect(outcome[2].string == "verify_error", "byte \(offset)")
        #expect(message.contains(name), "byte \(offset): \(name), reference \(message)")
      }
    }
  }

  @Test func everyByteOfAGoldenProofFailsInItsClass() throws {
    let expected = try #require(try Vectors.json("spec/data/golden-negative.json"))
    let example = try #require(try GoldenCase.all().first { $0.name == expected["fixture"].string })
    let verifier = Verifier<InnerConfiguration>(
      key: try VerifyingKey(decodingBody: example.keyBody), parameters: example.parameters)
    var covered = 0
    for run in expected["runs"].array {
      let first = try #require(run[0].int)
      let count = try #require(run[1].int)
      for offset in first..<first + count {
        var bytes = example.proofBytes
        bytes[offset] ^= 1
        #expect(verdict(bytes, verifier) == run[2].string, "byte \(offset)")
      }
      covered += count
    }
    #expect(covered == example.proofBytes.count)
  }

  private func verdict(_ bytes: [UInt8], _ verifier: Verifier<InnerConfiguration>) -> String {
    guard let proof = try? Proof<InnerConfiguration>(decoding: bytes) else { return "Decode" }
    return caught(VerifyError.self) { try verifier.verify(proof) }.map(referenceClass) ?? "accept"
  }
}
