import Algebra
import Deferral
import Foundation
import Hashing
import MachineCircuits
import MachineVerifier
import PluginHost
import StarkVerifier
import TestSupport
import Testing

@testable import Outrigger

/// The main job: a guest that defers both of its hashes to plugins, from the manifest to the verified proof.
@Suite(.serialized) struct NotaryTests {
  /// The libraries that `scripts/build-plugins.sh` makes.
  static let plugins = ExampleTests.folder.deletingLastPathComponent().appendingPathComponent(".build/plugins")

  static let guest = Result {
    try GuestFile(path: GuestBuilder(directory: ExampleTests.folder.appendingPathComponent("notary").path).build().path)
  }

  /// The manifest, in a folder of its own: without a lock file, and with the libraries by full path.
  static func manifest(in scratch: ScratchDirectory, _ change: (String) -> String = { $0 }) throws -> String {
    let text = try String(
      contentsOf: ExampleTests.folder.appendingPathComponent("notary/outrigger.toml"), encoding: .utf8)
    return try scratch.file(
      "outrigger.toml", text: change(text.replacing("../../.build/plugins", with: plugins.path)))
  }

  static func inputs() throws -> [[UInt8]] {
    try GuestInput.read(try #require(ExampleTests.Case.all(of: "notary").first).inputs)
  }

  static let worker = CommandLineTool.path.map {
    URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("outrigger-plugin-worker").path
  }

  /// A proof with test parameters, and what it takes to verify it.
  struct Proven {
    var key: AppVerifyingKey
    var proof: AppProof
    var report: AppProofReport
    var expected: AppExpectations

    init() throws {
      let scratch = try ScratchDirectory()
      let workers = Workers(2)
      let manifest = try Manifest(path: NotaryTests.manifest(in: scratch))
      let registry = try PluginRegistry(
        manifest,
        options: RegistryOptions(host: "test", workerPath: NotaryTests.worker, usesTestParameters: true, threads: 2))
      let prover = DeferralProver(registry.circuits)
      var configuration = ApplicationConfiguration(machine: try .test())
      configuration.deferral = try prover.makeExtension()
      let application = try Application.builder(configuration).guest(NotaryTests.guest.get()).deferralProver(prover)
        .workers(workers).build()
      let inputs = try NotaryTests.inputs()
      let checked = try AppCheck(
        key: application.key, guest: application.guest, run: application.run(inputs: inputs), deferral: prover,
        workers: workers
      ).check()
      #expect(checked.isSatisfied, "\(checked.findings)")
      (proof, report) = try application.prove(
        inputs: inputs, options: .init(threads: 2, memoryBytes: 6 << 30, segmentInstructions: 1 << 12))
      key = application.verifyingKey
      expected = AppExpectations(
        executable: application.guest.commit, keyPreHash: try #require(.init(application.commitments.keyPreHash)))
    }

    func verdict(_ change: (inout AppProof, inout AppVerifyingKey) -> Void = { _, _ in }) -> AppVerdict {
      var (proof, key) = (proof, key)
      change(&proof, &key)
      return AppVerification.verify(key: key, proof: proof, expected: expected, allowsTestParameters: true)
    }
  }

  static let proven = Result { try Proven() }

  @Test func provesWhatTheGuestReveals() throws {
    let proven = try Self.proven.get()
    let accepted = proven.verdict()
    #expect(accepted.isAccepted, "\(accepted.rejection ?? "")")
    #expect(accepted.publicValues == (try #require(ExampleTests.Case.all(of: "notary").first).publicValues))
    // Four documents; four leaves and three inner nodes; calls spread over segments.
    #expect(proven.report.deferralCalls == [4, 7])
    #expect(proven.report.segments > 1)
    let read = try AppProof(decoding: proven.proof.encode())
    #expect(read == proven.proof)
    #expect(try AppVerifyingKey(decoding: proven.key.encode()) == proven.key)
    // Test parameters are for tests.
    #expect(
      !AppVerification.verify(key: proven.key, proof: proven.proof, expected: proven.expected).isAccepted)
  }

  @Test func rejectsOtherCallsAndOtherCircuits() throws {
    let proven = try Self.proven.get()
    let forgeries: [(String, (inout AppProof, inout AppVerifyingKey) -> Void)] = [
      ("a dropped batch", { proof, _ in proof.deferrals[0].batches.removeLast() }),
      ("a repeated batch", { proof, _ in proof.deferrals[1].batches.append(proof.deferrals[1].batches[0]) }),
      ("swapped calls", { proof, _ in proof.deferrals[1].batches[0].calls.swapAt(0, 1) }),
      ("a dropped call", { proof, _ in proof.deferrals[1].batches[0].calls.removeLast() }),
      (
        "another call",
        { proof, _ in proof.deferrals[0].batches[0].calls[0] = proof.deferrals[1].batches[0].calls[0] }
      ),
      ("proofs of the other index", { proof, _ in proof.deferrals.swapAt(0, 1) }),
      (
        "keys and proofs of the other index",
        { proof, key in
          proof.deferrals.swapAt(0, 1)
          key.deferrals.swapAt(0, 1)
        }
      ),
      (
        "no circuits",
        { proof, key in
          proof.deferrals = []
          key.deferrals = []
        }
      ),
      ("another path", { proof, _ in proof.deferralMemory.finalSiblings = proof.deferralMemory.initialSiblings }),
    ]
    for (name, forge) in forgeries {
      let verdict = proven.verdict(forge)
      #expect(!verdict.isAccepted, "\(name)")
      #expect(verdict.rejection?.hasPrefix("deferral: ") == true, "\(name): \(verdict.rejection ?? "")")
    }
  }

  @Test func commandsSayWhatIsWrongWithAManifest() throws {
    let scratch = try ScratchDirectory()
    let other = try Self.manifest(in: scratch) { $0.replacing("dev.outrigger.sha256", with: "dev.outrigger.md5") }
    let elf = try Self.guest.get().path
    let run = try CommandLineTool.run("run", "--manifest", other, "--elf", elf, "--json")
    #expect(run.exitCode == 2)
    #expect(try run.json["error"]["kind"].string == "unknown_circuit")
    let wrong = try Self.manifest(in: scratch) {
      $0.replacing(
        /def_circuit_commit = "0x[0-9a-f]*"/, with: "def_circuit_commit = \"0x\(String(repeating: "0", count: 64))\"")
    }
    let commit = try CommandLineTool.run("commit", "--manifest", wrong, "--elf", elf, "--json")
    #expect(commit.exitCode == 2)
    #expect(try commit.json["error"]["kind"].string == "wrong_commit")
    let list = try CommandLineTool.run("plugin", "list", "--manifest", wrong, "--json")
    #expect(list.exitCode == 0)
    #expect(try list.json["entries"].array.map { $0["state"].string } == ["unverified", "unverified"])
  }
}
