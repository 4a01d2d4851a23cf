import Hashing

/// The conformance matrix.
public enum Conformance {
  /// Runs the matrix on circuits of a plugin: all of them at index 0, unless `subjects` names some.
  ///
  /// Every check talks to workers, so that a plugin can crash, hang or write where it pleases. Throws where there is no
  /// worker to be had; whatever is the plugin's fault is in the report.
  public static func verify(
    library: PluginLibrary, subjects: [ConformanceSubject] = [], options: ConformanceOptions = ConformanceOptions()
  ) throws(PluginError) -> ConformanceReport {
    let start = ContinuousClock.now
    var report = ConformanceReport(
      library: library.path, librarySHA256: library.sha256Text, plugin: nil, version: nil, circuits: [], seconds: 0)
    let first = subjects.first ?? ConformanceSubject(circuit: "")
    let loading = Loading(library: library, subject: first, options: options)
    let info = try loading.load()
    report.plugin = info?.name
    report.version = info?.version
    let all = info?.circuits.map { ConformanceSubject(circuit: $0.id) } ?? []
    for subject in !subjects.isEmpty ? subjects : all.isEmpty ? [first] : all {
      report.circuits.append(
        ConformanceRun(library: library, subject: subject, options: options, loading: loading, info: info).run())
    }
    report.seconds = start.secondsSince
    return report
  }

  /// The same for the library in a file.
  public static func verify(
    path: String, subjects: [ConformanceSubject] = [], options: ConformanceOptions = ConformanceOptions()
  ) throws(PluginError) -> ConformanceReport {
    try verify(library: try PluginLibrary(path: path), subjects: subjects, options: options)
  }
}

/// The first loading of a library: what it gave, or what went wrong.
private final class Loading {
  let sessions: ConformanceSessions
  private(set) var error: PluginError?
  private(set) var seconds = 0.0

  init(library: PluginLibrary, subject: ConformanceSubject, options: ConformanceOptions) {
    sessions = ConformanceSessions(library: library, subject: subject, options: options)
  }

  /// What the plugin says about itself; nil where it does not load.
  func load() throws(PluginError) -> PluginInfo? {
    let start = ContinuousClock.now
    defer { seconds = start.secondsSince }
    do throws(PluginError) {
      let session = try sessions.make()
      defer { session.shutDown() }
      return session.info
    } catch {
      switch error.reason {
      case .workerMissing, .workerFailed, .foreignLibraryMissing, .foreignSymbolMissing, .foreignSignatureWrong:
        throw error
      default:
        self.error = error
        return nil
      }
    }
  }
}

/// The matrix of one circuit.
private struct ConformanceRun {
  let library: PluginLibrary
  let subject: ConformanceSubject
  let options: ConformanceOptions
  let loading: Loading
  let info: PluginInfo?

  func run() -> ConformanceReport.Circuit {
    let start = ContinuousClock.now
    let bench = makeBench()
    var results: [ConformanceCheck: ConformanceReport.Result] = [:]
    func perform(_ check: ConformanceCheck) {
      guard results[check] == nil else { return }
      // What a check rests on comes first, whatever its place in the matrix.
      for requirement in check.requirements { perform(requirement) }
      let result = result(of: check, bench, results)
      results[check] = result
      options.onResult?(result)
    }
    for check in ConformanceCheck.allCases { perform(check) }
    return ConformanceReport.Circuit(
      circuit: bench?.circuit.id ?? (subject.circuit.isEmpty ? nil : subject.circuit), version: bench?.circuit.version,
      index: subject.index, batch: 1 << subject.logBatch, proofParameters: proofParameters(bench),
      circuitCommit: bench?.circuitCommit().map { CommitBytes($0).description },
      results: ConformanceCheck.allCases.compactMap { results[$0] }, survivors: bench?.survivors ?? [],
      seconds: start.secondsSince)
  }

  private func makeBench() -> ConformanceBench? {
    guard let info, let number = info.circuits.firstIndex(where: { $0.id == subject.circuit }) else { return nil }
    return ConformanceBench(
      library: library, subject: subject, options: options,
      sessions: ConformanceSessions(library: library, subject: subject, options: options), info: info, number: number)
  }

  private func proofParameters(_ bench: ConformanceBench?) -> String {
    guard let bench else { return "none" }
    return ProofParameters(options: options).name(logStackedHeight: bench.circuit.logStackedHeight)
  }

  /// Checks that are wanted, and what they rest on.
  private var wanted: Set<ConformanceCheck> {
    guard !options.only.isEmpty else { return Set(ConformanceCheck.allCases) }
    var wanted = options.only
    while true {
      let more = wanted.union(wanted.flatMap(\.requirements))
      if more == wanted { return wanted }
      wanted = more
    }
  }

  private func result(
    of check: ConformanceCheck, _ bench: ConformanceBench?,
    _ results: [ConformanceCheck: ConformanceReport.Result]
  ) -> ConformanceReport.Result {
    func done(_ finding: Finding, _ seconds: Double = 0) -> ConformanceReport.Result {
      ConformanceReport.Result(check: check, outcome: finding.outcome, reason: finding.reason, seconds: seconds)
    }
    guard wanted.contains(check) else { return done(.skip("not asked for")) }
    if let failed = check.requirements.first(where: { results[$0]?.outcome.isAcceptable == false }) {
      return done(.skip("\(failed.rawValue) has failed"))
    }
    if let missing = check.requirements.first(where: { results[$0]?.outcome == .skipped }) {
      return done(.skip("\(missing.rawValue) was skipped"))
    }
    let start = ContinuousClock.now
    var finding: Finding
    if let bench {
      do throws(Finding) { finding = try bench.perform(check) } catch { finding = error }
    } else {
      finding = withoutCircuit(check)
    }
    let seconds = check == .loadNowLocal ? loading.seconds : start.secondsSince
    return done(finding, seconds)
  }

  /// What can be said where the library does not load, or has no such circuit.
  private func withoutCircuit(_ check: ConformanceCheck) -> Finding {
    if let error = loading.error {
      let isReserved = if case .reservedWordNotZero = error.reason { true } else { false }
      let isDescription = error.call == .describe && !isReserved
      switch check {
      case .loadNowLocal where !isReserved && !isDescription: return Finding(error, during: "loading")
      case .loadNowLocal: return .pass("the library loads")
      case .reservedNonzero where isReserved: return Finding(error, during: "loading")
      case .describeMatchesManifest where isDescription: return Finding(error, during: "describe")
      default: return .skip("the plugin could not be started: \(error.reason)")
      }
    }
    switch check {
    case .loadNowLocal: return .pass("the library loads")
    case .describeMatchesManifest:
      let found = (info?.circuits ?? []).map(\.id).joined(separator: ", ")
      return .fail("expected a circuit \(subject.circuit), found \(found)")
    default: return .skip("the plugin has no circuit \(subject.circuit)")
    }
  }
}

extension ContinuousClock.Instant {
  /// Seconds from this instant until now.
  var secondsSince: Double {
    let (seconds, attoseconds) = duration(to: .now).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
