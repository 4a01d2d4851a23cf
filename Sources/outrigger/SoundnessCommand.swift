import ArgumentParser
import Outrigger
import StarkVerifier

struct SoundnessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soundness",
    abstract: "Report the provable bits of security, term by term.",
    discussion: """
      For a key the sizes are the key's own. For parameters alone they are generous estimates, which the report \
      shows. Bits count evaluations of the hash of the parameters' configuration.

      Without options: one line for every preset.
      """)

  @Option(
    help: ArgumentHelp(
      "A preset (app11 to app24, leaf, internal, root, hook, or one of the insecure test parameters) or a parameter "
        + "file.", valueName: "name"))
  var params: String?

  @Option(
    name: [.customLong("vk"), .customLong("key")],
    help: ArgumentHelp("A verifying key: report on its parameters and its AIRs.", valueName: "file"))
  var key: String?

  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard params == nil || key == nil else { throw ValidationError("give --params or --vk, not both") }
  }

  func run() throws {
    do {
      if let key {
        let report = try SoundnessReport.forKey(at: key, configuration: configurationOptions.configuration)
        show(SoundnessSummary(report, subject: key))
      } else if let params {
        show(try summary(params))
      } else {
        showAll()
      }
    } catch { throw CommandFailure(error, json: output.json) }
  }

  /// A preset by its name; else a file, if there is one.
  private func summary(_ name: String) throws(ArtefactError) -> SoundnessSummary {
    do {
      let preset = try Preset(named: name)
      return SoundnessSummary(SoundnessReport(parameters: preset.parameters), subject: preset.name)
    } catch {
      guard ArtefactFile.exists(name) else {
        throw ArtefactError(.missing, file: name, "\(error); there is no such file either")
      }
    }
    return SoundnessSummary(SoundnessReport(parameters: try ParameterFile.read(name)), subject: name)
  }

  private func show(_ summary: SoundnessSummary) {
    guard !output.json else { return Terminal.print(JSONReport.encode(summary)) }
    let warning = summary.isSecure ? "" : Terminal.style("  INSECURE, for tests only", .red)
    Terminal.print(
      Terminal.style("\(summary.subject): \(Format.fixed(summary.totalBits, 2)) bits", .bold)
        + ", the least of these terms\(warning)")
    print(summary.terms)
    Terminal.print("whir is the least of mu, fold_rbr, ood and shift_rbr, over all rounds:")
    print(summary.whirTerms)
    let inputs = summary.inputs
    Terminal.print(
      "for \(inputs.airCount) AIRs of up to \(inputs.maxConstraintsPerAIR) constraints and "
        + "2^\(inputs.maxLogTraceHeight) rows, \(inputs.traceColumns) columns, "
        + "\(inputs.stackedColumns) stacked columns, degree \(inputs.maxConstraintDegree), n_logup \(inputs.nLogUp)")
  }

  private func print(_ terms: [SoundnessSummary.Term]) {
    var table = TextTable(leftAligned: [0, 2])
    for term in terms { table.add(term.name, Format.fixed(term.bits, 2), term.meaning) }
    table.print()
  }

  private func showAll() {
    let summaries = Preset.names.compactMap { name in try? Preset(named: name) }.map {
      SoundnessSummary(SoundnessReport(parameters: $0.parameters), subject: $0.name)
    }
    guard !output.json else { return Terminal.print(JSONReport.encode(["presets": summaries])) }
    var table = TextTable(["parameters", "bits", "weakest", ""], leftAligned: [0, 2, 3])
    for summary in summaries {
      table.add(
        summary.subject, Format.fixed(summary.totalBits, 2), summary.weakestTerm,
        summary.isSecure ? "" : "INSECURE, for tests only")
    }
    table.print(indent: 0)
  }
}
