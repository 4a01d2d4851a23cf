import Foundation
import Outrigger
import TestSupport
import Testing

/// Every kind of unusable file: exit code 2, and an error that names file, field and offset.
@Suite("Command line: bad input")
struct CommandLineBadInputTests {
  private enum Role: CaseIterable { case parameters, key, proof }

  /// Runs `stark verify` with one of the files replaced, and gives the JSON error after checking the exit code.
  private func error(_ sample: VectorCase, _ role: Role, _ path: String) throws -> JSON {
    let arguments =
      switch role {
      case .parameters: sample.verifyArguments(parameters: path)
      case .key: sample.verifyArguments(key: path)
      case .proof: sample.verifyArguments(proof: path)
      }
    let run = try CommandLineTool.run(arguments + ["--json"])
    #expect(run.exitCode == 2, "\(role): \(run.output) \(run.errors)")
    #expect(run.errors.contains(path))
    return try run.json["error"]
  }

  @Test("Missing, empty, truncated and over-long files")
  func lengths() throws {
    let sample = try VectorCase("small_2_8_3/preproc_cached_1")
    let scratch = try ScratchDirectory()
    for role in Role.allCases {
      let path =
        switch role {
        case .parameters: sample.parameters
        case .key: sample.key
        case .proof: sample.proof
        }
      let whole = try sample.bytes(path)
      #expect(try error(sample, role, scratch.path + "/missing")["kind"].string == "missing")
      #expect(try error(sample, role, try scratch.file("empty", []))["kind"].string == "empty")
      #expect(try error(sample, role, scratch.path)["kind"].string == "unreadable")
      for length in [1, whole.count / 2, whole.count - 1] {
        // The parameter file may end in a newline, without which it is still whole.
        if role == .parameters, length == whole.count - 1, whole.last == 0x0a { continue }
        let found = try error(sample, role, try scratch.file("short", whole.prefix(length)))
        #expect(found["kind"].string == "malformed")
        #expect((found["offset"].int ?? -1) <= length && found["offset"].int != nil)
      }
      let found = try error(sample, role, try scratch.file("long", whole + [0x21]))
      #expect(found["kind"].string == "malformed" && found["offset"].int != nil)
    }
  }

  @Test("Non-canonical elements and absurd lengths in a proof")
  func proofContent() throws {
    let sample = try VectorCase("small_2_8_3/preproc_cached_1")
    let scratch = try ScratchDirectory()
    let whole = try sample.bytes(sample.proof)
    func changed(_ offset: Int, _ bytes: [UInt8]) throws -> String {
      var copy = whole
      copy.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      return try scratch.file("proof.bin", copy)
    }
    // The version; the first word of the commitment; the number of AIRs; the last coefficient.
    #expect(try error(sample, .proof, try changed(0, [2, 0, 0, 0]))["offset"].int == 0)
    let element = try error(sample, .proof, try changed(4, [1, 0, 0, 0x78]))
    #expect(element["field"].string?.isEmpty == false && element["offset"].int != nil)
    #expect(try error(sample, .proof, try changed(36, [0xff, 0xff, 0xff, 0xff]))["offset"].int != nil)
    let last = try error(sample, .proof, try changed(whole.count - 4, [0xff, 0xff, 0xff, 0xff]))
    #expect(last["field"].string?.contains("final_poly") == true && last["offset"].int == whole.count - 4)
  }

  @Test("A key under another pre-hash")
  func changedKey() throws {
    let sample = try VectorCase("small_2_8_3/fib_log3")
    let scratch = try ScratchDirectory()
    var bytes = try sample.bytes(sample.key)
    bytes[2] ^= 1  // w_stack
    #expect(try error(sample, .key, try scratch.file("vk.bin", bytes))["field"].string?.isEmpty == false)
  }

  @Test("Parameters that are not the key's")
  func inconsistentParameters() throws {
    let sample = try VectorCase("small_2_8_3/preproc_cached_1")
    let scratch = try ScratchDirectory()
    let text = String(decoding: try sample.bytes(sample.parameters), as: UTF8.self)
    let other = try scratch.file("params.json", text: text.replacing("\"mu_pow_bits\":3", with: "\"mu_pow_bits\":4"))
    let found = try error(sample, .parameters, other)
    #expect(found["kind"].string == "inconsistent" && found["field"].string == "whir.mu_pow_bits")
    let undefined = try scratch.file("params.json", text: text.replacing("\"k\":3", with: "\"k\":30"))
    #expect(try error(sample, .parameters, undefined)["field"].string?.contains("whir.k") == true)
  }

  @Test("Traces that are not the key's")
  func inconsistentTraces() throws {
    let sample = try VectorCase("small_2_8_3/fib_log3")
    let scratch = try ScratchDirectory()
    for name in ["params.json", "vk.postcard.bin", "proof.bin"] {
      _ = try scratch.file(name, sample.bytes(sample.directory + "/" + name))
    }
    let matrix = { (height: Int, width: Int) in
      let values = Array(repeating: "0", count: height * width).joined(separator: ",")
      return "{\"height\":\(height),\"width\":\(width),\"values_row_major\":[\(values)]}"
    }
    let entry = { (id: Int, matrix: String, values: String) in
      "{\"air_id\":\(id),\"common_main\":\(matrix),\"public_values\":\(values)}"
    }
    let cases = [
      ("[]", ""),
      ("[\(entry(1, matrix(2, 2), "[0,1,1]"))]", "[0].air_id"),
      ("[\(entry(0, matrix(2, 3), "[0,1,1]"))]", "[0].common_main.width"),
      ("[\(entry(0, matrix(2, 2), "[0,1]"))]", "[0].public_values"),
      ("[\(entry(0, matrix(2048, 2), "[0,1,1]"))]", "[0].common_main.height"),
    ]
    for (text, field) in cases {
      _ = try scratch.file("traces.json", text: text)
      let run = try CommandLineTool.run("stark", "verify-case", scratch.path, "--reprove", "--json")
      #expect(run.exitCode == 2, "\(text): \(run.output)")
      #expect(try run.json["error"]["field"].string ?? "" == field)
      #expect(try run.json["error"]["kind"].string == "inconsistent")
    }
    _ = try scratch.file("traces.json", text: "[{\"air_id\":0,\"common_main\":{\"height\":\"x\"}}]")
    let run = try CommandLineTool.run("stark", "verify-case", scratch.path, "--reprove", "--json")
    #expect(run.exitCode == 2)
    #expect(try run.json["error"]["field"].string == "[0].common_main.height")
    #expect(try run.json["error"]["offset"].int == 37)
  }

  @Test("Memory stays a small multiple of the file, whatever it claims")
  func memory() throws {
    let scratch = try ScratchDirectory()
    let count = 1 << 22
    let values = String(repeating: "1,", count: count - 1) + "1"
    let file = try scratch.file(
      "traces.json",
      text: "[{\"air_id\":0,\"common_main\":{\"height\":\(count),\"width\":1,\"values_row_major\":[\(values)]}}]")
    // 8 MiB of file, 16 MiB of values, twice, and what the process needs by itself (less than 400 MiB of addresses).
    let run = try CommandLineTool.run(["stark", "inspect", file], memoryLimit: 560 << 20)
    #expect(run.exitCode == 0, "\(run.errors)")

    // A proof that claims 2^32 - 1 AIRs, layers, and so on, in place of each of its words.
    let sample = try VectorCase("small_2_8_3/fib_log3")
    let whole = try sample.bytes(sample.proof)
    for offset in [36, 41, 45, 49, 66] + Array(stride(from: 84, to: 140, by: 8)) {
      var copy = whole
      copy.replaceSubrange(offset..<offset + 4, with: [0xff, 0xff, 0xff, 0x7f])
      let path = try scratch.file("proof.bin", copy)
      let run = try CommandLineTool.run(sample.verifyArguments(proof: path), memoryLimit: 560 << 20)
      #expect(run.exitCode == 1 || run.exitCode == 2, "\(offset): \(run.errors)")
    }
  }
}
