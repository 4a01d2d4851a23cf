import ArgumentParser
import Outrigger

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify a proof against a verifying key and parameters.",
    discussion: """
      The parameters are yours: what you demand of keys, whatever a key says of itself. A key that was made for other \
      parameters is refused. The key must come from somebody whom you trust, or from circuits that you have read: a \
      proof says that its statement holds for the circuits of this key, and nothing about where the key came from.
      """)

  @Option(help: ArgumentHelp("Parameter file (JSON).", valueName: "file"))
  var params: String

  @Option(name: [.customLong("vk"), .customLong("key")], help: ArgumentHelp("Verifying key.", valueName: "file"))
  var key: String

  @Option(help: ArgumentHelp("Proof.", valueName: "file"))
  var proof: String

  @Option(help: ArgumentHelp("Reject keys with fewer provable bits than this.", valueName: "bits"))
  var minimumBits: Double = 0

  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard minimumBits >= 0, minimumBits.isFinite else {
      throw ValidationError("--minimum-bits must be a number of bits, not \(minimumBits)")
    }
  }

  func run() throws {
    var verdict: Verdict
    do {
      verdict = try StarkVerification.verify(
        parameters: params, key: key, proof: proof, configuration: configurationOptions.configuration)
    } catch { throw CommandFailure(error, json: output.json) }
    if verdict.isAccepted, verdict.soundnessBits < minimumBits {
      verdict.isAccepted = false
      verdict.rejection =
        "the key gives \(Format.fixed(verdict.soundnessBits, 2)) provable bits, \(Format.fixed(minimumBits, 2)) are "
        + "demanded"
    }
    if output.json { Terminal.print(JSONReport.encode(verdict)) } else { Self.show(verdict) }
    if !verdict.isAccepted { throw CommandFailure.rejected }
  }

  static func show(_ verdict: Verdict) {
    if verdict.isAccepted {
      Terminal.print(Terminal.style("accepted", .green) + " in \(Format.seconds(verdict.verifySeconds))")
    } else {
      Terminal.print(Terminal.style("REJECTED", .red) + ": \(verdict.rejection ?? "")")
    }
    var table = TextTable()
    table.add("parameters", (verdict.preset ?? "no preset") + ", \(verdict.configuration.rawValue) configuration")
    table.add("provable bits", Format.fixed(verdict.soundnessBits, 2))
    table.add("proof", Format.bytes(verdict.proofBytes))
    table.add("AIRs present", "\(verdict.presentAIRCount) of \(verdict.airCount)")
    table.add("key pre-hash", verdict.keyPreHash.joined(separator: " "))
    table.allLeft.print()
    if !verdict.isSecure {
      Terminal.printError(
        Terminal.style("warning:", .yellow, onError: true)
          + " these parameters give fewer than 100 provable bits: fit for tests only")
    }
  }
}
