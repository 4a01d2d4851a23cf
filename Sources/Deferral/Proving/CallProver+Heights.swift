extension CallProver {
  /// The heights of all traces of a job, by id; nil for AIRs that are absent. Fills the host's traces to find out.
  public func heights(of job: DeferralJob) throws(CallProverError) -> [Int?] {
    var heights = [Int?](repeating: nil, count: key.circuit.airs.count)
    for trace in try traces(of: job).traces { heights[trace.airID] = trace.commonMain.height }
    return heights
  }
}
