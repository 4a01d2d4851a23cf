import ArgumentParser
import Hashing
import MachineCircuits
import MachineVerifier
import Outrigger

struct VerifyRootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Verify proofs of runs.", subcommands: [VerifyAppCommand.self])
}

struct VerifyAppCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "app",
    abstract: "Verify the proof of a run.",
    discussion: """
      What you expect must come from you: 'outrigger commit' computes both commitments from the guest's ELF file. An \
      accepted proof says that this guest, run on this machine with some input, ended with exit code 0 and revealed \
      the public values shown.
      """)

  @Option(name: [.customLong("vk"), .customLong("key")], help: ArgumentHelp("App verifying key.", valueName: "file"))
  var key = "app.vk"

  @Option(help: ArgumentHelp("Proof.", valueName: "file"))
  var proof = "app.proof"

  @Option(help: ArgumentHelp("Commitment to the guest that must have run.", valueName: "hex"))
  var appExeCommit: CommitBytes

  @Option(help: ArgumentHelp("Pre-hash of the key that must have been used.", valueName: "hex"))
  var appVkPreHash: CommitBytes

  @Option(help: ArgumentHelp("Bytes that the machine must reveal.", valueName: "n"))
  var publicValueBytes: Int = MachineConfiguration.defaultPublicValueBytes

  @Flag(help: "INSECURE: accept proofs with test parameters, which can be forged.")
  var allowTestParameters = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let verdict: AppVerdict
    do {
      verdict = try AppVerification.verify(
        key: key, proof: proof,
        expected: AppExpectations(
          executable: appExeCommit, keyPreHash: appVkPreHash, publicValueBytes: publicValueBytes),
        allowsTestParameters: allowTestParameters)
    } catch { throw CommandFailure(error, json: output.json) }
    if output.json { Terminal.print(JSONReport.encode(verdict)) } else { show(verdict) }
    if !verdict.isAccepted { throw CommandFailure.rejected }
  }

  private func show(_ verdict: AppVerdict) {
    if verdict.isAccepted {
      Terminal.print(Terminal.style("accepted", .green) + " in \(Format.seconds(verdict.verifySeconds))")
    } else {
      Terminal.print(Terminal.style("REJECTED", .red) + ": \(verdict.rejection ?? "")")
    }
    var table = TextTable()
    if let values = verdict.publicValues { table.add("public values", values) }
    table.add("exit code", verdict.isAccepted ? "0" : "not proven")
    table.add("segments", "\(verdict.segments)")
    if verdict.deferralProofs.contains(where: { $0 > 0 }) {
      table.add("deferral proofs", verdict.deferralProofs.map(String.init).joined(separator: ", "))
    }
    table.add(
      "parameters",
      "\(verdict.preset ?? "no preset"), \(Format.fixed(verdict.soundnessBits, 1)) provable bits")
    table.allLeft.print()
    if !verdict.isSecure {
      Terminal.printError(
        Terminal.style("warning:", .yellow, onError: true)
          + " these are test parameters: such a proof can be forged")
    }
  }
}

extension CommitBytes: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
