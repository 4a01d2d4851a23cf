import ArgumentParser
import Outrigger

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what is in a key, proof, parameter or trace file, and which bytes belong to which round.")

  @Argument(help: "The file.")
  var file: String

  @Flag(help: "List every section of the file.")
  var sections = false

  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report: InspectionReport
    do { report = try InspectionReport(path: file, configuration: configurationOptions.configuration) } catch {
      throw CommandFailure(error, json: output.json)
    }
    guard !output.json else { return Terminal.print(JSONReport.encode(report)) }

    let kind = report.kind.rawValue.split(separator: "_").joined(separator: " ")
    let configuration = report.configuration.map { ", \($0.rawValue) configuration" } ?? ""
    Terminal.print(Terminal.style("\(report.file): \(kind)", .bold) + configuration + ", \(Format.bytes(report.bytes))")
    if let key = report.key { Self.show(key) }
    if let proof = report.proof { Self.show(proof) }
    if let parameters = report.parameters { Self.show(parameters) }
    if let traces = report.traces { Self.show(traces) }
    showBytes(report)
  }

  static func show(_ parameters: ParameterSummary) {
    let name = parameters.preset.map { "preset \($0)" } ?? "no preset"
    let warning = parameters.isSecure ? "" : Terminal.style("  INSECURE, for tests only", .red)
    Terminal.print("parameters: \(name)\(warning)")
    var table = TextTable()
    table.add("stacked height", "2^\(parameters.logStackedHeight), skip domain 2^\(parameters.lSkip)")
    table.add("blowup", "2^\(parameters.logBlowup), \(parameters.proximity)")
    table.add("stacked width", "at most \(parameters.wStack)")
    table.add("constraint degree", "\(parameters.maxConstraintDegree)")
    table.add("WHIR", "k = \(parameters.k), queries \(parameters.queriesPerRound)")
    table.add(
      "proof of work",
      "mu \(parameters.muPowBits), folding \(parameters.foldingPowBits), queries \(parameters.queryPhasePowBits), "
        + "LogUp \(parameters.logupPowBits) bits")
    table.allLeft.print()
  }

  private static func show(_ key: KeySummary) {
    Terminal.print("pre-hash: \(key.preHash.joined(separator: " "))")
    show(key.parameters)
    Terminal.print("soundness: \(Format.fixed(key.soundnessBits, 2)) bits")
    Terminal.print("AIRs: \(key.airs.count), trace height constraints: \(key.traceHeightConstraints)")
    var table = TextTable([
      "AIR", "common", "cached", "preprocessed", "public", "constraints", "interactions", "nodes", "degree", "flags",
    ])
    for air in key.airs {
      let flags = [air.isRequired ? "required" : nil, air.readsNextRow ? "next row" : nil].compactMap { $0 }
      let cached = air.cachedWidths.isEmpty ? "-" : air.cachedWidths.map(String.init).joined(separator: "+")
      let preprocessed = air.preprocessedWidth.map { "\($0) x 2^\(air.preprocessedLogHeight ?? 0)" } ?? "-"
      table.add(
        "\(air.id)", "\(air.commonWidth)", cached, preprocessed, "\(air.publicValues)", "\(air.constraints)",
        "\(air.interactions)", "\(air.nodes)", "\(air.degree)", flags.joined(separator: ", "))
    }
    table.print()
  }

  private static func show(_ proof: ProofSummary) {
    Terminal.print("common main commit: \(proof.commonMainCommit.joined(separator: " "))")
    Terminal.print("AIRs present: \(proof.traces.count) of \(proof.airCount)")
    var table = TextTable(["AIR", "height", "cached", "public values"])
    for trace in proof.traces {
      let shown = trace.publicValues.prefix(8).map(String.init).joined(separator: " ")
      let more = trace.publicValues.count > 8 ? " .." : ""
      table.add("\(trace.airID)", "2^\(trace.logHeight)", "\(trace.cachedCommits.count)", shown + more)
    }
    table.print()
    Terminal.print("GKR layers: \(proof.gkrLayers), zerocheck rounds: \(proof.zerocheckRounds)")
    Terminal.print(
      "WHIR: \(proof.whirRounds) rounds, queries \(proof.queriesPerRound), stacked widths \(proof.stackedWidths), "
        + "final polynomial of \(proof.finalPolyLength) coefficients")
  }

  private static func show(_ traces: [TraceSummary]) {
    var table = TextTable(
      ["AIR", "height", "common", "cached", "preprocessed", "public", "name"], leftAligned: [0, 6])
    for trace in traces {
      let cached = trace.cachedWidths.isEmpty ? "-" : trace.cachedWidths.map(String.init).joined(separator: "+")
      table.add(
        "\(trace.airID)", "\(trace.height)", "\(trace.commonWidth)", cached,
        trace.preprocessedWidth.map(String.init) ?? "-", "\(trace.publicValues)", trace.airName ?? "")
    }
    table.print()
  }

  private func showBytes(_ report: InspectionReport) {
    guard !report.stages.isEmpty else { return }
    Terminal.print("bytes:")
    var table = TextTable(["stage", "bytes", "share"])
    for stage in report.stages {
      let share = Double(stage.bytes) * 100 / Double(max(report.bytes, 1))
      table.add(stage.stage, Format.count(stage.bytes), "\(Format.fixed(share, 1)) %")
    }
    table.print()
    guard sections else { return Terminal.print("(--sections lists the fields with their offsets)") }
    var fields = TextTable(["offset", "bytes", "stage", "field"], leftAligned: [2, 3])
    for section in report.sections {
      fields.add(Format.count(section.offset), Format.count(section.bytes), section.stage, section.name)
    }
    fields.print()
  }
}
