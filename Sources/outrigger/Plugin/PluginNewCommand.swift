import ArgumentParser
import Foundation
import Outrigger
import PluginHost

struct PluginNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Begin a plugin: a folder that builds, verifies and proves at once.",
    discussion: """
      In C the folder stands alone. In Swift it is a package that depends on PluginKit, the package Plugins/Kit of a \
      checkout of Outrigger: --kit says where it is.
      """)

  @Option(help: ArgumentHelp("The language: c or swift.", valueName: "language"))
  var lang: PluginLanguage

  @Argument(help: "The plugin's name, of folder and library.")
  var name: String

  @Option(
    help: ArgumentHelp(
      "The package of PluginKit; by default that of the checkout that this program was built in.", valueName: "folder"))
  var kit: String?

  @OptionGroup var output: OutputOptions

  private struct Report: Encodable {
    var path: String
    var circuit: String
    var library: String
  }

  func run() throws {
    let report: Report
    do {
      let template = try PluginTemplate(name: name, language: lang, kit: kit ?? Self.kitOfCheckout)
      report = Report(path: try template.write(), circuit: template.circuitID, library: template.library)
    } catch {
      throw CommandFailure(exitCode: .unusable, kind: "template", error.description, json: output.json)
    }
    if output.json { return Terminal.print(JSONReport.encode(report)) }
    Terminal.print("\(report.path): a plugin with the circuit \(report.circuit)")
    Terminal.print(lang == .c ? "  cd \(name) && make" : "  cd \(name) && swift build -c release")
    Terminal.print("  outrigger plugin verify --library \(report.library)")
  }

  /// `Plugins/Kit` of the checkout above the folder that this program is in.
  private static var kitOfCheckout: String? {
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
    var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    while folder.path != "/" {
      let kit = folder.appendingPathComponent("Plugins/Kit")
      if FileManager.default.fileExists(atPath: kit.appendingPathComponent("Package.swift").path) { return kit.path }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }
}

extension PluginLanguage: ExpressibleByArgument {}
