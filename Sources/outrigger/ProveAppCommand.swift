import ArgumentParser
import MachineCircuits
import MachineVerifier
import Outrigger

struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Prove runs of guests.", subcommands: [ProveAppCommand.self])
}

struct ProveAppCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "app",
    abstract: "Run a guest and prove the run, segment by segment.",
    discussion: """
      Segment proofs are kept in PROOF.segments until the proof is written: a run that was stopped goes on from the \
      segments that are done when the command is given again.
      """)

  @OptionGroup var application: ApplicationOptions
  @OptionGroup var inputs: InputOptions
  @OptionGroup var deferralInputs: DeferralInputOption
  @OptionGroup var limits: LimitOptions

  @Option(help: ArgumentHelp("Where to write the proof.", valueName: "file"))
  var proof = "app.proof"

  @Option(
    help: ArgumentHelp(
      "Memory to use, for instance 8G; three quarters of what is free by default.", valueName: "bytes"))
  var memory: ByteCount?

  @Option(help: ArgumentHelp("At most this many instructions in a segment.", valueName: "n"))
  var segmentInstructions: Int?

  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let segmentInstructions, segmentInstructions < 1 {
      throw ValidationError("--segment-instructions must be at least 1, not \(segmentInstructions)")
    }
  }

  func run() throws {
    let progress = ProgressPrinter(quiet: output.quiet)
    let report: AppProofReport
    let bytes: [UInt8]
    do {
      defer { progress.finish() }
      let workers = workerOptions.workers
      let loaded = try application.load(
        deferralInputs: deferralInputs.deferralInput, workers: workerOptions, progress: progress, json: output.json)
      let entries = try inputs.read(json: output.json)
      let configuration = loaded.configuration
      progress.handle(.began("make the key and commit to the guest"))
      let key = try AppSetup.key(configuration, workers: workers)
      let committed = try AppSetup.commit(
        loaded.guest, deferral: loaded.extension, configuration: configuration, workers: workers)
      let proving = AppProving(
        key: key, guest: committed,
        run: GuestRun(
          guest: loaded.guest, inputs: entries, publicValueBytes: configuration.publicValueBytes,
          deferral: loaded.extension,
          maxInstructions: limits.maxInstructions ?? loaded.manifest?.machine.maxInstructions.map { UInt64($0) }),
        deferral: loaded.deferral,
        options: .init(
          threads: workerOptions.threads,
          memoryBytes: memory?.bytes ?? loaded.manifest?.machine.memoryMiB.map { $0 << 20 }
            ?? AppProving.Options.defaultMemoryBytes,
          segmentInstructions: segmentInstructions ?? loaded.manifest?.machine.segmentInstructions,
          segmentDirectory: "\(proof).segments"))
      let appProof: AppProof
      (appProof, report) = try proving.prove(progress: progress.handle)
      bytes = appProof.encode()
      try ArtefactFile.write(bytes, to: proof)
      proving.removeParts(of: report)
    } catch let error as AppError {
      throw CommandFailure(error, json: output.json)
    } catch let error as ArtefactError {
      throw CommandFailure(error, json: output.json)
    }
    if output.json { Terminal.print(JSONReport.encode(report)) } else { show(report, bytes: bytes.count) }
  }

  private func show(_ report: AppProofReport, bytes: Int) {
    Terminal.print(
      Terminal.style("proven", .green)
        + ": \(Format.count(Int(report.instructions))) instructions in \(report.segments) segments, "
        + Format.seconds(report.totalSeconds))
    var table = TextTable()
    table.add("public values", report.publicValues)
    table.add("proof", "\(proof), \(Format.bytes(bytes))")
    table.add("parameters", report.parameters)
    table.add("execute and plan", Format.seconds(report.executeSeconds))
    let rate = Double(report.provenInstructions) / Swift.max(report.proveSeconds, 1e-9) / 1000
    table.add("prove", "\(Format.seconds(report.proveSeconds)), \(Format.fixed(rate, 1)) kHz")
    for phase in ["preflight", "traces", "commit", "gkr", "zerocheck", "stacking", "whir"] {
      if let seconds = report.phases[phase] { table.add("  \(phase)", Format.seconds(seconds)) }
    }
    table.add("outside the proof system", "\(Format.fixed(100 * report.shareOutsideStark, 1)) %")
    if report.deferralProofs > 0 {
      let calls = report.deferralCalls.reduce(0, +)
      table.add(
        "deferred",
        "\(Format.count(calls)) calls in \(report.deferralProofs) proofs, "
          + Format.seconds(report.deferralSeconds))
      table.add("  filled by the circuits", Format.seconds(report.deferralFillSeconds))
    }
    if report.reusedSegments > 0 { table.add("proven before", "\(report.reusedSegments) segments") }
    table.add("peak memory", Format.bytes(report.peakBytes))
    table.allLeft.print()
    let machine = application.machine
    machine.warn()
    Terminal.print("verify it with")
    Terminal.print(
      "  outrigger keygen\(application.manifest.arguments)\(machine.arguments)\n  outrigger verify app --vk app.vk --proof \(proof) \\\n"
        + "    --app-exe-commit \(report.executable) \\\n    --app-vk-pre-hash \(report.keyPreHash)"
        + (report.publicValueBytes == MachineConfiguration.defaultPublicValueBytes
          ? "" : " --public-value-bytes \(report.publicValueBytes)")
        + (machine.testParameters ? " --allow-test-parameters" : ""))
  }
}

extension ConfigurationOption {
  /// The options that name this machine on the command line; empty for the default one.
  var arguments: String {
    var text = ""
    if let logStackedHeight { text += " --log-stacked-height \(logStackedHeight)" }
    if let publicValueBytes { text += " --public-value-bytes \(publicValueBytes)" }
    return testParameters ? text + " --test-parameters" : text
  }
}
