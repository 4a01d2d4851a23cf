import Algebra
import ArgumentParser
import Outrigger

/// How a command reports.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "Print no progress.")
  var quiet = false
}

/// How much of the machine a command may use.
struct WorkerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Threads to use; all processors by default. Proofs do not depend on it.", valueName: "n"),
    transform: { text in
      guard let count = Int(text), (1...1024).contains(count) else {
        throw ValidationError("must be a number from 1 to 1024, not '\(text)'")
      }
      return count
    })
  var threads: Int = HostMachine.usableCores

  var workers: Workers { Workers(threads) }
}

/// Which hash configuration keys and proofs are in.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Hash configuration of key and proof: inner (Poseidon2 over BabyBear) or root (over BN254). "
        + "Found out from the files by default.",
      valueName: "name"))
  var configuration: Configuration?
}

extension Configuration: ExpressibleByArgument {}
