import AIR
import Algebra
import Hashing
import StarkVerifier
import TestSupport
import Testing

/// What makes bytes no key, and parameters no parameters.
@Suite struct KeyErrorTests {
  typealias H = InnerConfiguration
  private let key: VerifyingKey<H>
  private let bytes: [UInt8]

  init() throws {
    bytes = try ProofCase.load("vectors/proofs/small_2_8_3/preprocessed_fib_log3").keyBytes
    key = try VerifyingKey<H>(decoding: bytes)
  }

  /// The error of decoding the body of a key with one AIR changed. The verifier must refuse the same key in memory.
  private func failure(
    _ change: (inout AIRVerifyingKey<H>) -> Void
  ) throws -> DecodeError {
    var airs = key.airs
    change(&airs[0])
    let changed = VerifyingKey(
      parameters: key.parameters, airs: airs, traceHeightConstraints: key.traceHeightConstraints)
    let error = try #require(caught(DecodeError.self) { _ = try VerifyingKey<H>(decodingBody: changed.encodeBody()) })
    #expect(error.kind == .invalidKey, "\(error)")
    // Unused variables are information only, so the verifier itself doesn't look at them.
    if !error.field.contains("unused_variables") {
      let inMemory = caught(KeyError.self) { try changed.validate() }
      #expect(inMemory == KeyError(field: error.field, expected: error.expected, found: error.found))
    }
    return error
  }

  private func node(_ node: ConstraintNode) throws -> DecodeError {
    try failure { $0.dag.nodes[$0.dag.nodes.count - 1] = node }
  }

  // MARK: The bytes

  @Test func rejectsEveryTruncationAndTrailingBytes() {
    for length in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try VerifyingKey<H>(decoding: Array(bytes.prefix(length))) }
    }
    let error = caught(DecodeError.self) { _ = try VerifyingKey<H>(decoding: bytes + [0]) }
    #expect(error?.kind == .trailingBytes)
  }

  @Test func rejectsEveryChangedByte() {
    for offset in bytes.indices {
      for mask: UInt8 in [1, 2, 0x80, 0xff] {
        var changed = bytes
        changed[offset] ^= mask
        #expect(throws: DecodeError.self, "byte \(offset)") { try VerifyingKey<H>(decoding: changed) }
      }
    }
  }

  @Test func rejectsAnotherPreHash() throws {
    let body = key.encodeBody()
    var changed = body
    H.encodeForKey(H.emptyDigest, into: &changed)
    let error = try #require(caught(DecodeError.self) { _ = try VerifyingKey<H>(decoding: changed) })
    #expect(error.kind == .preHash)
    #expect(error.field == "pre_hash")
    #expect(error.offset == body.count)
    #expect(error.expected == H.integers(of: key.preHash).joined(separator: " "))
  }

  @Test func rejectsPaddedIntegers() throws {
    // l_skip, the first byte, as two bytes; and as an integer of more than 64 bits.
    let long = [UInt8](repeating: 0xff, count: 9)
    for prefix in [[bytes[0] | 0x80, 0], long + [2], long + [0xff, 1]] {
      let error = caught(DecodeError.self) { _ = try VerifyingKey<H>(decodingBody: prefix + bytes.dropFirst()) }
      #expect(error?.kind == .nonCanonicalVarint)
      #expect(error?.offset == 0)
    }
  }

  @Test func rejectsChallengeVariablesAndResiduesAboveTheModulus() throws {
    // A key whose first node is given: its bytes follow the node count.
    let anatomy = try KeyAnatomy(of: bytes, H.self)
    let start = try #require(anatomy.sections.first { $0.name == "airs[0].nodes" }).bytes.lowerBound + 1
    var challenge = bytes
    challenge.replaceSubrange(start..<start + 3, with: [0, 3, 0])
    let unknown = caught(DecodeError.self) { _ = try VerifyingKey<H>(decoding: challenge) }
    #expect(unknown?.kind == .unknownTag)
    #expect(unknown?.field == "airs[0].nodes[0]")
    #expect(unknown?.offset == start + 1)
    var residue = bytes
    residue.replaceSubrange(start..<start + 6, with: [4, 0x81, 0x80, 0x80, 0xc0, 0x07])
    let element = caught(DecodeError.self) { _ = try VerifyingKey<H>(decoding: residue) }
    #expect(element?.kind == .nonCanonicalElement)
    #expect(element?.found == "\(BabyBear.modulus)")
  }

  // MARK: Nodes, constraints, interactions

  @Test func rejectsVariablesOutsideTheirPart() throws {
    let last = key.airs[0].dag.nodes.count - 1
    for variable: ConstraintNode in [
      .variable(.main(part: 0, offset: 2), index: 0), .variable(.main(part: 0, offset: 0), index: 2),
      .variable(.main(part: 1, offset: 0), index: 0), .variable(.preprocessed(offset: 0), index: 1),
      .variable(.preprocessed(offset: 7), index: 0), .variable(.public, index: 3),
    ] {
      let error = try node(variable)
      #expect(error.field == "airs[0].nodes[\(last)]", "\(variable)")
      #expect(bytes.indices.contains(error.offset))
    }
  }

  @Test func rejectsOperandsThatDoNotPrecede() throws {
    let last = key.airs[0].dag.nodes.count - 1
    for node: ConstraintNode in [.add(last, 0, degree: 1), .mul(0, .max, degree: 1), .neg(last + 1, degree: 1)] {
      #expect(try self.node(node).field == "airs[0].nodes[\(last)]")
    }
  }

  @Test func rejectsDegreesThatContradictTheNodes() throws {
    let last = key.airs[0].dag.nodes.count - 1
    #expect(try node(.add(0, 0, degree: 0)).field == "airs[0].nodes[\(last)]")
    #expect(try node(.mul(0, 0, degree: 1)).field == "airs[0].nodes[\(last)]")
    #expect(try node(.neg(0, degree: 200)).field == "airs[0].nodes[\(last)]")
    #expect(try failure { $0.maxConstraintDegree = 1 }.field.hasPrefix("airs[0]."))
    #expect(try failure { $0.maxConstraintDegree = 4 }.field == "airs[0].max_constraint_degree")
  }

  @Test func rejectsConstraintsOutOfOrder() throws {
    #expect(try failure { $0.dag.constraints.swapAt(0, 1) }.field == "airs[0].constraint_idx[1]")
    #expect(try failure { $0.dag.constraints[1] = $0.dag.constraints[0] }.field == "airs[0].constraint_idx[1]")
    #expect(try failure { $0.dag.constraints = [$0.dag.nodes.count] }.field == "airs[0].constraint_idx[0]")
  }

  @Test func rejectsImpossibleInteractions() throws {
    for message in [[], [1_000_000], [Int](repeating: 0, count: 128)] {
      let error = try failure {
        $0.dag.interactions = [Interaction(message: message, count: 0, busIndex: 1, countWeight: 1)]
      }
      #expect(error.field == "airs[0].interactions[0]")
    }
    let count = try failure {
      $0.dag.interactions = [Interaction(message: [0], count: .max, busIndex: 1, countWeight: 1)]
    }
    #expect(count.field == "airs[0].interactions[0]")
  }

  // MARK: Widths and flags

  @Test func rejectsImpossibleWidths() throws {
    #expect(try failure { $0.width.commonMain = 0 }.field == "airs[0].width")
    #expect(try failure { $0.width.commonMain = .max }.field == "airs[0].width")
    #expect(try failure { $0.width.cachedMains = [0] }.field == "airs[0].width")
    #expect(try failure { $0.width.preprocessed = 0 }.field == "airs[0].width")
    #expect(try failure { $0.publicValueCount = .max }.field == "airs[0].num_public_values")
  }

  @Test func rejectsPreprocessedDataThatContradictItself() throws {
    #expect(try failure { $0.width.preprocessed = nil }.field == "airs[0].preprocessed_data")
    #expect(try failure { $0.preprocessed = nil }.field == "airs[0].preprocessed_data")
    for dimension in [-3, 9, .min, .max] {
      #expect(try failure { $0.preprocessed?.hypercubeDimension = dimension }.field == "airs[0].preprocessed_data")
    }
    #expect(try failure { $0.preprocessed?.stackingWidth = 2 }.field == "airs[0].preprocessed_data")
  }

  @Test func rejectsFlagsThatContradictTheNodes() throws {
    #expect(try failure { $0.needsRotation.toggle() }.field == "airs[0].need_rot")
    #expect(
      try failure { $0.unusedVariables.append(.init(entry: .main(part: 0, offset: 0), index: 0)) }.field
        == "airs[0].unused_variables[\(key.airs[0].unusedVariables.count)]")
    #expect(try failure { $0.unusedVariables = [] }.field == "airs[0].unused_variables")
  }

  @Test func rejectsHeightConstraintsOfAnotherLength() throws {
    let changed = VerifyingKey<H>(
      parameters: key.parameters, airs: key.airs,
      traceHeightConstraints: [TraceHeightConstraint(coefficients: [1, 2], threshold: 3)])
    let error = caught(DecodeError.self) { _ = try VerifyingKey<H>(decodingBody: changed.encodeBody()) }
    #expect(error?.field == "trace_height_constraints[0]")
    #expect(caught(KeyError.self) { try changed.validate() }?.field == "trace_height_constraints[0]")
  }

  // MARK: Parameters

  @Test func rejectsAbsurdParameters() throws {
    let changes: [(String, (inout SystemParameters) -> Void)] = [
      ("l_skip", { $0.lSkip = 28 }), ("n_stack", { $0.nStack = .max }), ("w_stack", { $0.wStack = 0 }),
      ("log_blowup", { $0.logBlowup = 0 }), ("log_blowup", { $0.logBlowup = 18 }), ("whir.k", { $0.whir.k = 0 }),
      ("whir.rounds", { $0.whir.queriesPerRound = [] }), ("whir.rounds", { $0.whir.k = 4 }),
      ("whir.k", { $0.whir.k = .max }), ("whir.rounds.num_queries", { $0.whir.queriesPerRound[1] = 0 }),
      ("whir.rounds.num_queries", { $0.whir.queriesPerRound[0] = .max }),
      ("whir.mu_pow_bits", { $0.whir.muPowBits = 31 }),
      ("whir.query_phase_pow_bits", { $0.whir.queryPhasePowBits = 64 }),
      ("whir.folding_pow_bits", { $0.whir.foldingPowBits = .max }), ("logup.pow_bits", { $0.logup.powBits = 31 }),
      ("logup.log_max_message_length", { $0.logup.logMaxMessageLength = 32 }),
      ("max_constraint_degree", { $0.maxConstraintDegree = 0 }),
      ("max_constraint_degree", { $0.maxConstraintDegree = 256 }),
    ]
    let proof = try ProofCase.load("vectors/proofs/small_2_8_3/preprocessed_fib_log3").proof()
    for (field, change) in changes {
      var parameters = key.parameters
      change(&parameters)
      #expect(caught(KeyError.self) { try parameters.validate() }?.field == "params.\(field)")
      let changed = VerifyingKey<H>(parameters: parameters, airs: key.airs, traceHeightConstraints: [])
      let error = caught(DecodeError.self) { _ = try VerifyingKey<H>(decodingBody: changed.encodeBody()) }
      #expect(error?.field == "params.\(field)")
      let verdict = caught(VerifyError.self) { try Verifier(key: changed, parameters: parameters).verify(proof) }
      guard case .unusableKey? = verdict else {
        Issue.record("\(field): \(String(describing: verdict))")
        continue
      }
    }
  }
}
