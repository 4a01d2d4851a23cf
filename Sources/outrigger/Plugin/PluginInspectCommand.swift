import ArgumentParser
import Outrigger
import PluginHost

struct PluginInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a circuit is: limits, AIRs, heights, keys, and what its proofs cost by batch.")

  @OptionGroup var subject: PluginSubjectOption

  @Option(help: ArgumentHelp("The call that heights and costs are of: @FILE or hexadecimal.", valueName: "input"))
  var input: String?

  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (library, circuit) = try subject.read(json: output.json)
    let report: PluginInspection
    do {
      let sample = try input.map { try GuestInput.read([$0]).first ?? [] }
      report = try PluginInspection.inspect(
        library: library, subject: circuit, input: sample, options: subject.options(workerOptions))
    } catch let error as ArtefactError {
      throw CommandFailure(error, json: output.json)
    } catch let error as InspectionError {
      throw CommandFailure(exitCode: .rejected, kind: "plugin", error.description, json: output.json)
    }
    if output.json { Terminal.print(JSONReport.encode(report)) } else { show(report) }
  }

  private func show(_ report: PluginInspection) {
    Terminal.print(Terminal.style("\(report.circuit) \(report.version)", .bold) + " at index \(report.index)")
    var table = TextTable()
    table.add("plugin", "\(report.plugin) \(report.pluginVersion), \(report.library)")
    table.add("library SHA-256", report.librarySHA256)
    table.add("def_circuit_commit", report.circuitCommit)
    table.add("key pre-hash", report.preHash)
    table.add("parameters", "app\(report.logStackedHeight), \(Format.fixed(report.soundnessBits, 1)) provable bits")
    table.add("input", "at most \(Format.bytes(report.maxInputBytes))")
    table.add("output", "at most \(Format.bytes(report.maxOutputBytes))")
    table.add(
      "inputs and outputs",
      report.usesStandardIO ? "the standard set outrigger.io/1" : "the circuit's own, with its own hash")
    table.add("batch", "\(report.batch), at most \(report.maxBatch)")
    table.allLeft.print()

    Terminal.print("")
    var airs = TextTable(["AIR", "columns", "constraints", "interactions", "degree", "rows"])
    for air in report.airs {
      let columns = ([air.columns] + air.cachedColumns + [air.preprocessedColumns]).reduce(0, +)
      airs.add(
        air.isOwn ? air.name : "(host) \(air.name)", "\(columns)", "\(air.constraints)", "\(air.interactions)",
        "\(air.degree)", air.rows.map { Format.count($0) } ?? "-")
    }
    airs.print()
    if let sample = report.sample { Terminal.print("rows for \(sample)") }

    guard !report.costs.isEmpty else { return }
    Terminal.print("")
    var costs = TextTable(["calls to a proof", "cells a call", "seconds a call", "seconds", "memory"])
    for cost in report.costs {
      costs.add(
        Format.count(cost.calls), Format.count(cost.cellsPerCall), Format.fixed(cost.secondsPerCall, 4),
        cost.fits ? Format.fixed(cost.seconds, 2) : "does not fit", Format.bytes(cost.memoryBytes))
    }
    costs.print()
    Terminal.print("seconds of one thread, very roughly")
  }
}
