import ArgumentParser
import Outrigger

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what this machine has, and what is missing for what.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = DoctorReport.current()
    guard !output.json else { return Terminal.print(JSONReport.encode(report)) }
    var table = TextTable(leftAligned: [0, 1, 2])
    for finding in report.findings {
      let mark =
        switch finding.state {
        case .good: Terminal.style("ok", .green)
        case .limited: Terminal.style("limited", .yellow)
        case .missing: Terminal.style("MISSING", .red)
        }
      table.add(mark, finding.subject, finding.message)
    }
    table.print(indent: 0)
    let missing = report.findings.filter { $0.state == .missing }
    Terminal.print(
      missing.isEmpty ? "nothing is missing" : "missing: \(missing.map(\.subject).joined(separator: ", "))")
  }
}
