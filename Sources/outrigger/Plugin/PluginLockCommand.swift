import ArgumentParser
import Hashing
import Outrigger
import PluginHost

struct PluginLockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract:
      "Compute the commitments of a manifest's circuits and write them, with the libraries' hashes, to outrigger.lock.",
    discussion: """
      Runs the plugins in their workers and makes their keys. The manifest is not changed: where it has a \
      def_circuit_commit, the circuit must have it; where it has none, the command shows what to add. 'run', 'prove' and \
      the others refuse a library that differs from the lock file.
      """)

  @OptionGroup var manifest: ManifestOption
  @Flag(help: "Say what would change, and write nothing.")
  var check = false
  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  private struct Report: Encodable {
    var path: String
    var isWritten: Bool
    var entries: [Entry]
    var changes: [String]

    struct Entry: Encodable {
      var index: Int
      var circuit: String
      var version: String
      var commit: String
      var isInManifest: Bool

      enum CodingKeys: String, CodingKey {
        case index, circuit, version
        case commit = "def_circuit_commit"
        case isInManifest = "in_manifest"
      }
    }

    enum CodingKeys: String, CodingKey {
      case path
      case isWritten = "written"
      case entries, changes
    }
  }

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    let found = try manifest.require(json: output.json)
    let path = Lock.path(manifest: found.path)
    let lock: Lock
    let changes: [String]
    do {
      defer { progress.finish() }
      var options = manifest.options(usesTestParameters: false, workers: workerOptions)
      options.purpose = .lock
      lock = try PluginRegistry(found, options: options) { progress.handle(.began($0)) }.lock
      changes = try Lock.beside(found).map { $0.differences(from: lock).map(\.description) } ?? []
      if !check { try lock.write(to: path) }
    } catch let error as RegistryError {
      throw CommandFailure(error, json: output.json)
    } catch let error as ManifestFailure {
      throw CommandFailure(RegistryError(.manifest(error)), json: output.json)
    } catch let error as ManifestError {
      throw CommandFailure(RegistryError(.file(error)), json: output.json)
    }
    let report = Report(
      path: path, isWritten: !check,
      entries: zip(lock.entries, found.deferrals).map { entry, inManifest in
        Report.Entry(
          index: entry.index, circuit: entry.circuit, version: entry.version,
          commit: CommitBytes(entry.circuitCommit).description, isInManifest: inManifest.circuitCommit != nil)
      }, changes: changes)
    if output.json { Terminal.print(JSONReport.encode(report)) } else { show(report) }
    if check && !changes.isEmpty { throw CommandFailure.rejected }
  }

  private func show(_ report: Report) {
    for change in report.changes { Terminal.print(Terminal.style("changed", .yellow) + " \(change)") }
    for entry in report.entries {
      Terminal.print("  \(entry.index)  \(entry.circuit) \(entry.version)  \(entry.commit)")
    }
    Terminal.print(
      check ? "\(report.path): not written" : Terminal.style("locked", .green) + ": \(report.path)")
    let silent = report.entries.filter { !$0.isInManifest }
    guard !silent.isEmpty else { return }
    Terminal.print("the manifest has no commitment for these; if you trust the plugins, add")
    for entry in silent { Terminal.print("  [[deferral]] \(entry.index): def_circuit_commit = \"\(entry.commit)\"") }
  }
}
