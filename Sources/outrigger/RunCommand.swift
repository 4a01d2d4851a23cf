import ArgumentParser
import MachineCircuits
import Outrigger

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a guest without proving.",
    discussion: """
      Exit codes: 0 when the guest ended with 0, 1 when it ended with another code or trapped, 2 for unusable input.
      """)

  @OptionGroup var application: ApplicationOptions
  @OptionGroup var inputs: InputOptions
  @OptionGroup var deferralInputs: DeferralInputOption

  @OptionGroup var limits: LimitOptions

  @Flag(help: "Predict segments, memory and time of a proof.")
  var estimate = false

  @Option(
    help: ArgumentHelp(
      "Write where the instructions go: FILE for speedscope, FILE.folded for flame graph scripts.", valueName: "file"))
  var profile: String?

  @Option(
    help: ArgumentHelp(
      "Memory that a segment's proof may take, for --estimate and the number of segments.", valueName: "bytes"))
  var memory: ByteCount?

  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    var report: RunReport
    var hottest: [(name: String, instructions: UInt64)] = []
    do {
      defer { progress.finish() }
      let loaded = try application.load(
        deferralInputs: deferralInputs.deferralInput, workers: workerOptions, progress: progress, json: output.json)
      let entries = try inputs.read(json: output.json)
      let configuration = loaded.configuration
      progress.finish()
      let run = GuestRun(
        guest: loaded.guest, inputs: entries, publicValueBytes: configuration.publicValueBytes,
        deferral: loaded.extension, maxInstructions: limits.maxInstructions)
      report = try run.run { text in if !output.json { Terminal.printBytes(text) } }
      if report.exitCode == 0 {
        do {
          let key = try AppSetup.key(configuration, workers: workerOptions.workers)
          report.estimate = try run.estimate(
            key: key, memoryBytes: memory?.bytes ?? AppProving.Options.defaultMemoryBytes,
            threads: workerOptions.threads)
        } catch {
          // That a run cannot be proven here is no fault of the run: it matters where it was asked for.
          if estimate { throw error }
        }
      }
      if let profile { hottest = try run.profile(to: profile) }
    } catch let error as AppError { throw CommandFailure(error, json: output.json) }
    if output.json { Terminal.print(JSONReport.encode(report)) } else { show(report, hottest: hottest) }
    if report.exitCode != 0 { throw CommandFailure.rejected }
  }

  private func show(_ report: RunReport, hottest: [(name: String, instructions: UInt64)]) {
    let style: Terminal.Style = report.exitCode == 0 ? .green : .red
    Terminal.print(Terminal.style("exit code \(report.exitCode)", style))
    var table = TextTable()
    table.add("public values", report.publicValues)
    table.add(
      "instructions",
      "\(Format.count(Int(report.instructions))), \(Format.fixed(report.instructionsPerSecond / 1e6, 0)) M/s")
    if report.deferralCalls.contains(where: { $0 > 0 }) {
      table.add("deferred calls", report.deferralCalls.map(Format.count).joined(separator: ", "))
    }
    if let plan = report.estimate {
      table.add("segments", "\(plan.segments)")
      if estimate {
        table.add("proof: cells", Format.count(plan.cells))
        table.add("proof: bus messages", Format.count(plan.messages))
        table.add("proof: memory", Format.bytes(plan.memoryBytes))
        table.add("proof: time, roughly", Format.seconds(plan.seconds))
      }
    }
    table.allLeft.print()
    guard let profile else { return }
    Terminal.print("\(profile): for speedscope; \(profile).folded: folded stacks")
    for (name, instructions) in hottest.prefix(10) {
      let share = Format.fixed(100 * Double(instructions) / Double(Swift.max(report.instructions, 1)), 1)
      Terminal.print("  \(share) %  \(name)")
    }
  }
}
