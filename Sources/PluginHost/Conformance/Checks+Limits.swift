import Deferral
import Dispatch
import Foundation
import Synchronization

// Time and memory.
extension ConformanceBench {
  /// How long a call may go on after it was asked to give up, in seconds, and how long without a failure. A plugin asks
  /// every 50 ms; the rest is for a busy machine.
  private static let promptly = 0.25
  private static let tolerably = 1.0

  func cancelLatency() throws(Finding) -> Finding {
    var latencies: [String] = []
    var worst = 0.0
    for delay in [0.002, 0.02] {
      try withFreshInstance { session, instance throws(Finding) in
        for (words, call) in try longCalls(session, instance) {
          let (seconds, latency) = try Self.cancelling(session, after: delay, words, call)
          if latency > worst { worst = latency }
          let time = ConformanceReport.seconds(seconds)
          latencies.append(
            latency < 0
              ? "\(words) ends by itself after \(time)" : "\(words) ends after \(ConformanceReport.seconds(latency))")
          // The session is good for more.
          if let first = try accepted().first {
            _ = try attempt("eval after a call that was cancelled") { () throws(PluginError) in
              try evaluate(session, instance, first.input)
            }
          }
        }
      }
    }
    let summary = latencies.suffix(2).joined(separator: ", ")
    if worst > Self.tolerably {
      return .fail("expected calls to give up within 50 ms, found \(ConformanceReport.seconds(worst))")
    }
    if worst > Self.promptly {
      return .warn("expected calls to give up within 50 ms, found \(ConformanceReport.seconds(worst))")
    }
    return .pass(summary)
  }

  /// The longest calls that there are: the function on the greatest input that it takes, and traces for it.
  private func longCalls(
    _ session: any PluginSession, _ instance: PluginInstance
  ) throws(Finding) -> [(String, () throws(PluginError) -> Void)] {
    let probe = try greatest()
    var calls: [(String, () throws(PluginError) -> Void)] = [
      ("eval", { () throws(PluginError) in _ = try self.evaluate(session, instance, probe.input) })
    ]
    guard let set = try? airSet(), let longest = try? sampledCalls(1).last else { return calls }
    let columns = set.airs.map(\.air.width.commonMain)
    calls.append(
      (
        "fill",
        { () throws(PluginError) in _ = try session.traces(instance, inputs: [longest.input], columns: columns) }
      ))
    return calls
  }

  /// Cancels a call and measures how long it went on: the whole call, and the time from the request; negative where the
  /// call was over before.
  private static func cancelling(
    _ session: any PluginSession, after delay: Double, _ words: String, _ call: () throws(PluginError) -> Void
  ) throws(Finding) -> (seconds: Double, latency: Double) {
    let asked = Mutex<ContinuousClock.Instant?>(nil)
    let isOver = Atomic(false)
    let group = DispatchGroup()
    let start = ContinuousClock.now
    DispatchQueue.global().async(group: group) {
      while start.secondsSince < delay, !isOver.load(ordering: .acquiring) { usleep(500) }
      guard !isOver.load(ordering: .acquiring) else { return }
      asked.withLock { $0 = .now }
      session.cancel()
    }
    defer { group.wait() }
    do throws(PluginError) {
      defer { isOver.store(true, ordering: .releasing) }
      try call()
    } catch {
      if error.isWorkerGone {
        throw .fail(
          "\(words): expected it to give up within 50 ms, found that its worker had to be killed: \(error.reason)")
      }
      guard case .cancelled = error.reason else {
        if error.isGuestsFault { return (start.secondsSince, -1) }
        throw .fail("\(words): expected CANCELLED or OK from a call that was cancelled, found: \(error.reason)")
      }
    }
    let end = ContinuousClock.now
    let latency = asked.withLock { $0 }.map { $0.duration(to: end).components } ?? (0, 0)
    let seconds = start.duration(to: end).components
    return (
      Double(seconds.seconds) + Double(seconds.attoseconds) * 1e-18,
      asked.withLock { $0 } == nil ? -1 : Double(latency.0) + Double(latency.1) * 1e-18
    )
  }

  /// The greatest input that the function takes: the maximal probe, or the longest of the others.
  func greatest() throws(Finding) -> Probe {
    if let greatestFound { return greatestFound }
    let maximal = probes().maximal
    var result: Probe?
    try withFreshInstance { session, instance throws(Finding) in
      do throws(PluginError) {
        _ = try evaluate(session, instance, maximal.input)
        result = maximal
      } catch {
        // What it does wrong with it is for `limit-memory` to say.
        if !error.isGuestsFault { result = maximal }
      }
    }
    let longest = try answers().filter { $0.output != nil }.map(\.probe).max { $0.input.count < $1.input.count }
    guard let probe = result ?? longest else { throw .skip("no probe was accepted: known answers would help") }
    greatestFound = probe
    return probe
  }

  func limitMemory() throws(Finding) -> Finding {
    let probe = try greatest()
    let limit = "\(subject.memoryLimit >> 20) MiB"
    return try withFreshInstance { session, instance throws(Finding) in
      // Several times, so that what is never freed adds up.
      let deadline = ContinuousClock.now + .seconds(2)
      for time in 0..<10 where time < 3 || ContinuousClock.now < deadline {
        _ = try attempt("eval of \(probe.name) within \(limit)") { () throws(PluginError) in
          try evaluate(session, instance, probe.input)
        }
      }
      guard let set = try? airSet() else { return .pass("eval of \(probe.name), several times within \(limit)") }
      let job: PluginJob
      do throws(PluginError) { job = try session.plan(instance, inputs: [probe.input]) } catch {
        if case .status = error.reason {
          return .warn("\(probe.name) has an output, but no traces: \(error.reason)")
        }
        throw Finding(error, during: "plan of \(probe.name) within \(limit)")
      }
      let cells = zip(set.airs, job.logHeights).reduce(0) { total, air in
        total + (air.1.map { air.0.air.width.commonMain << min($0, 40) } ?? 0)
      }
      guard cells <= 1 << 26 else {
        try attempt("close") { () throws(PluginError) in try session.close(job) }
        return .pass("eval and plan of \(probe.name) within \(limit); its \(cells) cells were not filled")
      }
      let result = Result { () throws(PluginError) in
        _ = try session.fill(job, columns: set.airs.map(\.air.width.commonMain))
        try session.close(job)
      }
      if case .failure(let error) = result { throw Finding(error, during: "fill of \(probe.name) within \(limit)") }
      return .pass("eval and \(cells) cells of \(probe.name) within \(limit)")
    }
  }

  func createDestroy1000() throws(Finding) -> Finding {
    let wanted = 1000
    let deadline = ContinuousClock.now + .seconds(3)
    return try withFreshSession { session throws(Finding) in
      var alive: [PluginInstance] = []
      var made = 0
      while made < wanted {
        guard made < 16 || ContinuousClock.now < deadline else { break }
        // Each index once, so that state by index would show.
        alive.append(try makeInstance(session, index: made % 1024))
        made += 1
        guard alive.count >= 8 else { continue }
        // Neither the first nor the last.
        let instance = alive.remove(at: (made * 5) % alive.count)
        try attempt("destroy, after \(made) instances") { () throws(PluginError) in try session.destroy(instance) }
      }
      for instance in alive.reversed() {
        try attempt("destroy") { () throws(PluginError) in try session.destroy(instance) }
      }
      let instance = try makeInstance(session)
      if let first = try? accepted().first {
        let output = try attempt("eval after \(made) instances") { () throws(PluginError) in
          try evaluate(session, instance, first.input)
        }
        guard output == first.output else {
          return .fail("eval after \(made) instances: expected \(shown(first.output)), found \(shown(output))")
        }
      }
      guard made == wanted else { return .warn("only \(made) instances could be made in 3 s; \(wanted) are the aim") }
      return .pass("\(made) instances, up to eight at a time, at as many indices")
    }
  }
}
