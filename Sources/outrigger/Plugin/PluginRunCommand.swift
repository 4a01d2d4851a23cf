import ArgumentParser
import Foundation
import Outrigger
import PluginHost

struct PluginRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a deferral function alone: its output and both commitments.",
    discussion: "The input commitment is what a guest gets to know that does not hold the input: --deferral-input.")

  @OptionGroup var subject: PluginSubjectOption

  @Option(help: ArgumentHelp("The input: @FILE, or hexadecimal with a leading byte 01.", valueName: "input"))
  var input: String

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write the output's bytes.", valueName: "file")
  )
  var path: String?

  @OptionGroup var workerOptions: WorkerOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (library, circuit) = try subject.read(json: output.json)
    let report: PluginRun
    do {
      let inputs = try GuestInput.read([input])
      guard inputs.count == 1, let bytes = inputs.first else {
        throw ArtefactError(.malformed, file: "--input", "expected one input, found \(inputs.count)")
      }
      let made = try PluginRun.run(
        library: library, subject: circuit, input: bytes, options: subject.options(workerOptions))
      report = made.report
      if let path { try ArtefactFile.write(made.output, to: path) }
    } catch let error as ArtefactError {
      throw CommandFailure(error, json: output.json)
    } catch let error as InspectionError {
      throw CommandFailure(exitCode: .rejected, kind: "plugin", error.description, json: output.json)
    }
    if output.json { return Terminal.print(JSONReport.encode(report)) }
    var table = TextTable()
    table.add("circuit", "\(report.circuit) at index \(report.index)")
    table.add("input", "\(Format.bytes(report.inputBytes)), in \(Format.seconds(report.seconds))")
    table.add("output", report.output.count > 512 ? "\(report.output.prefix(512))..." : report.output)
    table.add("input commit", report.inputCommit.guest)
    table.add("", report.inputCommit.manifest)
    table.add("output commit", report.outputCommit.guest)
    table.add("", report.outputCommit.manifest)
    table.allLeft.print()
  }
}
