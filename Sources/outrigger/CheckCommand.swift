import ArgumentParser
import MachineCircuits
import Outrigger

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run a guest and check every constraint and bus, without proving.")

  @OptionGroup var application: ApplicationOptions
  @OptionGroup var inputs: InputOptions
  @OptionGroup var deferralInputs: DeferralInputOption
  @OptionGroup var limits: LimitOptions
  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    let report: AppCheckReport
    do {
      defer { progress.finish() }
      let workers = workerOptions.workers
      let loaded = try application.load(
        deferralInputs: deferralInputs.deferralInput, workers: workerOptions, progress: progress, json: output.json)
      let entries = try inputs.read(json: output.json)
      let configuration = loaded.configuration
      let key = try AppSetup.key(configuration, workers: workers)
      let committed = try AppSetup.commit(
        loaded.guest, deferral: loaded.extension, configuration: configuration, workers: workers)
      let run = GuestRun(
        guest: loaded.guest, inputs: entries, publicValueBytes: configuration.publicValueBytes,
        deferral: loaded.extension, maxInstructions: limits.maxInstructions)
      report = try AppCheck(
        key: key, guest: committed, run: run, deferral: loaded.deferral, workers: workers
      ).check(progress: progress.handle)
    } catch let error as AppError { throw CommandFailure(error, json: output.json) }
    if output.json {
      Terminal.print(JSONReport.encode(report))
    } else {
      let what = "\(Format.count(Int(report.instructions))) instructions in \(report.segments) segments"
      if report.isSatisfied {
        Terminal.print(Terminal.style("satisfied", .green) + ": \(what), \(Format.seconds(report.seconds))")
      } else {
        Terminal.print(Terminal.style("NOT SATISFIED", .red) + ": \(what)")
        for finding in report.findings { Terminal.print("  \(finding)") }
      }
    }
    if !report.isSatisfied { throw CommandFailure.rejected }
  }
}
