import ArgumentParser
import Outrigger

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write the beginnings of something.",
    subcommands: [NewGuestCommand.self])
}

struct NewGuestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guest",
    abstract: "Write a new guest: a Swift package that 'outrigger build' compiles for the machine.")

  @Argument(help: "The guest's name, which becomes that of its folder.")
  var name: String

  @Flag(help: "Write it in C.")
  var c = false

  @Option(help: ArgumentHelp("Make the guest's folder in this directory.", valueName: "dir"))
  var directory = "."

  @OptionGroup var output: OutputOptions

  func run() throws {
    let path: String
    do throws(GuestTemplateError) {
      path = try GuestTemplate(name: name, language: c ? .c : .swift).write(in: directory)
    } catch {
      throw CommandFailure(error, json: output.json)
    }
    if output.json { return Terminal.print(JSONReport.encode(["name": name, "path": path])) }
    Terminal.print("\(path): a new guest; build it with")
    Terminal.print("  outrigger build \(path)")
  }
}
