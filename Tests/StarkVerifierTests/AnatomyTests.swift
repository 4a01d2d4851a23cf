import Hashing
import StarkVerifier
import TestSupport
import Testing

/// The byte maps cover every byte once and in order, and name what the format names.
@Suite struct AnatomyTests {
  @Test(arguments: ProofCase.all)
  func sectionsCoverTheWholeBuffer(_ test: ProofCase) throws {
    let proof = try ProofAnatomy(of: test.proofBytes, InnerConfiguration.self)
    let key = try KeyAnatomy(of: test.keyBytes, InnerConfiguration.self)
    for (sections, size) in [(proof.sections, test.proofBytes.count), (key.sections, test.keyBytes.count)] {
      var next = 0
      for section in sections {
        #expect(section.bytes.lowerBound == next, "\(section.name)")
        #expect(!section.bytes.isEmpty, "\(section.name)")
        next = section.bytes.upperBound
      }
      #expect(next == size)
    }
    #expect(Set(proof.sections.map(\.name)).count == proof.sections.count)
    #expect(proof.sections.first?.name == "version")
    #expect(proof.sections.last?.name == "whir.final_poly")
    #expect(key.sections.last?.name == "pre_hash")
  }

  @Test func sectionsKnowTheirRound() throws {
    let test = try ProofCase.load("vectors/proofs/small_2_8_3/fib_log3")
    let sections = try ProofAnatomy(of: test.proofBytes, InnerConfiguration.self).sections
    func stage(_ name: String) -> ProtocolStage? { sections.first { $0.name == name }?.stage }
    #expect(stage("common_main_commit") == .preamble)
    #expect(stage("gkr.q0_claim") == .gkr)
    #expect(stage("batch.column_openings[0]") == .zerocheck)
    #expect(stage("stacking.stacking_openings[0]") == .stacking)
    #expect(stage("whir.initial_openings[0].rows") == .whirRound(0))
    #expect(stage("whir.codeword_openings[1].paths") == .whirRound(2))
    #expect(ProtocolStage.whirRound(2).description == "whir round 2")
  }
}
