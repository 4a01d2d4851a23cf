import Algebra
import Hashing
import StarkVerifier
import TestSupport
import Testing

/// Chapter 10, section 9, items 6 to 27: each has its error, with what was expected and what was found.
@Suite struct VerifyErrorTests {
  typealias H = InnerConfiguration

  private func load(_ name: String) throws -> ProofCase { try ProofCase.load("vectors/proofs/small_2_8_3/\(name)") }

  /// The error after a change to the proof, and to the key if need be.
  private func failure(
    _ name: String, _ change: (inout Proof<H>) -> Void = { _ in },
    key changeKey: (inout [AIRVerifyingKey<H>], inout [TraceHeightConstraint]) -> Void = { _, _ in },
    parameters changeParameters: (inout SystemParameters) -> Void = { _ in }
  ) throws -> VerifyError {
    let test = try load(name)
    var parameters = test.parameters
    changeParameters(&parameters)
    let key = try VerifyingKey<H>(decoding: test.keyBytes)
    var airs = key.airs
    var constraints = key.traceHeightConstraints
    changeKey(&airs, &constraints)
    let changed = VerifyingKey(parameters: key.parameters, airs: airs, traceHeightConstraints: constraints)
    var proof = try test.proof()
    change(&proof)
    let verifier = Verifier(key: changed == key ? key : changed, parameters: parameters)
    let error = try #require(caught(VerifyError.self) { try verifier.verify(proof) })
    #expect(!"\(error)".isEmpty)
    return error
  }

  /// Expects a shape error of `item` about `field`.
  private func expectShape(_ item: Int, _ field: String, _ name: String, _ change: (inout Proof<H>) -> Void) throws {
    let error = try failure(name, change)
    #expect(error.item == item, "\(error)")
    switch error {
    case .airCount(let mismatch), .gkrShape(let mismatch), .batchShape(let mismatch), .openingShape(let mismatch),
      .stackingShape(let mismatch), .whirShape(let mismatch):
      #expect(mismatch.field == field)
      #expect(mismatch.expected != mismatch.found)
    default: Issue.record("\(field): \(error)")
    }
  }

  // MARK: Items 6 to 10

  @Test func item6OtherParameters() throws {
    let error = try failure("fib_log3", parameters: { $0.whir.muPowBits += 1 })
    #expect(error == .parametersDiffer(field: "whir.mu_pow_bits", expected: "4", found: "3"))
  }

  @Test func item7NoTracePresent() throws {
    let error = try failure("fib_log3") { $0.traceData = [nil] }
    #expect(error == .noTracePresent)
  }

  @Test func item8WrongNumberOfAIRs() throws {
    try expectShape(8, "trace_vdata", "fib_log3") { $0.traceData.append(nil) }
    try expectShape(8, "public_values", "fib_log3") { $0.publicValues.append([]) }
    try expectShape(8, "public_values", "fib_log3") { $0.publicValues = [] }
  }

  @Test func item9AbsentAIRs() throws {
    let required = try failure("fib_3airs_air1_empty", key: { airs, _ in airs[1].isRequired = true })
    #expect(required == .requiredTraceAbsent(air: 1))
    let values = try failure("fib_3airs_air1_empty") { $0.publicValues[1] = [.one] }
    #expect(values == .publicValuesOfAbsentTrace(air: 1, found: 1))
  }

  @Test func item10TraceData() throws {
    let cached = try failure("fib_log3") { $0.traceData[0]?.cachedCommits.append(H.emptyDigest) }
    #expect(cached == .cachedCommitmentCount(air: 0, expected: 0, found: 1))
    for height in [11, Int(UInt32.max), -1] {
      let error = try failure("fib_log3") { $0.traceData[0]?.logHeight = height }
      #expect(error == .logHeightOutOfBounds(air: 0, maximum: 10, found: height))
    }
    let values = try failure("fib_log3") { $0.publicValues[0].removeLast() }
    #expect(values == .publicValueCount(air: 0, expected: 3, found: 2))
  }

  // MARK: Items 11 to 15

  @Test func item11GKRShape() throws {
    try expectShape(11, "gkr.claims_per_layer", "interactions11") { $0.gkr.claimsPerLayer.removeLast() }
    try expectShape(11, "gkr.sumcheck_polys", "interactions11") { $0.gkr.sumcheckPolys.removeLast() }
    try expectShape(11, "gkr.sumcheck_polys[1]", "interactions11") { $0.gkr.sumcheckPolys[1].removeLast() }
    try expectShape(11, "gkr.claims_per_layer", "fib_log3") {
      $0.gkr.claimsPerLayer.append(.init(p0: .zero, p1: .zero, q0: .one, q1: .one))
    }
  }

  @Test func item12BatchShape() throws {
    let name = "fib_log3"
    try expectShape(12, "batch.numerator_terms", name) { $0.batch.numeratorTerms.append(.zero) }
    try expectShape(12, "batch.denominator_terms", name) { $0.batch.denominatorTerms = [] }
    try expectShape(12, "batch.univariate_round_coeffs", name) { $0.batch.univariateCoefficients.removeLast() }
    try expectShape(12, "batch.sumcheck_round_polys", name) { $0.batch.roundPolys.append([.zero]) }
    try expectShape(12, "batch.sumcheck_round_polys[0]", name) { $0.batch.roundPolys[0].removeLast() }
    try expectShape(12, "batch.column_openings", name) { $0.batch.columnOpenings = [] }
  }

  @Test func item13OpeningShape() throws {
    try expectShape(13, "batch.column_openings[0]", "fib_log3") { $0.batch.columnOpenings[0].append([]) }
    try expectShape(13, "batch.column_openings[0][0]", "fib_log3") { $0.batch.columnOpenings[0][0].removeLast() }
    try expectShape(13, "batch.column_openings[0][1]", "preprocessed_fib_log3") {
      $0.batch.columnOpenings[0][1].append(.zero)
    }
  }

  @Test func item14StackingShape() throws {
    try expectShape(14, "stacking.univariate_round_coeffs", "fib_log3") {
      $0.stacking.univariateCoefficients.append(.zero)
    }
    try expectShape(14, "stacking.sumcheck_round_polys", "fib_log3") { $0.stacking.roundPolys.removeLast() }
    try expectShape(14, "stacking.stacking_openings", "cached11") { $0.stacking.openings.removeLast() }
    try expectShape(14, "stacking.stacking_openings[1]", "cached11") { $0.stacking.openings[1].append(.zero) }
  }

  @Test func item14StackedWidth() throws {
    let test = try load("cached11")
    let key = try VerifyingKey<H>(decoding: test.keyBytes)
    var parameters = key.parameters
    parameters.wStack = 1
    let narrow = VerifyingKey(
      parameters: parameters, airs: key.airs, traceHeightConstraints: key.traceHeightConstraints)
    let error = caught(VerifyError.self) {
      try Verifier(key: narrow, parameters: parameters).verify(try test.proof())
    }
    #expect(error == .stackedWidthTooLarge(maximum: 1, found: try test.proof().stacking.openings.joined().count))
  }

  @Test func item15WHIRShape() throws {
    let name = "fib_log3"
    try expectShape(15, "whir.sumcheck_polys", name) { $0.whir.sumcheckPolys.removeLast() }
    try expectShape(15, "whir.codeword_commits", name) { $0.whir.codewordCommits.removeLast() }
    try expectShape(15, "whir.ood_values", name) { $0.whir.oodValues.removeLast() }
    try expectShape(15, "whir.folding_pow_witnesses", name) { $0.whir.foldingPowWitnesses.append(.zero) }
    try expectShape(15, "whir.query_phase_pow_witnesses", name) { $0.whir.queryPhasePowWitnesses.removeLast() }
    try expectShape(15, "whir.final_poly", name) { $0.whir.finalPoly.append(.zero) }
    try expectShape(15, "whir.initial_openings", name) { $0.whir.initialOpenings = [] }
    try expectShape(15, "whir.initial_openings.queries", name) { $0.whir.initialQueryCount = 0 }
    try expectShape(15, "whir.initial_openings.depth", name) { $0.whir.initialDepth += 1 }
    try expectShape(15, "whir.initial_openings[0].width", name) { $0.whir.initialOpenings[0].width = .max }
    try expectShape(15, "whir.initial_openings[0].rows", name) { $0.whir.initialOpenings[0].rows.removeLast() }
    try expectShape(15, "whir.initial_openings[0].paths", name) { $0.whir.initialOpenings[0].paths.removeLast() }
    try expectShape(15, "whir.codeword_openings", name) { $0.whir.codewordOpenings.removeLast() }
    try expectShape(15, "whir.codeword_openings.depth", name) { $0.whir.laterDepth -= 1 }
    try expectShape(15, "whir.codeword_openings[1].queries", name) { $0.whir.codewordOpenings[1].queryCount += 1 }
    try expectShape(15, "whir.codeword_openings[1].values", name) { $0.whir.codewordOpenings[1].values.removeLast() }
    try expectShape(15, "whir.codeword_openings[0].paths", name) { $0.whir.codewordOpenings[0].paths = [] }
  }

  // MARK: Items 16 and 17

  @Test func item16TraceHeights() throws {
    let constraint = TraceHeightConstraint(coefficients: [5], threshold: 40)
    let error = try failure("fib_log3", key: { $1 = [constraint] })
    #expect(error == .traceHeightConstraint(index: 0, threshold: 40, found: 40))
  }

  @Test func item17PreprocessedHeight() throws {
    func raise(_ airs: inout [AIRVerifyingKey<H>]) { airs[0].preprocessed?.hypercubeDimension += 1 }
    let error = try failure("preprocessed_fib_log3", key: { airs, _ in raise(&airs) })
    #expect(error == .preprocessedHeight(air: 0, expected: 4, found: 3))
  }
}
