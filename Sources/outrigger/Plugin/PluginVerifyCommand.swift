import ArgumentParser
import Outrigger
import PluginHost

struct PluginVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Run the conformance matrix on the plugins of a manifest, or on a library.",
    discussion: """
      Everything that a plugin promises and that can be tested is tested, each check in workers of its own where it could \
      do harm: docs/conformance.md says what the checks are and how to mend what they find. Ends with 1 where a check fails.
      """)

  @Argument(help: ArgumentHelp("A circuit's id or a deferral index; all of them by default.", valueName: "id"))
  var id: String?

  @Option(help: ArgumentHelp("A plugin's library, without a manifest: all its circuits at index 0.", valueName: "file"))
  var library: String?

  @Option(help: ArgumentHelp("Run this check and those it rests on; may be given several times.", valueName: "name"))
  var check: [ConformanceCheck] = []

  @Flag(help: "Prove with production parameters in place of small ones for tests.")
  var production = false

  @OptionGroup var manifest: ManifestOption
  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var options = ConformanceOptions()
    options.workerPath = manifest.pluginWorker
    options.threads = workerOptions.threads
    options.usesProductionParameters = production
    options.only = Set(check)
    let progress = ProgressPrinter(quiet: output.quiet)
    options.onResult = { progress.handle(.began("\($0.check.rawValue): \($0.outcome.rawValue)")) }
    var reports: [ConformanceReport] = []
    do {
      defer { progress.finish() }
      for (path, subjects) in try targets() {
        reports.append(try Conformance.verify(path: path, subjects: subjects, options: options))
      }
    } catch let error as PluginError {
      throw CommandFailure(RegistryError(.plugin(error)), json: output.json)
    }
    if output.json {
      Terminal.print(JSONReport.encode(reports))
    } else {
      for report in reports { Terminal.print(report.text(style: Self.style)) }
    }
    if !reports.allSatisfy(\.isAcceptable) { throw CommandFailure.rejected }
  }

  /// Libraries with what to verify of each.
  private func targets() throws -> [(path: String, subjects: [ConformanceSubject])] {
    if let library { return [(library, id.map { [ConformanceSubject(circuit: $0)] } ?? [])] }
    let found = try manifest.require(json: output.json)
    let entries = found.deferrals.filter { id == nil || $0.circuit == id || "\($0.index)" == id }
    guard !entries.isEmpty else {
      throw CommandFailure(
        exitCode: .unusable, kind: "unknown_circuit",
        id.map { "the manifest has no circuit and no index '\($0)'" } ?? "the manifest has no deferral circuits",
        json: output.json)
    }
    let lock = try manifest.lock(beside: found, json: output.json)
    var targets: [(path: String, subjects: [ConformanceSubject])] = []
    for entry in entries {
      let path = found.resolve(entry.plugin)
      let subject: ConformanceSubject
      do { subject = try ConformanceSubject(entry, manifest: found, lock: lock) } catch {
        throw CommandFailure(RegistryError(index: entry.index, circuit: entry.circuit, .file(error)), json: output.json)
      }
      if let place = targets.firstIndex(where: { $0.path == path }) {
        targets[place].subjects.append(subject)
      } else {
        targets.append((path, [subject]))
      }
    }
    return targets
  }

  static func style(_ text: String, _ outcome: ConformanceOutcome) -> String {
    switch outcome {
    case .pass: Terminal.style(text, .green)
    case .warn: Terminal.style(text, .yellow)
    case .fail, .crashed: Terminal.style(text, .red)
    case .skipped: Terminal.style(text, .dim)
    }
  }
}

extension ConformanceCheck: ExpressibleByArgument {}
