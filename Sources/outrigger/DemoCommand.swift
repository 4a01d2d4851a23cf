import ArgumentParser
import Outrigger

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Prove and verify a chain of Keccak-256 hashes of a message, and show the figures.",
    discussion: """
      Proves, with production parameters, that hashing the message again and again gives a certain digest; verifies \
      the proof; and shows that the verifier refuses it for another digest. Whoever verifies hashes nothing.
      """)

  @Option(help: "What to hash: up to 135 bytes.")
  var message = "Outrigger"

  @Option(help: ArgumentHelp("How often to hash.", valueName: "n"))
  var hashes = 256

  @Option(
    help: ArgumentHelp(
      "Leave params.json, vk.postcard.bin and proof.bin in this directory, for 'outrigger stark verify'.",
      valueName: "dir"))
  var write: String?

  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    let report: DemoReport
    do {
      report = try Demo(message: message, hashes: hashes, directory: write)
        .run(workers: workerOptions.workers, progress: progress.handle)
      progress.finish()
    } catch {
      progress.finish()
      switch error {
      case .artefact(let error): throw CommandFailure(error, json: output.json)
      case .failed: throw CommandFailure(exitCode: .fault, kind: "fault", error.description, json: output.json)
      case .messageTooLong, .lengthOutOfRange:
        throw CommandFailure(exitCode: .unusable, kind: "arguments", error.description, json: output.json)
      }
    }
    if output.json { Terminal.print(JSONReport.encode(report)) } else { show(report) }
  }

  private func show(_ report: DemoReport) {
    Terminal.print(
      Terminal.style("proven and verified", .green)
        + ": \(report.hashes) times Keccak-256 of \"\(report.message)\" is")
    Terminal.print("  \(report.digest)")
    var table = TextTable()
    table.add("trace", "\(Format.count(report.rows)) rows x \(Format.count(report.columns)) columns")
    table.add("parameters", "\(report.parameters), \(Format.fixed(report.soundnessBits, 1)) provable bits")
    table.add("prove", Format.seconds(report.proveSeconds))
    for phase in ["commit", "gkr", "zerocheck", "stacking", "whir"] {
      if let seconds = report.phases[phase] { table.add("  \(phase)", Format.seconds(seconds)) }
    }
    table.add("verify", Format.seconds(report.verifySeconds))
    table.add("proof", Format.bytes(report.proofBytes))
    table.add("peak memory", Format.bytes(report.peakBytes))
    table.add("machine", "\(report.machine.processor), \(report.threads) threads, \(report.machine.simdLevel.rawValue)")
    table.allLeft.print()
    Terminal.print("the same proof for another digest is refused: \(report.forgeryRejection)")
    guard let directory = report.directory else { return }
    Terminal.print("verify it yourself:")
    Terminal.print(
      "  outrigger stark verify --params \(directory)/params.json --vk \(directory)/vk.postcard.bin "
        + "--proof \(directory)/proof.bin")
  }
}
