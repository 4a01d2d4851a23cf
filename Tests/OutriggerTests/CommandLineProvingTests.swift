import Foundation
import Outrigger
import TestSupport
import Testing

@Suite("Command line: proving")
struct CommandLineProvingTests {
  @Test(
    "A case is proven again, byte for byte",
    arguments: [
      "small_2_8_3/preproc_cached_1", "small_2_8_3/interactions11", "small_2_8_3/fib_log3",
    ])
  func reprove(name: String) throws {
    guard Vectors.url("vectors/proofs/\(name)/traces.json") != nil else { return }
    let sample = try VectorCase(name)
    let run = try CommandLineTool.run("stark", "verify-case", sample.directory, "--reprove", "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    let json = try run.json
    #expect(json["passed"].bool == true && json["verdict"]["accepted"].bool == true)
    let reproof = json["reproof"]
    #expect(reproof["identical"].bool == true && reproof["own_proof_accepted"].bool == true)
    #expect(reproof["phases"].keys == ["commit", "gkr", "stacking", "whir", "zerocheck"])
    #expect((reproof["prove_seconds"].double ?? -1) > 0 && (reproof["peak_bytes"].int ?? 0) > 0)
  }

  @Test("A difference is found, placed in the proof, and exits with 1")
  func difference() throws {
    let sample = try VectorCase("small_2_8_3/preproc_cached_1")
    let scratch = try ScratchDirectory()
    for name in ["params.json", "vk.postcard.bin", "traces.json"] {
      _ = try scratch.file(name, sample.bytes(sample.directory + "/" + name))
    }
    var bytes = try sample.bytes(sample.proof)
    bytes[bytes.count - 4] ^= 1
    _ = try scratch.file("proof.bin", bytes)
    let run = try CommandLineTool.run("stark", "verify-case", scratch.path, "--reprove", "--json")
    #expect(run.exitCode == 1, "\(run.errors)")
    let reproof = try run.json["reproof"]
    #expect(reproof["identical"].bool == false && reproof["own_proof_accepted"].bool == true)
    #expect(reproof["first_difference"].int == bytes.count - 4)
    #expect(reproof["section"].string?.contains("final_poly") == true)
    let text = try CommandLineTool.run("stark", "verify-case", scratch.path, "--reprove")
    #expect(text.output.contains("DIFFERENT: first at byte \(bytes.count - 4)"))
  }

  @Test("Traces that break a constraint give no identical proof")
  func brokenTraces() throws {
    let sample = try VectorCase("small_2_8_3/fib_log3")
    let scratch = try ScratchDirectory()
    for name in ["params.json", "vk.postcard.bin", "proof.bin"] {
      _ = try scratch.file(name, sample.bytes(sample.directory + "/" + name))
    }
    let traces = String(decoding: try sample.bytes(sample.traces), as: UTF8.self)
    _ = try scratch.file("traces.json", text: traces.replacing("[0,1,1,1,1,2", with: "[0,1,1,1,1,3"))
    let run = try CommandLineTool.run("stark", "verify-case", scratch.path, "--reprove", "--json")
    #expect(run.exitCode == 1, "\(run.errors)")
    #expect(try run.json["reproof"]["own_proof_accepted"].bool == false)
    #expect(try run.json["verdict"]["accepted"].bool == true)
  }

  @Test("The demonstration's files verify, and no others do")
  func demo() throws {
    let scratch = try ScratchDirectory()
    let directory = scratch.path + "/demo"
    let run = try CommandLineTool.run("demo", "--hashes", "2", "--message", "abc", "--write", directory, "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    let json = try run.json
    #expect(json["accepted"].bool == true && (json["soundness_bits"].double ?? 0) >= 100)
    // Keccak-256 of Keccak-256 of "abc"
    #expect(json["digest"].string?.count == 64)
    #expect(json["forgery_rejection"].string?.isEmpty == false)
    let verify = try CommandLineTool.run(
      "stark", "verify", "--params", directory + "/params.json", "--vk", directory + "/vk.postcard.bin", "--proof",
      directory + "/proof.bin", "--minimum-bits", "100", "--json")
    #expect(verify.exitCode == 0, "\(verify.errors)")
    #expect(try verify.json["secure"].bool == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == [
        "params.json", "proof.bin", "vk.postcard.bin",
      ])
  }

  @Test("Random traces of a proof's shape are timed, and labelled as no valid proof")
  func shape() throws {
    let sample = try VectorCase("small_2_8_3/preproc_cached_1")
    let run = try CommandLineTool.run("stark", "bench", "--shape", sample.key, sample.proof, "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    let json = try run.json
    #expect(json["valid_proof"].bool == false && json["note"].string?.contains("NOT A VALID PROOF") == true)
    #expect(json["verify_seconds"].isNull && (json["prove_seconds"].double ?? 0) > 0)
    #expect(json["proof_bytes"].int == 12317)
    #expect(try CommandLineTool.run("stark", "bench", "--shape", sample.key, sample.key).exitCode == 2)
    #expect(try CommandLineTool.run("stark", "bench", "--shape", sample.proof, sample.proof).exitCode == 2)
  }

  @Test("A kernel benchmark has all the keys")
  func kernelBenchmark() throws {
    let json = try CommandLineTool.run("stark", "bench", "poseidon2", "--threads", "1", "--json").json
    for key in ["prove_seconds", "verify_seconds", "peak_bytes", "proof_bytes", "phases", "simd_level", "threads"] {
      #expect(json.keys.contains(key))
    }
    #expect(json["metrics"].array.contains { $0["name"].string == "permutations_per_second" })
  }
}
