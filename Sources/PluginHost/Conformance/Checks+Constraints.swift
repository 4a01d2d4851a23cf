import AIR
import Algebra
import Deferral
import Hashing
import MachineVerifier

// What traces mean: constraints and buses, with the host's own AIRs around the plugin's.
extension ConformanceBench {
  func constraintsHold() throws(Finding) -> Finding {
    let reports = try jobReports()
    for report in reports {
      guard let failure = report.report.constraintFailures.first else { continue }
      return .fail("\(report.name): \(inOneLine(failure.description))")
    }
    return .pass("all constraints, on all rows of \(counted(reports.count, "job"))")
  }

  func busesBalance() throws(Finding) -> Finding {
    let reports = try jobReports()
    for report in reports {
      guard let imbalance = report.report.busImbalances.first else { continue }
      return .fail("\(report.name): \(inOneLine(imbalance.description))")
    }
    return .pass("all buses of \(counted(reports.count, "job")), those to the host's AIRs among them")
  }

  /// Partly filled batches where the circuit batches, and inputs of all awkward lengths: their traces have rows that
  /// are left over.
  func paddingRows() throws(Finding) -> Finding {
    let production = try productionParameters()
    let accepted = try sampledCalls(24)
    let own = try ownKey()
    var jobs: [(CircuitKey, [DeferralJob.Call])] = accepted.map { (own, [$0]) }
    if circuit.maxLogBatch > 1 {
      let logBatch = max(2, min(subject.logBatch, circuit.maxLogBatch))
      let key = CircuitKey(logBatch: logBatch, parameters: production)
      let shortest = accepted.sorted { $0.input.count < $1.input.count }.prefix(5)
      for count in [3, 5, 1] where count <= 1 << logBatch {
        jobs.append((key, (0..<count).map { shortest[$0 % shortest.count] }))
      }
    }
    var rowsLeftOver = 0
    let deadline = ContinuousClock.now + .seconds(4)
    var done = 0
    for (key, calls) in jobs.reversed() {
      guard done < 4 || ContinuousClock.now < deadline else { break }
      let job = try withInstance { session, instance throws(Finding) in try makeJob(session, instance, calls) }
      let report = try check(job, key)
      guard report.isSatisfied else {
        let words = report.constraintFailures.first?.description ?? report.busImbalances.first?.description ?? ""
        return .fail("\(jobName(calls)): \(inOneLine(words))")
      }
      rowsLeftOver += job.traces.count { $0?.commonMain.lastRowsRepeat ?? false }
      done += 1
    }
    let left = rowsLeftOver == 0 ? "; none of them seems to leave rows over" : ""
    return .pass("\(counted(done, "job"))\(left)")
  }

  func mutationScore() throws(Finding) -> Finding {
    let key = try ownKey()
    let job = try mutationJob()
    let instances = try ownInstances(job, key)
    var mutation = CellMutation()
    mutation.workers = workers
    let score: CellMutation.Score
    do throws(TraceShapeError) { score = try mutation.score(of: instances, seed: options.seed) } catch {
      throw .fail("\(error)")
    }
    survivors = score.survivors
    let sampled = score.sampledColumns < score.columns ? ", \(score.sampledColumns) of them tried" : ""
    let summary =
      "\(score.tried - score.unnoticed) of \(score.tried) changes noticed in \(jobName(job.calls)), "
      + "\(counted(score.columns, "used column"))\(sampled)"
    let free = score.survivors.filter(\.isFree)
    if let first = free.first {
      let others = free.count > 1 ? " and \(counted(free.count - 1, "more column"))" : ""
      return .fail(
        "expected every cell to be constrained, found that \(first.air).\(first.column)\(others) may be anything; "
          + summary
      )
    }
    guard let first = score.survivors.first else { return .pass(summary) }
    let others = score.survivors.count > 1 ? " and \(counted(score.survivors.count - 1, "more column"))" : ""
    return .warn("\(summary); \(first.air).\(first.column)\(others) may be changed in some rows")
  }

  /// A job with rows left over, if there can be one: three calls of a batch, or the longest probe.
  private func mutationJob() throws(Finding) -> BenchJob {
    let calls = try sampledCalls(3)
    let chosen = circuit.maxLogBatch > 1 ? (0..<3).map { calls[$0 % calls.count] } : Array(calls.suffix(1))
    return try withInstance { session, instance throws(Finding) in try makeJob(session, instance, chosen) }
  }
}

/// A report's lines as one.
func inOneLine(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).map { $0.trimmed }.joined(separator: "; ")
  return line.count > 400 ? line.prefix(400) + ".." : line
}

extension Substring {
  fileprivate var trimmed: Substring {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    return rest
  }
}

extension FieldMatrix {
  /// Whether the last row is all zeros or the same as the one above, as rows are that are left over.
  fileprivate var lastRowsRepeat: Bool {
    guard height > 1 else { return false }
    let last = height - 1
    let isZero = (0..<width).allSatisfy { self[row: last, column: $0] == .zero }
    return isZero || (0..<width).allSatisfy { self[row: last, column: $0] == self[row: last - 1, column: $0] }
  }
}
