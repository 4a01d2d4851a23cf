import Algebra
import Hashing
import StarkVerifier
import TestSupport
import Testing

/// Chapter 10, section 9, items 1 to 5: each has its error, with field and offset.
@Suite struct DecodeErrorTests {
  private let test: ProofCase
  private let anatomy: ProofAnatomy

  init() throws {
    test = try ProofCase.load("vectors/proofs/small_2_8_3/interactions11")
    anatomy = try ProofAnatomy(of: test.proofBytes, InnerConfiguration.self)
  }

  private func start(_ name: String) throws -> Int {
    try #require(anatomy.sections.first { $0.name == name }, "\(name)").bytes.lowerBound
  }

  private func failure(_ change: (inout [UInt8]) throws -> Void) throws -> DecodeError {
    var bytes = test.proofBytes
    try change(&bytes)
    return try #require(caught(DecodeError.self) { _ = try Proof<InnerConfiguration>(decoding: bytes) })
  }

  private func put(_ word: UInt32, at offset: Int, in bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.littleEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
  }

  // MARK: Item 1

  @Test func rejectsAnotherVersion() throws {
    let error = try failure { put(2, at: 0, in: &$0) }
    #expect(error == DecodeError(.version, field: "version", offset: 0, expected: "3", found: "2"))
  }

  @Test func rejectsEveryTruncation() throws {
    for length in 0..<test.proofBytes.count {
      let error = try failure { $0.removeLast($0.count - length) }
      #expect(error.kind == .truncated, "length \(length): \(error)")
      #expect(error.offset <= length)
    }
  }

  @Test func rejectsTrailingBytes() throws {
    let error = try failure { $0.append(0) }
    #expect(error.kind == .trailingBytes)
    #expect(error.offset == test.proofBytes.count)
    #expect("\(error)" == "whir.final_poly at byte \(test.proofBytes.count): expected the end, found 1 more bytes")
  }

  @Test func rejectsLengthsThatTheBufferCannotHold() throws {
    for name in [
      "trace_vdata.presence", "public_values", "gkr.claims_per_layer", "batch.numerator_terms",
      "batch.univariate_round_coeffs", "batch.sumcheck_round_polys", "batch.column_openings[0]",
      "stacking.univariate_round_coeffs", "stacking.sumcheck_round_polys", "stacking.stacking_openings",
      "whir.sumcheck_polys", "whir.codeword_commits", "whir.initial_openings", "whir.codeword_openings[0].values",
      "whir.final_poly",
    ] {
      let offset = try start(name)
      for claim: UInt32 in [.max, 1 << 31, 1 << 24] {
        let error = try failure { put(claim, at: offset, in: &$0) }
        #expect(error.kind == .truncated || error.kind == .inconsistent, "\(name): \(error)")
        #expect(error.field.hasPrefix(name.prefix(4)), "\(name): \(error)")
      }
    }
  }

  // MARK: Item 2

  @Test func rejectsElementsAboveTheModulus() throws {
    for (name, shift) in [
      ("common_main_commit", 28), ("gkr.logup_pow_witness", 0), ("gkr.q0_claim", 12), ("gkr.claims_per_layer", 4),
      ("whir.initial_openings[0].rows", 8), ("whir.initial_openings[0].paths", 0),
    ] {
      let offset = try start(name) + shift
      let error = try failure { put(BabyBear.modulus, at: offset, in: &$0) }
      let isDigest = name.hasSuffix("commit") || name.hasSuffix("paths")
      #expect(error.kind == (isDigest ? .nonCanonicalDigest : .nonCanonicalElement), "\(name): \(error)")
      #expect(error.field == name)
      #expect(isDigest || error.offset == offset)
    }
  }

  // MARK: Item 3

  @Test func rejectsPaddingInThePresenceBitmap() throws {
    let offset = try start("trace_vdata.presence") + 4
    let error = try failure { $0[offset] |= 0x80 }
    #expect(error.kind == .nonZeroPadding)
    #expect(error.offset == offset)
  }

  // MARK: Items 4 and 5

  @Test func rejectsSumcheckCountsThatDoNotDivide() throws {
    var proof = try test.proof()
    proof.whir.sumcheckPolys.append(StackingProof.RoundPolynomial(at1: .zero, at2: .zero))
    let error = try #require(caught(DecodeError.self) { _ = try Proof<InnerConfiguration>(decoding: proof.encode()) })
    #expect(error.kind == .inconsistent)
    #expect(error.field == "whir.sumcheck_polys")
    #expect(error.offset == (try start("whir.sumcheck_polys")))
  }

  @Test func rejectsZeroCommitments() throws {
    let offset = try start("whir.initial_openings")
    let error = try failure { put(0, at: offset, in: &$0) }
    #expect(error.kind == .inconsistent)
    #expect(error.offset == offset)
  }

  @Test func rejectsDepthsThatWouldBecomeNegative() throws {
    let offset = try start("whir.codeword_openings.depth")
    let error = try failure { put(0, at: offset, in: &$0) }
    #expect(error.kind == .inconsistent)
    #expect(error.field == "whir.codeword_openings.depth")
    #expect(error.offset == offset)
  }

  @Test func rejectsAbsurdFoldingFactors() throws {
    // One round, and so many folding polynomials that 2^k leaves every integer.
    for k in [31, 32, 64, 200] {
      var proof = try test.proof()
      proof.whir.sumcheckPolys = .init(repeating: StackingProof.RoundPolynomial(at1: .one, at2: .one), count: k)
      proof.whir.codewordCommits = []
      proof.whir.oodValues = []
      proof.whir.foldingPowWitnesses = .init(repeating: .one, count: k)
      let bytes = proof.encode()
      let error = try #require(caught(DecodeError.self) { _ = try Proof<InnerConfiguration>(decoding: bytes) })
      #expect(error.kind == (k < 32 ? .truncated : .inconsistent), "\(k): \(error)")
    }
  }

  @Test func rejectsRoundsWithoutValues() throws {
    let offset = try start("batch.sumcheck_round_polys")
    let error = try failure {
      put(.max, at: offset, in: &$0)
      put(0, at: offset + 4, in: &$0)
    }
    #expect(error.kind == .inconsistent)
  }
}
