import AIR
import Algebra
import Deferral

/// Calls with the traces that the plugin fills for them.
struct BenchJob {
  var calls: [DeferralJob.Call]
  var traces: [DeferralTrace?]
  /// Of a circuit without the standard set.
  var publicValues: [BabyBear]

  var job: DeferralJob { DeferralJob(calls: calls, traces: traces, publicValues: publicValues) }
}

/// What checking a job gave.
struct JobReport {
  var job: BenchJob
  var report: TraceReport

  /// For reasons: "a call with 32 bytes", "3 calls".
  var name: String { jobName(job.calls) }
}

func jobName(_ calls: [DeferralJob.Call]) -> String {
  calls.count == 1 ? "a call with \(counted(calls[0].input.count, "byte"))" : "\(calls.count) calls"
}

extension ConformanceBench {
  /// Own cells of a job that a check may take.
  static let affordableCells = 1 << 23

  /// Plans and fills a job on an instance. `words` names the layout for reasons.
  func fill(
    _ session: any PluginSession, _ instance: PluginInstance, _ calls: [DeferralJob.Call],
    layout: TraceLayout = TraceLayout(), _ words: String = "fill"
  ) throws(Finding) -> PluginTraces {
    let columns = try airSet().airs.map(\.air.width.commonMain)
    return try attempt("\(words), \(jobName(calls))") { () throws(PluginError) in
      try session.traces(instance, inputs: calls.map(\.input), columns: columns, layout: layout)
    }
  }

  /// The job of some calls, with all parts as field elements.
  func makeJob(
    _ session: any PluginSession, _ instance: PluginInstance, _ calls: [DeferralJob.Call]
  ) throws(Finding) -> BenchJob {
    let set = try airSet()
    let filled = try fill(session, instance, calls)
    var traces = [DeferralTrace?](repeating: nil, count: set.airs.count)
    for trace in filled.traces where traces.indices.contains(trace.air) {
      let main = try attempt("fill, \(jobName(calls))") { () throws(PluginError) in try trace.matrix() }
      var cached: [CachedMain] = []
      let described = set.airs[trace.air]
      for (part, width) in described.air.width.cachedMains.enumerated() {
        let isData = described.cachedClasses.indices.contains(part) && described.cachedClasses[part] == .data
        cached.append(
          .matrix(
            try attempt("cached, AIR \(trace.air), part \(part)") { () throws(PluginError) in
              try session.cached(
                instance, input: isData ? calls[0].input : nil, air: trace.air, part: part,
                logHeight: trace.rows.trailingZeroBitCount, columns: width, layout: TraceLayout()
              ).matrix()
            }))
      }
      traces[trace.air] = DeferralTrace(commonMain: main, cachedMains: cached)
    }
    var publicValues: [BabyBear] = []
    for (place, value) in (filled.publicValues ?? []).enumerated() {
      guard let element = BabyBear(canonical: value) else {
        throw .fail("public value \(place): expected a number below \(BabyBear.modulus), found \(value)")
      }
      publicValues.append(element)
    }
    return BenchJob(calls: calls, traces: traces, publicValues: publicValues)
  }

  /// Cells of the plugin's own AIRs for a job, as it is planned.
  func plannedCells(
    _ session: any PluginSession, _ instance: PluginInstance, _ calls: [DeferralJob.Call]
  ) throws(Finding) -> Int {
    let set = try airSet()
    let job = try attempt("plan, \(jobName(calls))") { () throws(PluginError) in
      try session.plan(instance, inputs: calls.map(\.input))
    }
    try attempt("close") { () throws(PluginError) in try session.close(job) }
    return zip(set.airs, job.logHeights).reduce(0) { total, air in
      total + (air.1.map { air.0.air.width.commonMain << min($0, 40) } ?? 0)
    }
  }

  /// Some accepted probes that fit into a check, short and long ones, of different lengths if there are enough.
  func sampledCalls(_ count: Int) throws(Finding) -> [DeferralJob.Call] {
    let accepted = try accepted()
    var distinct: [DeferralJob.Call] = []
    var others: [DeferralJob.Call] = []
    var lengths: Set<Int> = []
    for call in accepted {
      if lengths.insert(call.input.count).inserted { distinct.append(call) } else { others.append(call) }
    }
    distinct = (distinct + others.prefix(max(0, count - distinct.count))).sorted { $0.input.count < $1.input.count }
    let affordable = try withInstance { session, instance throws(Finding) in
      var result: [DeferralJob.Call] = []
      for call in distinct {
        let cells = try plannedCells(session, instance, [call])
        if cells <= Self.affordableCells { result.append(call) }
      }
      return result
    }
    guard !affordable.isEmpty else { throw .skip("the traces of all probes are too large for a check") }
    guard affordable.count > count else { return affordable }
    // Evenly from the shortest to the longest.
    return (0..<count).map { affordable[$0 * (affordable.count - 1) / max(count - 1, 1)] }
  }

  /// Checks a job with the host's own AIRs around the plugin's.
  func check(_ job: BenchJob, _ key: CircuitKey) throws(Finding) -> TraceReport {
    let prover = CallProver(key: try provingKey(key), workers: workers)
    do throws(CallProverError) { return try prover.check(job.job, limit: 2) } catch {
      throw .fail("\(jobName(job.calls)): \(error)")
    }
  }

  /// Jobs of one call each, checked.
  func checkedSingleCalls() throws(Finding) -> [JobReport] {
    let key = try ownKey()
    let calls = try sampledCalls(5)
    var reports: [JobReport] = []
    for call in calls {
      let job = try withInstance { session, instance throws(Finding) in try makeJob(session, instance, [call]) }
      reports.append(JobReport(job: job, report: try check(job, key)))
    }
    return reports
  }

  /// The plugin's own AIRs with the traces of a job, for looking at single rows.
  func ownInstances(_ job: BenchJob, _ key: CircuitKey) throws(Finding) -> [AIRInstance] {
    let circuit = try deferralCircuit(key)
    var instances: [AIRInstance] = []
    for (number, trace) in job.traces.enumerated() {
      guard let trace else { continue }
      let id = circuit.ownAIRs.lowerBound + number
      let cached = trace.cachedMains.flatMap { part in
        switch part {
        case .matrix(let matrix): [matrix]
        case .committed(let commitment): commitment.matrices
        }
      }
      instances.append(
        AIRInstance(
          air: circuit.airs[id], cachedMains: cached, commonMain: trace.commonMain,
          publicValues: id == 0 ? job.publicValues : []))
    }
    return instances
  }
}
