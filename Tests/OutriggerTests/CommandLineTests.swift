import Foundation
import Hashing
import Outrigger
import StarkVerifier
import TestSupport
import Testing

@Suite("Command line")
struct CommandLineTests {
  static let caseName = "small_2_8_3/preproc_cached_1"

  @Test("The versions, one to a line")
  func version() throws {
    let run = try CommandLineTool.run("--version")
    #expect(run.exitCode == 0)
    #expect(run.output == "outrigger 0.1.0\nproof codec 3\nverifying key 3\n")
  }

  @Test("Help goes to standard output and succeeds", arguments: [["--help"], ["stark", "bench", "--help"], []])
  func help(arguments: [String]) throws {
    let run = try CommandLineTool.run(arguments)
    #expect(run.exitCode == 0)
    #expect(run.output.contains("USAGE") && run.errors.isEmpty)
  }

  @Test(
    "Wrong arguments exit with 2",
    arguments: [
      ["nonsense"], ["stark", "nonsense"], ["stark", "verify"], ["stark", "verify", "--params", "x"],
      ["stark", "bench"], ["stark", "bench", "nonsense"], ["stark", "bench", "fib", "--threads", "0"],
      ["stark", "bench", "--shape", "one"], ["soundness", "--params", "nonsense"], ["soundness", "--params", "app10"],
      ["soundness", "--params", "leaf", "--vk", "x"], ["stark", "inspect"], ["stark", "inspect", "a", "b"],
      ["demo", "--hashes", "0"], ["demo", "--hashes", "x"], ["demo", "--message", String(repeating: "x", count: 136)],
      ["stark", "verify-case", "/nowhere"], ["stark", "inspect", "/nowhere", "--configuration", "outer"],
    ])
  func wrongArguments(arguments: [String]) throws {
    let run = try CommandLineTool.run(arguments)
    #expect(run.exitCode == 2, "\(run.errors)")
    #expect(run.output.isEmpty && !run.errors.isEmpty)
  }

  @Test("An accepted proof: exit code 0 and a verdict")
  func accepted() throws {
    let sample = try VectorCase(Self.caseName)
    let run = try CommandLineTool.run(sample.verifyArguments() + ["--json"])
    #expect(run.exitCode == 0, "\(run.errors)")
    let json = try run.json
    #expect(
      json.keys == [
        "accepted", "airs", "airs_present", "configuration", "key_bytes", "key_pre_hash", "preset", "proof_bytes",
        "public_values", "secure", "soundness_bits", "verify_seconds",
      ])
    #expect(json["accepted"].bool == true && json["secure"].bool == false)
    #expect(json["configuration"].string == "inner" && json["preset"].string == "test_small")
    #expect(json["proof_bytes"].int == 12317 && json["key_bytes"].int == 212)
    let plain = try CommandLineTool.run(sample.verifyArguments())
    #expect(plain.exitCode == 0 && plain.output.contains("accepted"))
    #expect(plain.errors.contains("tests only"))
    #expect(!plain.output.contains("\u{1b}"))
  }

  @Test("A rejected proof: exit code 1 and the failed check")
  func rejected() throws {
    let sample = try VectorCase(Self.caseName)
    let scratch = try ScratchDirectory()
    var bytes = try sample.bytes(sample.proof)
    bytes[bytes.count - 4] ^= 1  // the last coefficient of the final polynomial
    let proof = try scratch.file("proof.bin", bytes)
    let run = try CommandLineTool.run(sample.verifyArguments(proof: proof) + ["--json"])
    #expect(run.exitCode == 1, "\(run.errors)")
    #expect(try run.json["accepted"].bool == false)
    #expect(try run.json["rejection"].string?.isEmpty == false)
    #expect(try CommandLineTool.run(sample.verifyArguments(proof: proof)).output.hasPrefix("REJECTED"))
  }

  @Test("Keys below the demanded bits are rejected")
  func minimumBits() throws {
    let sample = try VectorCase(Self.caseName)
    let run = try CommandLineTool.run(sample.verifyArguments() + ["--minimum-bits", "100"])
    #expect(run.exitCode == 1 && run.output.contains("100.00 are demanded"))
    #expect(try CommandLineTool.run(sample.verifyArguments() + ["--minimum-bits", "5"]).exitCode == 0)
    #expect(try CommandLineTool.run(sample.verifyArguments() + ["--minimum-bits", "-5"]).exitCode == 2)
    #expect(try CommandLineTool.run(sample.verifyArguments() + ["--minimum-bits", "nan"]).exitCode == 2)
  }

  @Test("The root configuration is found out from the key")
  func rootConfiguration() throws {
    let scratch = try ScratchDirectory()
    let url = try #require(Vectors.url("spec/data/golden-proofs.jsonl"))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let line = try #require(lines.first { $0.contains("\"interactions_root\"") })
    let golden = try JSON(parsing: Data(line.utf8))
    var key = try #require(bytes(hex: golden["vk_postcard_hex"].string ?? ""))
    let preHash = try #require(bytes(hex: golden["vk_pre_hash_hex"].string ?? ""))
    RootConfiguration.encodeForKey(try #require(RootConfiguration.decode(preHash[...])), into: &key)
    let start = try #require(line.range(of: "\"params\":")).upperBound
    let end = try #require(line.range(of: ", \"airs\"") ?? line.range(of: ",\"airs\"")).lowerBound
    let parameters = try scratch.file("params.json", text: String(line[start..<end]))
    let proof = try scratch.file("proof.bin", try #require(bytes(hex: golden["proof_hex"].string ?? "")))
    let keyPath = try scratch.file("vk.bin", key)
    let arguments = ["stark", "verify", "--params", parameters, "--vk", keyPath, "--proof", proof]
    let run = try CommandLineTool.run(arguments + ["--json"])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try run.json["configuration"].string == "root")
    #expect(try CommandLineTool.run(arguments + ["--configuration", "inner"]).exitCode == 2)
    #expect(try CommandLineTool.run("stark", "inspect", proof, "--json").json["configuration"].string == "root")
  }

  @Test("The soundness report, term by term")
  func soundness() throws {
    let json = try CommandLineTool.run("soundness", "--params", "app_24", "--json").json
    #expect(abs((json["total_bits"].double ?? 0) - 100.08983133159032) < 1e-9)
    #expect(
      json["terms"].array.compactMap { $0["name"].string } == [
        "logup", "gkr_sumcheck", "gkr_batching", "zerocheck", "constraint_batching", "stacked", "whir",
      ])
    let all = try CommandLineTool.run("soundness", "--json").json
    #expect(all["presets"].array.count == Preset.names.count)
    let sample = try VectorCase(Self.caseName)
    let key = try CommandLineTool.run("soundness", "--vk", sample.key)
    #expect(key.exitCode == 0 && key.output.contains("INSECURE"))
    let file = try CommandLineTool.run("soundness", "--params", sample.parameters)
    #expect(file.exitCode == 0 && file.output.contains("query"))
  }

  @Test("The doctor's report has the machine and findings")
  func doctor() throws {
    let run = try CommandLineTool.run("doctor", "--json")
    #expect(run.exitCode == 0)
    let json = try run.json
    #expect(json["proof_codec"].int == 3 && json["key_codec"].int == 3)
    #expect((json["machine"]["cores"].int ?? 0) >= 1 && (json["machine"]["memory_bytes"].int ?? 0) > 0)
    #expect(["scalar", "avx2", "avx512"].contains(json["machine"]["simd_level"].string))
    #expect(json["findings"].array.count >= 9)
    let scalar = try CommandLineTool.run(["doctor", "--json"], environment: ["OUTRIGGER_SIMD": "scalar"]).json
    #expect(scalar["machine"]["simd_level"].string == "scalar")
  }

  @Test("Inspection covers every byte and names what a file is")
  func inspect() throws {
    let sample = try VectorCase(Self.caseName)
    for (path, kind) in [(sample.proof, "stark_proof"), (sample.key, "verifying_key")] {
      let json = try CommandLineTool.run("stark", "inspect", path, "--json").json
      #expect(json["kind"].string == kind && json["configuration"].string == "inner")
      var next = 0
      for section in json["sections"].array {
        #expect(section["offset"].int == next)
        next += section["bytes"].int ?? 0
      }
      #expect(next == json["bytes"].int)
      #expect(json["stages"].array.reduce(0) { $0 + ($1["bytes"].int ?? 0) } == json["bytes"].int)
    }
    #expect(
      try CommandLineTool.run("stark", "inspect", sample.parameters, "--json").json["kind"].string == "parameters")
    let traces = try CommandLineTool.run("stark", "inspect", sample.traces, "--json").json
    #expect(traces["kind"].string == "traces" && traces["traces"][0]["height"].int == 32)
    let text = try CommandLineTool.run("stark", "inspect", sample.proof, "--sections")
    #expect(text.exitCode == 0 && text.output.contains("whir round 2"))
  }
}
