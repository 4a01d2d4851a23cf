import ArgumentParser
import Outrigger
import PluginHost

struct PluginListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the circuits of a manifest, without running any plugin's code.",
    discussion: """
      State: ok (as locked), unverified (nobody has locked it), changed (differs from what was locked), missing, faulty. \
      Ends with 1 where one is changed, missing or faulty.
      """)

  @OptionGroup var manifest: ManifestOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    let found = try manifest.require(json: output.json)
    let lock = try manifest.lock(beside: found, json: output.json)
    let listing = PluginListing(found, lock: lock, host: Versions.product)
    if output.json {
      Terminal.print(JSONReport.encode(listing))
    } else {
      for line in listing.lines(style: Self.style) { Terminal.print(line) }
    }
    let isBad = listing.entries.contains { [.changed, .missing, .faulty].contains($0.state) }
    if isBad { throw CommandFailure.rejected }
  }

  static func style(_ text: String, _ style: ListingStyle) -> String {
    switch style {
    case .heading: Terminal.style(text, .bold)
    case .good: Terminal.style(text, .green)
    case .caution: Terminal.style(text, .yellow)
    case .bad: Terminal.style(text, .red)
    case .faint: Terminal.style(text, .dim)
    }
  }
}
