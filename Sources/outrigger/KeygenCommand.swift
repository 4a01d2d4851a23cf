import ArgumentParser
import MachineCircuits
import Outrigger
import PluginHost

struct KeygenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Write the verifying key of an application.",
    discussion: """
      The machine's key says what a run of any guest is. It is the same for all guests, takes a moment to make, and \
      contains nothing secret. With a manifest the keys of its deferral circuits stand beside it; whoever verifies holds \
      them against the guest's first memory, which app_exe_commit covers, and loads no plugin. Proving makes its own.
      """)

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Where to write the key.", valueName: "file"))
  var path = "app.vk"

  @OptionGroup var manifest: ManifestOption
  @OptionGroup var machine: ConfigurationOption
  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  private struct Report: Encodable {
    var path: String
    var bytes: Int
    var preHash: String
    var deferralCircuits: Int
    var seconds: Double

    enum CodingKeys: String, CodingKey {
      case path, bytes
      case deferralCircuits = "deferral_circuits"
      case preHash = "app_vk_pre_hash"
      case seconds
    }
  }

  func run() throws {
    let watch = Stopwatch()
    let progress = ProgressPrinter(quiet: output.quiet)
    do {
      defer { progress.finish() }
      let found = try manifest.read(json: output.json)
      let key = try AppSetup.key(try machine.checked(found?.machine), workers: workerOptions.workers)
      var verifying = key.verifyingKey
      if let found, !found.deferrals.isEmpty {
        let application = try manifest.open(
          found, usesTestParameters: machine.testParameters, workers: workerOptions, progress: progress,
          json: output.json)
        verifying.deferrals = application.circuits.map(\.key.verifying)
      }
      let bytes = verifying.encode()
      try ArtefactFile.write(bytes, to: path)
      let report = Report(
        path: path, bytes: bytes.count, preHash: AppSetup.keyPreHash(key),
        deferralCircuits: verifying.deferrals.count, seconds: watch.seconds)
      if output.json { return Terminal.print(JSONReport.encode(report)) }
      progress.finish()
      Terminal.print("\(path): \(Format.bytes(report.bytes)), made in \(Format.seconds(report.seconds))")
      Terminal.print("  app_vk_pre_hash \(report.preHash)")
      if report.deferralCircuits > 0 { Terminal.print("  deferral circuits \(report.deferralCircuits)") }
      machine.warn()
    } catch let error as AppError {
      throw CommandFailure(error, json: output.json)
    } catch let error as ArtefactError {
      throw CommandFailure(error, json: output.json)
    }
  }
}

extension ConfigurationOption {
  /// The configuration, or why there is none.
  func checked(_ manifest: MachineSection?) throws(AppError) -> MachineConfiguration {
    do { return try configuration(manifest) } catch { throw .configuration(error) }
  }

  /// Says loudly when parameters are for tests.
  func warn() {
    guard testParameters else { return }
    Terminal.printError(
      Terminal.style("warning:", .yellow, onError: true)
        + " these are test parameters: proofs can be forged, and 'verify' refuses them unless asked")
  }
}
