import AIR
import Algebra
import Hashing

// Chapter 10, section 9, items 7 to 17: nothing is computed with a length that a proof supplies before that length
// is known to be the one that key and heights demand.

extension Verifier {
  /// The statement that `proof` is about, once all of its shapes are checked.
  func statement(of proof: Proof<H>) throws(VerifyError) -> Statement<H> {
    var statement = Statement(traces: try statedTraces(proof), lSkip: parameters.lSkip)
    try checkGKR(proof.gkr, statement)
    try checkBatch(proof.batch, statement)
    statement.commitments = commitments(of: proof, statement)
    try checkStacking(proof.stacking, statement)
    try checkWHIR(proof.whir, statement)
    try checkHeights(proof)
    return statement
  }

  // MARK: Items 7 to 10

  private func statedTraces(_ proof: Proof<H>) throws(VerifyError) -> [StatedTrace<H>] {
    guard proof.traceData.contains(where: { $0 != nil }) else { throw .noTracePresent }
    for (field, found) in [("trace_vdata", proof.traceData.count), ("public_values", proof.publicValues.count)] {
      if let mismatch = mismatch(field, expected: key.airs.count, found: found) { throw .airCount(mismatch) }
    }
    var traces: [StatedTrace<H>] = []
    for (id, air) in key.airs.enumerated() {
      let publicValues = proof.publicValues[id]
      guard let data = proof.traceData[id] else {
        guard !air.isRequired else { throw .requiredTraceAbsent(air: id) }
        guard publicValues.isEmpty else { throw .publicValuesOfAbsentTrace(air: id, found: publicValues.count) }
        continue
      }
      guard data.cachedCommits.count == air.width.cachedMains.count else {
        throw .cachedCommitmentCount(
          air: id, expected: air.width.cachedMains.count, found: data.cachedCommits.count)
      }
      guard (0...parameters.logStackedHeight).contains(data.logHeight) else {
        throw .logHeightOutOfBounds(air: id, maximum: parameters.logStackedHeight, found: data.logHeight)
      }
      guard publicValues.count == air.publicValueCount else {
        throw .publicValueCount(air: id, expected: air.publicValueCount, found: publicValues.count)
      }
      traces.append(
        StatedTrace(
          airID: id, key: air, publicValues: publicValues, logHeight: data.logHeight,
          dimension: data.logHeight - parameters.lSkip))
    }
    return traces.sorted { ($1.logHeight, $0.airID) < ($0.logHeight, $1.airID) }
  }

  // MARK: Item 11

  private func checkGKR(_ proof: GKRProof, _ statement: Statement<H>) throws(VerifyError) {
    func require(_ field: @autoclosure () -> String, _ expected: Int, _ found: Int) throws(VerifyError) {
      if let mismatch = mismatch(field(), expected: expected, found: found) { throw .gkrShape(mismatch) }
    }
    try require("gkr.claims_per_layer", statement.layerCount, proof.claimsPerLayer.count)
    try require("gkr.sumcheck_polys", max(statement.layerCount - 1, 0), proof.sumcheckPolys.count)
    for (round, polynomials) in proof.sumcheckPolys.enumerated() {
      try require("gkr.sumcheck_polys[\(round)]", round + 1, polynomials.count)
    }
  }

  // MARK: Items 12 and 13

  private func checkBatch(_ proof: BatchConstraintProof, _ statement: Statement<H>) throws(VerifyError) {
    func require(_ field: @autoclosure () -> String, _ expected: Int, _ found: Int) throws(VerifyError) {
      if let mismatch = mismatch(field(), expected: expected, found: found) { throw .batchShape(mismatch) }
    }
    let traces = statement.traces.count
    let degree = parameters.maxConstraintDegree
    try require("batch.numerator_terms", traces, proof.numeratorTerms.count)
    try require("batch.denominator_terms", traces, proof.denominatorTerms.count)
    try require(
      "batch.univariate_round_coeffs", (degree + 1) * ((1 << parameters.lSkip) - 1) + 1,
      proof.univariateCoefficients.count)
    try require("batch.sumcheck_round_polys", statement.maxDimension, proof.roundPolys.count)
    for (round, values) in proof.roundPolys.enumerated() {
      try require("batch.sumcheck_round_polys[\(round)]", degree + 1, values.count)
    }
    try require("batch.column_openings", traces, proof.columnOpenings.count)
    for ((index, trace), parts) in zip(statement.traces.enumerated(), proof.columnOpenings) {
      let widths = trace.partWidths
      if let mismatch = mismatch("batch.column_openings[\(index)]", expected: widths.count, found: parts.count) {
        throw .openingShape(mismatch)
      }
      for ((part, width), openings) in zip(widths.enumerated(), parts) {
        let expected = width * trace.openingsPerColumn
        guard openings.count != expected else { continue }
        throw .openingShape(
          ShapeMismatch(
            field: "batch.column_openings[\(index)][\(part)]", expected: expected, found: openings.count))
      }
    }
  }

  // MARK: Item 14

  private func commitments(of proof: Proof<H>, _ statement: Statement<H>) -> [StatedCommitment<H>] {
    func layout(_ matrices: [(logHeight: Int, width: Int)]) -> StackedLayout {
      StackedLayout(matrices: matrices, lSkip: parameters.lSkip, nStack: parameters.nStack)
    }
    var commitments = [
      StatedCommitment<H>(
        root: proof.commonMainCommit,
        layout: layout(statement.traces.map { ($0.logHeight, $0.key.width.commonMain) }),
        traces: Array(statement.traces.indices), part: 0)
    ]
    for (index, trace) in statement.traces.enumerated() {
      let roots =
        (trace.key.preprocessed.map { [$0.commit] } ?? [])
        + (proof.traceData[trace.airID]?.cachedCommits ?? [])
      for (part, (root, width)) in zip(roots, trace.partWidths.dropFirst()).enumerated() {
        commitments.append(
          StatedCommitment(
            root: root, layout: layout([(trace.logHeight, width)]), traces: [index], part: part + 1))
      }
    }
    return commitments
  }

  private func checkStacking(_ proof: StackingProof, _ statement: Statement<H>) throws(VerifyError) {
    func require(_ field: @autoclosure () -> String, _ expected: Int, _ found: Int) throws(VerifyError) {
      if let mismatch = mismatch(field(), expected: expected, found: found) { throw .stackingShape(mismatch) }
    }
    try require(
      "stacking.univariate_round_coeffs", 2 * ((1 << parameters.lSkip) - 1) + 1, proof.univariateCoefficients.count)
    try require("stacking.sumcheck_round_polys", parameters.nStack, proof.roundPolys.count)
    let stackedWidth = statement.commitments.reduce(0) { $0 + $1.layout.width }
    guard stackedWidth <= parameters.wStack else {
      throw .stackedWidthTooLarge(maximum: parameters.wStack, found: stackedWidth)
    }
    try require("stacking.stacking_openings", statement.commitments.count, proof.openings.count)
    for ((index, commitment), openings) in zip(statement.commitments.enumerated(), proof.openings) {
      try require("stacking.stacking_openings[\(index)]", commitment.layout.width, openings.count)
    }
  }

  // MARK: Item 15

  private func checkWHIR(_ proof: WHIRProof<H>, _ statement: Statement<H>) throws(VerifyError) {
    func require(_ field: @autoclosure () -> String, _ expected: Int, _ found: Int) throws(VerifyError) {
      if let mismatch = mismatch(field(), expected: expected, found: found) { throw .whirShape(mismatch) }
    }
    let whir = parameters.whir
    let rounds = whir.queriesPerRound.count
    try require("whir.sumcheck_polys", whir.k * rounds, proof.sumcheckPolys.count)
    try require("whir.codeword_commits", rounds - 1, proof.codewordCommits.count)
    try require("whir.ood_values", rounds - 1, proof.oodValues.count)
    try require("whir.folding_pow_witnesses", whir.k * rounds, proof.foldingPowWitnesses.count)
    try require("whir.query_phase_pow_witnesses", rounds, proof.queryPhasePowWitnesses.count)
    try require("whir.final_poly", 1 << parameters.logFinalPolyLength, proof.finalPoly.count)

    // Below 2^20 queries x 2^27 rows; a width is that of a list which the proof holds.
    let depth = parameters.logDomainSize(round: 0) - whir.k
    try require("whir.initial_openings", statement.commitments.count, proof.initialOpenings.count)
    try require("whir.initial_openings.queries", whir.queriesPerRound[0], proof.initialQueryCount)
    try require("whir.initial_openings.depth", depth, proof.initialDepth)
    for ((index, commitment), opening) in zip(statement.commitments.enumerated(), proof.initialOpenings) {
      let name = "whir.initial_openings[\(index)]"
      let rows = whir.queriesPerRound[0] << whir.k
      try require("\(name).width", commitment.layout.width, opening.width)
      try require("\(name).rows", saturatingProduct(rows, opening.width), opening.rows.count)
      try require("\(name).paths", whir.queriesPerRound[0] * depth, opening.paths.count)
    }

    try require("whir.codeword_openings", rounds - 1, proof.codewordOpenings.count)
    try require("whir.codeword_openings.depth", rounds > 1 ? depth - 1 : 0, proof.laterDepth)
    for ((index, queries), opening) in zip(whir.queriesPerRound.dropFirst().enumerated(), proof.codewordOpenings) {
      let name = "whir.codeword_openings[\(index)]"
      try require("\(name).queries", queries, opening.queryCount)
      try require("\(name).values", queries << whir.k, opening.values.count)
      try require("\(name).paths", queries * (depth - 1 - index), opening.paths.count)
    }
  }

  // MARK: Items 16 and 17

  private func checkHeights(_ proof: Proof<H>) throws(VerifyError) {
    for (index, constraint) in key.traceHeightConstraints.enumerated() {
      // Below 2^31 AIRs x 2^27 rows x 2^32: sums that leave 64 bits saturate, and are over any threshold.
      var sum: UInt64 = 0
      for (trace, coefficient) in zip(proof.traceData, constraint.coefficients) {
        guard let trace else { continue }
        let (next, overflow) = sum.addingReportingOverflow(
          UInt64(coefficient) << UInt64(max(trace.logHeight, parameters.lSkip)))
        sum = overflow ? .max : next
      }
      guard sum < UInt64(constraint.threshold) else {
        throw .traceHeightConstraint(index: index, threshold: constraint.threshold, found: sum)
      }
    }
    for (id, (air, trace)) in zip(key.airs, proof.traceData).enumerated() {
      guard let trace, let preprocessed = air.preprocessed else { continue }
      let expected = preprocessed.hypercubeDimension + parameters.lSkip
      guard trace.logHeight == expected else {
        throw .preprocessedHeight(air: id, expected: expected, found: trace.logHeight)
      }
    }
  }

  // MARK: Helpers

  private func mismatch(_ field: @autoclosure () -> String, expected: Int, found: Int) -> ShapeMismatch? {
    expected == found ? nil : ShapeMismatch(field: field(), expected: expected, found: found)
  }

  private func saturatingProduct(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
  }
}
