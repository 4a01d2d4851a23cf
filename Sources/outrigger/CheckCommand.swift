import ArgumentParser
import MachineCircuits
import Outrigger

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run a guest and check every constraint and bus, without proving.")

  @OptionGroup var guest: GuestOptions
  @OptionGroup var inputs: InputOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var machine: ConfigurationOption
  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    let report: AppCheckReport
    do {
      defer { progress.finish() }
      let workers = workerOptions.workers
      let file = try guest.read(progress: progress, json: output.json)
      let entries = try inputs.read(json: output.json)
      let configuration = try machine.checked()
      let key = try AppSetup.key(configuration, workers: workers)
      let committed = try AppSetup.commit(file, configuration: configuration, workers: workers)
      let run = GuestRun(
        guest: file, inputs: entries, publicValueBytes: configuration.publicValueBytes,
        maxInstructions: limits.maxInstructions)
      report = try AppCheck(key: key, guest: committed, run: run, workers: workers).check(progress: progress.handle)
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
