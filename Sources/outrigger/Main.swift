import ArgumentParser
import Outrigger

/// The command line. Every command is a thin layer over the SDK: it reads arguments, calls one function, prints.
struct OutriggerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outrigger",
    abstract: "A zero-knowledge virtual machine with plugin circuits.",
    discussion: """
      Exit codes: 0 accepted or done, 1 rejected, 2 unusable input or arguments, 3 a fault of this program.
      With --json a command prints one JSON object with snake_case keys on standard output; progress and messages
      for people go to standard error. NO_COLOR is respected.
      """,
    version: Versions.text,
    subcommands: [
      NewCommand.self, BuildCommand.self, RunCommand.self, KeygenCommand.self, CommitCommand.self, CheckCommand.self,
      ProveCommand.self, VerifyRootCommand.self, PluginCommand.self, DemoCommand.self, StarkCommand.self,
      SoundnessCommand.self,
      DoctorCommand.self,
    ])
}

/// Proofs, keys and benchmarks of the proof system by itself.
struct StarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stark",
    abstract: "Inspect, verify, re-prove and measure SWIRL proofs.",
    subcommands: [
      InspectCommand.self, VerifyCommand.self, VerifyCaseCommand.self, BenchCommand.self, DemoCommand.self,
    ])
}

@main
enum Main {
  static func main() {
    do {
      var command = try OutriggerCommand.parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      failure.report()
    } catch {
      // Help, version and completion scripts come as errors that mean success; all others are wrong arguments.
      let message = OutriggerCommand.fullMessage(for: error)
      if OutriggerCommand.exitCode(for: error).isSuccess {
        Terminal.print(message)
        Terminal.exit(.success)
      }
      Terminal.printError(message)
      Terminal.exit(.unusable)
    }
  }
}
