import Algebra
import Foundation
import MachineCircuits
import MachineVerifier
import TestSupport
import Testing

@testable import Outrigger

/// The examples of the repository: built as a user would, run, checked and proven.
@Suite(.serialized) struct ExampleTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("examples")
  static let names = ["fibonacci", "json", "merkle", "notary-in-vm", "sha256", "sha256-c", "sort"]

  /// One file beside an example's manifest.
  struct Case {
    var name: String
    var inputs: [String]
    var exitCode: UInt32
    var publicValues: String

    /// All cases of an example.
    static func all(of example: String) throws -> [Case] {
      let folder = ExampleTests.folder.appendingPathComponent(example)
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted()
        .map { name in
          let json = try JSON(parsing: Data(contentsOf: folder.appendingPathComponent(name)))
          return Case(
            name: name,
            inputs: json["inputs"].array.compactMap(\.string).map {
              $0.hasPrefix("@") ? "@\(folder.path)/\($0.dropFirst())" : $0
            },
            exitCode: UInt32(json["exitCode"].int ?? -1), publicValues: json["publicValues"].string ?? "")
        }
    }
  }

  /// Guests that were built, by example.
  static let guests: [String: Result<GuestFile, any Error>] = {
    var guests: [String: Result<GuestFile, any Error>] = [:]
    for name in names {
      guests[name] = Result {
        let build = try GuestBuilder(directory: folder.appendingPathComponent(name).path).build()
        return try GuestFile(path: build.path)
      }
    }
    return guests
  }()

  static func guest(_ name: String) throws -> GuestFile { try #require(guests[name]).get() }

  @Test(arguments: names) func endsAsExpected(_ name: String) throws {
    let guest = try Self.guest(name)
    let cases = try Case.all(of: name)
    #expect(!cases.isEmpty)
    for expected in cases {
      let report = try GuestRun(guest: guest, inputs: GuestInput.read(expected.inputs)).run()
      #expect(report.exitCode == expected.exitCode, "\(expected.name)")
      if expected.exitCode == 0 { #expect(report.publicValues == expected.publicValues, "\(expected.name)") }
    }
  }

  /// Every constraint and every bus, for all examples but the longest.
  @Test(arguments: ["fibonacci", "json", "merkle", "sha256"]) func satisfiesTheCircuits(_ name: String) throws {
    let guest = try Self.guest(name)
    let configuration = try MachineConfiguration.test()
    let workers = Workers(2)
    let key = try AppSetup.key(configuration, workers: workers)
    let committed = try AppSetup.commit(guest, configuration: configuration, workers: workers)
    let inputs = try GuestInput.read(try #require(Case.all(of: name).first).inputs)
    let report = try AppCheck(
      key: key, guest: committed, run: GuestRun(guest: guest, inputs: inputs), workers: workers
    ).check()
    #expect(report.isSatisfied, "\(report.findings)")
  }

  /// The four commands of a new user, with production parameters.
  @Test func isProvenAndVerifiedByCommands() throws {
    let scratch = try ScratchDirectory()
    let elf = try Self.guest("fibonacci").path
    let input = try #require(Case.all(of: "fibonacci").first)
    let (proof, key) = ("\(scratch.path)/app.proof", "\(scratch.path)/app.vk")

    let run = try CommandLineTool.run(["run", "--elf", elf, "--input", input.inputs[0], "--json"])
    #expect(run.exitCode == 0)
    #expect(try run.json["public_values"].string == input.publicValues)
    let proven = try CommandLineTool.run(
      ["prove", "app", "--elf", elf, "--input", input.inputs[0], "--proof", proof, "--json"])
    #expect(proven.exitCode == 0, "\(proven.errors)")
    #expect(try proven.json["secure"].bool == true)
    #expect(!FileManager.default.fileExists(atPath: "\(proof).segments"))
    #expect(try CommandLineTool.run("keygen", "-o", key).exitCode == 0)
    let commitments = try CommandLineTool.run("commit", "--elf", elf, "--json").json
    let executable = try #require(commitments["app_exe_commit"].string)
    let preHash = try #require(commitments["app_vk_pre_hash"].string)

    func verify(_ executable: String, _ preHash: String) throws -> CommandLineTool.Run {
      try CommandLineTool.run(
        "verify", "app", "--vk", key, "--proof", proof, "--app-exe-commit", executable, "--app-vk-pre-hash", preHash,
        "--json")
    }
    let accepted = try verify(executable, preHash)
    #expect(accepted.exitCode == 0)
    #expect(try accepted.json["public_values"].string == input.publicValues)
    #expect(try accepted.json["soundness_bits"].double ?? 0 >= 100)
    #expect(try verify(preHash, preHash).exitCode == 1)
    #expect(try verify(executable, executable).exitCode == 1)
    #expect(try verify("0x12", preHash).exitCode == 2)
    // Without expectations there is nothing to verify.
    #expect(try CommandLineTool.run("verify", "app", "--vk", key, "--proof", proof).exitCode == 2)

    // A byte in the middle of the proof.
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: proof)))
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: proof))
    #expect([1, 2].contains(try verify(executable, preHash).exitCode))
  }

  /// What cannot be proven here can be run, and says what is missing.
  @Test func runsWhereMemoryIsTooSmallForAProof() throws {
    let elf = try Self.guest("fibonacci").path
    let input = try #require(Case.all(of: "fibonacci").first).inputs[0]
    let run = try CommandLineTool.run("run", "--elf", elf, "--input", input, "--memory", "64M", "--json")
    #expect(run.exitCode == 0)
    #expect(try run.json["instructions"].int == 1044)
    let proof = try CommandLineTool.run("prove", "app", "--elf", elf, "--input", input, "--memory", "64M", "--json")
    #expect(proof.exitCode == 2)
    #expect(try proof.json["error"]["kind"].string == "memory")
    let endless = try CommandLineTool.run(
      "prove", "app", "--elf", elf, "--input", "0x01ffffffff", "--max-instructions", "100000", "--json")
    #expect(endless.exitCode == 1)
    #expect(try endless.json["error"]["kind"].string == "trapped")
  }

  /// A run that was stopped goes on from the segments that are done, and believes nothing else.
  @Test func goesOnFromSegmentsThatAreDone() throws {
    let scratch = try ScratchDirectory()
    let guest = try Self.guest("fibonacci")
    let configuration = try MachineConfiguration.test()
    let workers = Workers(2)
    let key = try AppSetup.key(configuration, workers: workers)
    let committed = try AppSetup.commit(guest, configuration: configuration, workers: workers)
    func prove(_ n: UInt8) throws -> (AppProof, AppProofReport) {
      try AppProving(
        key: key, guest: committed, run: GuestRun(guest: guest, inputs: [[n, 0, 0, 0]]),
        options: .init(
          threads: 2, memoryBytes: 4 << 30, segmentInstructions: 1000,
          segmentDirectory: "\(scratch.path)/segments")
      ).prove()
    }
    let (first, report) = try prove(250)
    #expect(report.segments == 3 && report.reusedSegments == 0)
    let (second, again) = try prove(250)
    #expect(again.reusedSegments == 3)
    #expect(second == first)
    // A damaged file, and one of another segment.
    let damaged = "\(scratch.path)/segments/segment-0.proof"
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: damaged)))
    bytes[bytes.count / 2] ^= 4
    try Data(bytes).write(to: URL(fileURLWithPath: damaged))
    let (third, repaired) = try prove(250)
    #expect(repaired.reusedSegments == 2)
    #expect(third == first)
    // Another input: all segments are others.
    let (_, other) = try prove(251)
    #expect(other.reusedSegments == 0)
    let expected = AppExpectations(
      executable: committed.commit, keyPreHash: try #require(.init(AppSetup.keyPreHash(key))))
    let verdict = AppVerification.verify(
      key: key.verifyingKey, proof: first, expected: expected, allowsTestParameters: true)
    #expect(verdict.isAccepted, "\(verdict.rejection ?? "")")
    // Test parameters are for tests.
    #expect(!AppVerification.verify(key: key.verifyingKey, proof: first, expected: expected).isAccepted)
  }
}
