import ArgumentParser
import MachineCircuits
import Outrigger

struct KeygenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Write the verifying key of a machine.",
    discussion: """
      The key says what a run of any guest is. It is the same for all guests, takes a moment to make, and contains \
      nothing secret. Proving makes its own; whoever verifies needs the file, or makes it in the same way.
      """)

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Where to write the key.", valueName: "file"))
  var path = "app.vk"

  @OptionGroup var machine: ConfigurationOption
  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  private struct Report: Encodable {
    var path: String
    var bytes: Int
    var preHash: String
    var seconds: Double

    enum CodingKeys: String, CodingKey {
      case path, bytes
      case preHash = "app_vk_pre_hash"
      case seconds
    }
  }

  func run() throws {
    let watch = Stopwatch()
    do {
      let key = try AppSetup.key(try machine.checked(), workers: workerOptions.workers)
      let bytes = key.verifyingKey.encode()
      try ArtefactFile.write(bytes, to: path)
      let report = Report(
        path: path, bytes: bytes.count, preHash: AppSetup.keyPreHash(key), seconds: watch.seconds)
      if output.json { return Terminal.print(JSONReport.encode(report)) }
      Terminal.print("\(path): \(Format.bytes(report.bytes)), made in \(Format.seconds(report.seconds))")
      Terminal.print("  app_vk_pre_hash \(report.preHash)")
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
  func checked() throws(AppError) -> MachineConfiguration {
    do { return try configuration() } catch { throw .configuration(error) }
  }

  /// Says loudly when parameters are for tests.
  func warn() {
    guard testParameters else { return }
    Terminal.printError(
      Terminal.style("warning:", .yellow, onError: true)
        + " these are test parameters: proofs can be forged, and 'verify' refuses them unless asked")
  }
}
