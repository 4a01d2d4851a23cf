import ArgumentParser
import Outrigger

struct VerifyCaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-case",
    abstract: "Verify the proof in a directory, and make it again to compare the bytes.",
    discussion: """
      The directory has params.json, vk.postcard.bin and proof.bin; traces.json too where --reprove is given. A \
      proof is a function of key and traces (the smallest proof-of-work witnesses are taken), so re-proving gives \
      the very same bytes, with any number of threads.
      """)

  @Argument(help: "The directory.")
  var directory: String

  @Flag(help: "Prove again from traces.json and compare byte by byte.")
  var reprove = false

  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    let report: CaseReport
    do {
      report = try CaseDirectory(directory).check(
        reprove: reprove, configuration: configurationOptions.configuration, workers: workerOptions.workers,
        progress: progress.handle)
      progress.finish()
    } catch {
      progress.finish()
      throw CommandFailure(error, json: output.json)
    }
    if output.json { Terminal.print(JSONReport.encode(report)) } else { show(report) }
    if !report.isPassed { throw CommandFailure.rejected }
  }

  private func show(_ report: CaseReport) {
    VerifyCommand.show(report.verdict)
    guard let reproof = report.reproof else { return }
    if reproof.isIdentical {
      Terminal.print(
        Terminal.style("identical", .green) + ": our own proof has the same \(Format.count(reproof.proofBytes)) bytes, "
          + "made in \(Format.seconds(reproof.proveSeconds))")
    } else {
      let place = reproof.section.map { " in \($0) (\(reproof.stage ?? ""))" } ?? ", where the shorter one ends"
      Terminal.print(
        Terminal.style("DIFFERENT", .red) + ": first at byte \(reproof.firstDifference ?? 0)\(place); our own proof "
          + "has \(Format.count(reproof.proofBytes)) bytes and is "
          + (reproof.isOwnProofAccepted ? "accepted" : "rejected"))
    }
  }
}
