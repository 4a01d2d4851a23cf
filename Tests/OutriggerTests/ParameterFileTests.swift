import Outrigger
import StarkVerifier
import TestSupport
import Testing

@Suite("Parameter files")
struct ParameterFileTests {
  static let golden = """
    {"l_skip": 4, "n_stack": 1, "w_stack": 4096, "log_blowup": 1,
     "whir": {"k": 4, "num_queries": [10], "mu_pow_bits": 3, "query_phase_pow_bits": 1, "folding_pow_bits": 2,
              "proximity": "SplitUniqueList { m: 3, list_start_round: 1 }"},
     "logup": {"max_interaction_count": 1073741824, "log_max_message_length": 7, "pow_bits": 2},
     "max_constraint_degree": 4}
    """

  private func parse(_ text: String) throws(ArtefactError) -> SystemParameters {
    try ParameterFile.parse(Array(text.utf8), file: "p.json")
  }

  private func failure(_ text: String) -> ArtefactError? {
    do {
      _ = try parse(text)
      return nil
    } catch { return error }
  }

  @Test("Both spellings are read, and every preset survives writing and reading")
  func spellings() throws {
    let parameters = try parse(Self.golden)
    #expect(parameters.whir.queriesPerRound == [10])
    #expect(parameters.whir.proximity == .splitUniqueList(m: 3, listStartRound: 1))
    for name in Preset.names {
      let preset = try Preset(named: name).parameters
      #expect(try ParameterFile.parse(ParameterFile.encode(preset), file: name) == preset)
    }
    #expect(
      try parse(Self.golden.replacing("SplitUniqueList { m: 3, list_start_round: 1 }", with: "ListDecoding { m: 2 }"))
        .whir.proximity == .listDecoding(m: 2))
  }

  @Test("What is written is what the reference writes")
  func encoding() throws {
    let path = "vectors/proofs/small_2_8_3/fib_log3/params.json"
    guard let bytes = try Vectors.bytes(path) else { return }
    let parameters = try ParameterFile.parse(bytes, file: path)
    #expect(ParameterFile.encode(parameters) == bytes || ParameterFile.encode(parameters).dropLast() == bytes[...])
  }

  @Test("Every truncation is an error with a place")
  func truncation() throws {
    let bytes = Array(Self.golden.utf8)
    for length in 0..<bytes.count {
      #expect(throws: ArtefactError.self) { try ParameterFile.parse(Array(bytes.prefix(length)), file: "p.json") }
    }
    #expect(failure(String(Self.golden.dropLast(30)))?.offset == bytes.count - 30)
  }

  @Test("Changed texts are refused, and the error names the field")
  func changes() throws {
    let cases: [(from: String, to: String, field: String, word: String)] = [
      ("\"l_skip\": 4", "\"l_skip\": \"4\"", "l_skip", "unsigned integer"),
      ("\"l_skip\": 4", "\"l_skip\": -4", "l_skip", "unsigned integer"),
      ("\"l_skip\": 4", "\"l_skip\": 4.5", "l_skip", "fraction"),
      ("\"l_skip\": 4", "\"l_skip\": 4e9", "l_skip", "fraction"),
      ("\"l_skip\": 4", "\"l_skip\": 04", "l_skip", "leading zero"),
      ("\"l_skip\": 4", "\"l_skip\": 99999999999999999999999", "l_skip", "above"),
      ("\"l_skip\": 4", "\"l_skip\": 4, \"l_skip\": 4", "l_skip", "twice"),
      ("\"l_skip\": 4, ", "", "", "'l_skip' is missing"),
      ("\"l_skip\"", "\"l_skap\"", "l_skap", "unknown key"),
      ("\"l_skip\"", "\"l_s\\u006bip\"", "", "escapes"),
      ("\"k\": 4", "\"k\": null", "whir.k", "unsigned integer"),
      ("[10]", "[10, ]", "whir.num_queries[1]", "unsigned integer"),
      ("[10]", "[10, 1000000000]", "whir.num_queries[1]", "above"),
      ("[10]", "[10 20]", "whir.num_queries[0]", "',' or ']'"),
      ("[10]", "10", "whir.num_queries", "an array"),
      ("\"num_queries\": [10]", "\"rounds\": [10]", "whir.rounds[0]", "an object"),
      ("\"num_queries\": [10]", "\"rounds\": [{}]", "whir.rounds[0]", "missing"),
      ("SplitUniqueList", "MaybeDecoding", "whir.proximity", "MaybeDecoding"),
      ("m: 3, ", "", "whir.proximity", "SplitUniqueList"),
      ("m: 3", "m: x", "whir.proximity", "'m'"),
      ("\"pow_bits\": 2", "\"pow_bits\": 65", "logup.pow_bits", "above"),
      ("1073741824", "4294967296", "logup.max_interaction_count", "above"),
    ]
    for (from, to, field, word) in cases {
      let error = try #require(failure(Self.golden.replacing(from, with: to)), "\(to)")
      #expect(error.field ?? "" == field, "\(to): \(error)")
      #expect(error.reason.contains(word), "\(to): \(error)")
      #expect(error.offset != nil && error.kind == .malformed)
    }
    #expect(failure(Self.golden + "x")?.reason.contains("end of the file") == true)
    #expect(failure(Self.golden + " \n") == nil)
    #expect(failure("[]") != nil)
    #expect(failure("\u{0}") != nil)
  }

  @Test("Deep nesting ends in an error, not in the end of the stack")
  func nesting() {
    let deep = "{\"derived\":" + String(repeating: "[", count: 1_000_000)
    #expect(failure(deep)?.reason.contains("nested deeper") == true)
  }

  @Test("Parameters that no protocol is defined for are refused")
  func undefinedParameters() throws {
    let scratch = try ScratchDirectory()
    for (from, to) in [("\"k\": 4", "\"k\": 0"), ("\"n_stack\": 1", "\"n_stack\": 40"), ("[10]", "[]")] {
      let path = try scratch.file("p.json", text: Self.golden.replacing(from, with: to))
      #expect(throws: ArtefactError.self) { try ParameterFile.readUsable(path) }
      #expect(throws: Never.self) { try ParameterFile.read(path) }
    }
  }
}
