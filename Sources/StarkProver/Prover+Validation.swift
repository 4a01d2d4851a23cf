import Algebra
import StarkVerifier

extension Prover {
  /// The traces with the matrices of ready commitments put in. A commitment is to one matrix, under the key's
  /// parameters.
  func withCommitted(
    _ traces: [AIRTrace], _ committed: [Int: [StackedCommitment<H>]]
  ) throws(ProverError) -> [AIRTrace] {
    var result = traces
    for index in traces.indices {
      let id = traces[index].airID
      guard let commitments = committed[id] else { continue }
      guard traces[index].cachedMains.isEmpty else {
        throw .partCount(air: id, expected: 0, found: traces[index].cachedMains.count)
      }
      for commitment in commitments {
        guard commitment.matrices.count == 1,
          commitment.logStackedHeight == key.verifyingKey.parameters.logStackedHeight
        else { throw .foreignCommitment(air: id) }
        result[index].cachedMains.append(commitment.matrices[0])
      }
    }
    return result
  }

  /// Checks `traces` against the key and sorts them: heights do not increase, ties by AIR id.
  func validated(_ traces: [AIRTrace]) throws(ProverError) -> [AIRTrace] {
    let airs = key.verifyingKey.airs
    let parameters = key.verifyingKey.parameters
    guard parameters.lSkip <= SkipDomain.maxLog else {
      throw .unsupportedParameters("a skip domain of 2^\(parameters.lSkip) points, at most 2^6")
    }
    guard !traces.isEmpty else { throw .noTraces }
    var seen = Set<Int>()
    for trace in traces {
      guard airs.indices.contains(trace.airID) else { throw .unknownAIR(id: trace.airID, airCount: airs.count) }
      guard seen.insert(trace.airID).inserted else { throw .duplicateAIR(id: trace.airID) }
      try validate(trace, airs[trace.airID])
    }
    for (id, air) in airs.enumerated() where air.isRequired && !seen.contains(id) { throw .requiredAIRAbsent(id: id) }
    for (index, constraint) in key.verifyingKey.traceHeightConstraints.enumerated() {
      let sum = traces.reduce(UInt64(0)) { sum, trace in
        let rows = UInt64(Swift.max(trace.commonMain.height, 1 << parameters.lSkip))
        return sum + rows * UInt64(constraint.coefficients[trace.airID])
      }
      guard sum < UInt64(constraint.threshold) else {
        throw .traceHeights(constraint: index, sum: sum, threshold: constraint.threshold)
      }
    }
    return traces.sorted { ($1.commonMain.height, $0.airID) < ($0.commonMain.height, $1.airID) }
  }

  private func validate(_ trace: AIRTrace, _ air: AIRVerifyingKey<H>) throws(ProverError) {
    let id = trace.airID
    let height = trace.commonMain.height
    let maximum = 1 << key.verifyingKey.parameters.logStackedHeight
    guard height.nonzeroBitCount == 1, height <= maximum else {
      throw .height(air: id, found: height, maximum: maximum)
    }
    guard trace.commonMain.width == air.width.commonMain else {
      throw .width(air: id, part: "common main", expected: air.width.commonMain, found: trace.commonMain.width)
    }
    guard trace.cachedMains.count == air.width.cachedMains.count else {
      throw .partCount(air: id, expected: air.width.cachedMains.count, found: trace.cachedMains.count)
    }
    for (part, (cached, width)) in zip(trace.cachedMains, air.width.cachedMains).enumerated() {
      guard cached.width == width else {
        throw .width(air: id, part: "cached main \(part)", expected: width, found: cached.width)
      }
      guard cached.height == height else {
        throw .heightsDiffer(air: id, part: "cached main \(part)", expected: height, found: cached.height)
      }
    }
    if air.width.preprocessed != nil {
      guard let preprocessed = key.preprocessed[id] else { throw .preprocessedMissing(air: id) }
      guard preprocessed.matrices[0].height == height else {
        throw .heightsDiffer(
          air: id, part: "the preprocessed trace", expected: height, found: preprocessed.matrices[0].height)
      }
    }
    guard trace.publicValues.count == air.publicValueCount else {
      throw .publicValues(air: id, expected: air.publicValueCount, found: trace.publicValues.count)
    }
  }
}
