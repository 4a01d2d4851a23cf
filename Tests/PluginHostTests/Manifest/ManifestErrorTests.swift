import Testing

@testable import PluginHost

/// A mistake for every rule: each is reported at its line, with its key, what was expected and what was found.
struct ManifestErrorTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var kind: ManifestError.Kind
    var line: Int?
    var key: String?
    var expected: String
    var found: String
    var testDescription: String { "\(kind) \(key ?? "") line \(line ?? 0)" }

    init(
      _ text: String, _ kind: ManifestError.Kind, _ line: Int?, _ key: String?, expected: String, found: String
    ) {
      self.text = text
      self.kind = kind
      self.line = line
      self.key = key
      self.expected = expected
      self.found = found
    }
  }

  private static func entry(_ more: String...) -> String { ManifestText.entry(0) + more.joined(separator: "\n") }
  private static func function(_ more: String...) -> String {
    let given = more.joined(separator: "\n")
    var lines = [ManifestText.entry(0) + "[deferral.function]"]
    for (key, value) in [
      ("role", "\"eval\""), ("library", "\"libm.so.6\""), ("symbol", "\"f\""),
      ("args", "[\"in.ptr\", \"in.len\", \"out.ptr\"]"), ("returns", "\"void\""), ("output", "{ fixed = 8 }"),
    ] where !more.contains(where: { $0.hasPrefix("\(key) ") || $0 == "no \(key)" }) {
      lines.append("\(key) = \(value)")
    }
    // The mistake is on line 6.
    return lines[0] + "\n" + given.split(separator: "\n").filter { !$0.hasPrefix("no ") }.joined(separator: "\n") + "\n"
      + lines.dropFirst().joined(separator: "\n")
  }
  private static let commitForm = "0x and 64 hexadecimal digits, the one form of a commitment"
  private static let idForm =
    "an id as \"dev.outrigger.sha256\": words of letters, digits and '-' with dots between them"

  private static let scalarForm = "a string in quotes, a number, true, false, a date, an array or a table"

  static let syntax: [Mistake] = [
    Mistake("[app\nname = 1", .syntax, 1, nil, expected: "']'", found: "the end of the line"),
    Mistake("[[app]\nname = 1", .syntax, 1, nil, expected: "']'", found: "the end of the line"),
    Mistake("[ [app]]", .syntax, 1, nil, expected: "a key", found: "'['"),
    Mistake("[app]\nname = \"a\"\n\nguest =", .syntax, 4, nil, expected: "a value", found: "the end of the file"),
    Mistake("a = # none", .syntax, 1, nil, expected: "a value", found: "'#'"),
    Mistake("a = 1 b = 2", .syntax, 1, nil, expected: scalarForm, found: "'1 b = 2'"),
    Mistake("a = \"1\" b = 2", .syntax, 1, nil, expected: "the end of the line", found: "'b'"),
    Mistake("a 1", .syntax, 1, nil, expected: "'='", found: "'1'"),
    Mistake("a. = 1", .syntax, 1, nil, expected: "a key", found: "'='"),
    Mistake("= 1", .syntax, 1, nil, expected: "a key", found: "'='"),
    Mistake("a = 1\n\u{e9} = 1", .syntax, 2, nil, expected: "a key", found: "0xc3"),
    Mistake("a = \"b\nc\"", .syntax, 1, nil, expected: "a closing quote", found: "the end of the line"),
    Mistake("a = 'b", .syntax, 1, nil, expected: "a closing quote", found: "the end of the file"),
    Mistake("a = 'b\u{7}'", .syntax, 1, nil, expected: "text without control characters", found: "0x7"),
    Mistake("a = 1 # \u{1}", .syntax, 1, nil, expected: "text without control characters", found: "0x1"),
    Mistake("a = 1\rb = 2", .syntax, 1, nil, expected: "the end of the line", found: "0xd"),
    Mistake("b = 1\na = \"\"\"\nx\n\n", .syntax, 2, nil, expected: "three closing quotes", found: "end of the file"),
    Mistake("a = '''\n", .syntax, 1, nil, expected: "three closing quotes", found: "end of the file"),
    Mistake("a = \"\"\"\n\\ x\"\"\"", .syntax, 2, nil, expected: "an escape", found: "0x20"),
    Mistake("a = [1,\n2,\n=]", .syntax, 3, nil, expected: scalarForm, found: "'='"),
    Mistake("a = [1 2]", .syntax, 1, nil, expected: scalarForm, found: "'1 2'"),
    Mistake("a = [,]", .syntax, 1, nil, expected: "a value", found: "','"),
    Mistake("a = [1", .syntax, 1, nil, expected: "','", found: "the end of the file"),
    Mistake("a = {\n}", .syntax, 1, nil, expected: "a key", found: "the end of the line"),
    Mistake("a = { b = 1, }", .syntax, 1, nil, expected: "a key", found: "'}'"),
    Mistake("a = yes", .syntax, 1, nil, expected: scalarForm, found: "'yes'"),
    Mistake("a = 01", .syntax, 1, nil, expected: scalarForm, found: "'01'"),
    Mistake("a = 1\n\"b\\q\" = 2", .syntax, 2, nil, expected: "an escape", found: "'q'"),
    Mistake("a = \"\\ud800\"", .syntax, 1, nil, expected: "4 hexadecimal digits of a character", found: "'d'"),
    // What only the library finds.
    Mistake("a = 99999999999999999999", .syntax, 1, nil, expected: "TOML", found: "error"),
    Mistake("b = 1\na = 2024-13-01", .syntax, 2, nil, expected: "TOML", found: "error"),
    Mistake("a = {}\n\n[a.b]", .syntax, 3, nil, expected: "TOML", found: "error"),
    Mistake("[vm]\nx = 1\nx = 2", .duplicateKey, 3, "vm.x", expected: "each key once", found: "line 2"),
    Mistake("[vm]\n[app]\n[vm]", .duplicateKey, 3, "vm", expected: "each key once", found: "line 1"),
    Mistake("a.b = 1\na = 2", .duplicateKey, 2, "a", expected: "each key once", found: "line 1"),
    Mistake("a = { b = 1, b = 2 }", .duplicateKey, 1, "a.b", expected: "each key once", found: "line 1"),
    Mistake("a = 1\nb = \"\0\"", .notText, 2, nil, expected: "UTF-8 text without NUL", found: "0x00"),
    Mistake("a = 1\nb = \"\\u0000\"", .notText, 2, nil, expected: "text without NUL", found: "its escape"),
    Mistake("\"\\U00000000\" = 1", .notText, 1, nil, expected: "text without NUL", found: "its escape"),
    Mistake(
      "a = [\n" + String(repeating: "1,", count: 1 << 20) + "]", .tooLarge, 2, nil,
      expected: "at most 1048576 keys and values", found: "more"),
    Mistake(
      "a = " + String(repeating: "[", count: 40), .tooDeep, 1, nil, expected: "at most 16 values within one another",
      found: "more"),
    Mistake(
      "x = 1\n" + (["a"] + Array(repeating: "a", count: 40)).joined(separator: ".") + " = 1", .tooDeep, 2, nil,
      expected: "at most 16 parts of a key", found: "more"),
    Mistake(
      String(repeating: "a", count: 2000) + " = 1", .tooDeep, 1, nil, expected: "a key of at most 1024 bytes",
      found: "a longer one"),
  ]

  static let sections: [Mistake] = [
    Mistake("[ap]", .unknownKey, 1, "ap", expected: "one of app, deferral, vm", found: "did you mean 'app'?"),
    Mistake("\n[app]\nnaem = \"a\"", .unknownKey, 3, "app.naem", expected: "one of guest, name", found: "'name'"),
    Mistake("[app]\n\"a b\" = 1", .unknownKey, 2, "app.\"a b\"", expected: "one of guest, name", found: "\"a b\""),
    Mistake("app = 1", .wrongType, 1, "app", expected: "a table", found: "the integer 1"),
    Mistake("[app]\nname = 7", .wrongType, 2, "app.name", expected: "a string", found: "the integer 7"),
    Mistake("[app]\nname = \"\"", .outOfRange, 2, "app.name", expected: "1 to 128 bytes", found: "an empty string"),
    Mistake("[app]\nname = \"a\\nb\"", .malformed, 2, "app.name", expected: "without control", found: "\"a\\nb\""),
    Mistake("[vm]\n\nnum_public_values = 48", .outOfRange, 3, "vm.num_public_values", expected: "power", found: "48"),
    Mistake("[vm]\nnum_public_values = 4", .outOfRange, 2, "vm.num_public_values", expected: "8 to 1", found: "4"),
    Mistake("[vm]\nlog_stacked_height = 25", .outOfRange, 2, "vm.log_stacked_height", expected: "18 to", found: "25"),
    Mistake("[vm]\nmax_instructions = 0", .outOfRange, 2, "vm.max_instructions", expected: "at least 1", found: "0"),
    Mistake(
      "[vm]\nsegment_instructions = -5", .outOfRange, 2, "vm.segment_instructions", expected: "at least 1", found: "-5"
    ),
    Mistake("[vm]\nmemory_mib = 1.5", .wrongType, 2, "vm.memory_mib", expected: "an integer", found: "the number 1.5"),
    Mistake("[deferral]\nindex = 0", .wrongType, 1, "deferral", expected: "[[deferral]]", found: "a table"),
    Mistake("deferral = [1]", .wrongType, 1, "deferral[0]", expected: "a table", found: "the integer 1"),
  ]

  static let entries: [Mistake] = [
    Mistake(
      "[[deferral]]\nplugin = \"a\"\ncircuit = \"a.b\"", .missingKey, 1, "deferral[0].index", expected: "an integer",
      found: "no such key"),
    Mistake(
      "[[deferral]]\nindex = 0\ncircuit = \"a.b\"", .missingKey, 1, "deferral[0].plugin", expected: "a string",
      found: "no such key"),
    Mistake(
      "[[deferral]]\nindex = 0\nplugin = \"a\"", .missingKey, 1, "deferral[0].circuit", expected: "a string",
      found: "no such key"),
    Mistake(
      ManifestText.entry(0) + ManifestText.entry(2), .gap, 6, "deferral[1].index",
      expected: "index 1: from 0, without gaps, in order", found: "2"),
    Mistake(ManifestText.entry(1), .gap, 2, "deferral[0].index", expected: "index 0", found: "1"),
    Mistake(
      ManifestText.entry(0) + ManifestText.entry(0), .duplicateIndex, 6, "deferral[1].index",
      expected: "each index once", found: "the entry of line 1"),
    Mistake(ManifestText.entry(1024), .outOfRange, 2, "deferral[0].index", expected: "0 to 1023", found: "1024"),
    Mistake(ManifestText.entry(-1), .outOfRange, 2, "deferral[0].index", expected: "0 to 1023", found: "-1"),
    Mistake(
      ManifestText.entry(.max), .outOfRange, 2, "deferral[0].index", expected: "0 to 1023", found: "\(Int.max)"),
    Mistake(
      (0...1024).map { ManifestText.entry($0) }.joined(), .outOfRange, 4 * 1024 + 1, "deferral[1024]",
      expected: "at most 1024 entries", found: "1025"),
    Mistake(
      "[[deferral]]\nindex = \"0\"\nplugin = \"a\"\ncircuit = \"a.b\"", .wrongType, 2, "deferral[0].index",
      expected: "an integer, 0 to 1023", found: "the string \"0\""),
    Mistake(
      entry("plugn = 1"), .unknownKey, 5, "deferral[0].plugn", expected: "one of batch, circuit", found: "'plugin'?"),
    Mistake(
      ManifestText.entry(0, plugin: String(repeating: "a", count: 5000)), .outOfRange, 3, "deferral[0].plugin",
      expected: "1 to 4096 bytes", found: "5000 bytes"),
    Mistake(entry("batch = 3"), .outOfRange, 5, "deferral[0].batch", expected: "a power of two", found: "3"),
    Mistake(entry("batch = 0"), .outOfRange, 5, "deferral[0].batch", expected: "1 to 65536", found: "0"),
    Mistake(entry("batch = 131072"), .outOfRange, 5, "deferral[0].batch", expected: "1 to 65536", found: "131072"),
    Mistake(entry("batch = -64"), .outOfRange, 5, "deferral[0].batch", expected: "1 to 65536", found: "-64"),
    Mistake(
      entry("def_circuit_commit = \"0x12\""), .malformed, 5, "deferral[0].def_circuit_commit", expected: commitForm,
      found: "\"0x12\""),
    Mistake(
      entry("def_circuit_commit = \"0x\(String(repeating: "f", count: 64))\""), .malformed, 5,
      "deferral[0].def_circuit_commit", expected: commitForm, found: "\"0xffff"),
    Mistake(
      entry("isolation = \"none\""), .malformed, 5, "deferral[0].isolation", expected: "\"worker\" or \"in-process\"",
      found: "\"none\""),
    Mistake(
      entry("isolation = true"), .wrongType, 5, "deferral[0].isolation", expected: "\"worker\" or \"in-process\"",
      found: "true"),
    Mistake(
      entry("limits = { memory_mib = 1 }"), .outOfRange, 5, "deferral[0].limits.memory_mib", expected: "16 to 1048576",
      found: "1"),
    Mistake(
      entry("[deferral.limits]", "memory_mib = 64", "seconds = 0"), .outOfRange, 7, "deferral[0].limits.seconds",
      expected: "1 to 86400", found: "0"),
    Mistake(
      entry("limits = { cores = 1 }"), .unknownKey, 5, "deferral[0].limits.cores",
      expected: "one of memory_mib, seconds", found: "\"cores\""),
    Mistake(
      entry("params = [1]"), .wrongType, 5, "deferral[0].params", expected: "a table", found: "an array"),
    Mistake(
      entry("params = { a = 1.0 }"), .wrongType, 5, "deferral[0].params.a", expected: "{ file = \"..\" }",
      found: "the number 1.0"),
    Mistake(
      entry("params.a = 1979-05-27"), .wrongType, 5, "deferral[0].params.a", expected: "an integer",
      found: "a date or time"),
    Mistake(
      entry("params = { a = { path = \"x\" } }"), .missingKey, 5, "deferral[0].params.a.file", expected: "a string",
      found: "no such key"),
    Mistake(
      entry("params = { \"a b\" = 1 }"), .malformed, 5, "deferral[0].params.\"a b\"", expected: "a name of 1 to 64",
      found: "\"a b\""),
    Mistake(
      entry("params = { a = \"\(String(repeating: "x", count: 70_000))\" }"), .outOfRange, 5, "deferral[0].params.a",
      expected: "at most 65536 bytes", found: "70000 bytes"),
    Mistake(
      entry("[deferral.params]", (0..<65).map { "a\($0) = 1" }.joined(separator: "\n")), .outOfRange, 5,
      "deferral[0].params", expected: "at most 64 parameters", found: "65"),
  ]

  static let circuitIDs: [Mistake] = ["sha256", "", ".", "a..b", "a.b.", "a_b.c", "a b.c", "a.é"].map { id in
    Mistake(
      "[[deferral]]\nindex = 0\nplugin = \"p\"\ncircuit = \"\(id)\"", id.isEmpty ? .outOfRange : .malformed, 4,
      "deferral[0].circuit", expected: id.isEmpty ? "1 to 128 bytes" : idForm,
      found: id.isEmpty ? "an empty string" : "\"\(id)\"")
  }

  static let functions: [Mistake] = [
    Mistake(
      function("no role"), .missingKey, 5, "deferral[0].function.role", expected: "\"eval\" or \"oracle\"",
      found: "no such key"),
    Mistake(
      function("role = \"f\""), .malformed, 6, "deferral[0].function.role", expected: "\"eval\" or \"oracle\"",
      found: "\"f\""),
    Mistake(
      function("symbol = \"1f\""), .malformed, 6, "deferral[0].function.symbol", expected: "a C name", found: "\"1f\""),
    Mistake(
      function("args = \"in.ptr\""), .wrongType, 6, "deferral[0].function.args", expected: "an array",
      found: "the string"),
    Mistake(
      function("args = [\"in.ptr\", \"out.ptr\",\n \"inn\"]"), .malformed, 7, "deferral[0].function.args[2]",
      expected: ForeignFunction.Argument.syntax, found: "\"inn\""),
    Mistake(
      function("args = [\"in.ptr\", 7]"), .wrongType, 6, "deferral[0].function.args[1]", expected: "a string",
      found: "the integer 7"),
    Mistake(
      function("args = [\(Array(repeating: "\"null\"", count: 17).joined(separator: ", "))]"), .outOfRange, 6,
      "deferral[0].function.args", expected: "at most 16 arguments", found: "17"),
    Mistake(
      function("args = [\"out.ptr\"]"), .conflict, 6, "deferral[0].function.args",
      expected: "\"in.ptr\" among the arguments", found: "none"),
    Mistake(
      function("args = [\"in.ptr\", \"out.ptr\", \"out.ptr\"]"), .conflict, 6, "deferral[0].function.args",
      expected: "once", found: "2 times out.ptr"),
    Mistake(
      function("returns = \"i32:==2\""), .malformed, 6, "deferral[0].function.returns",
      expected: ForeignFunction.Result.syntax, found: "\"i32:==2\""),
    Mistake(
      function("no output"), .missingKey, 5, "deferral[0].function.output", expected: "a table", found: "no such key"),
    Mistake(
      function("output = { fixed = 0 }"), .outOfRange, 6, "deferral[0].function.output.fixed",
      expected: "1 to 1073741824", found: "0"),
    Mistake(
      function("output = { fixed = 8, max = 8 }"), .conflict, 6, "deferral[0].function.output",
      expected: "{ fixed = N } or", found: "both"),
    Mistake(
      function("output = {}"), .conflict, 6, "deferral[0].function.output", expected: "{ fixed = N } or",
      found: "neither"),
    Mistake(
      function("output = { length = \"value\", max = 64 }", "args = [\"in.ptr\", \"out.ptr\", \"out.len\"]"),
      .malformed, 6, "deferral[0].function.output.length",
      expected: "\"out.len\"", found: "\"value\""),
    Mistake(
      function("output = { max = 64 }"), .conflict, 10, "deferral[0].function.args", expected: "once",
      found: "0 times out.len"),
    Mistake(
      function("outputs = 1"), .unknownKey, 6, "deferral[0].function.outputs", expected: "one of args, library",
      found: "'output'?"),
    Mistake(
      ManifestText.entry(0, "isolation = \"in-process\"") + "[deferral.function]\nrole = \"eval\"\nlibrary = \"l\"\n"
        + "symbol = \"f\"\nargs = [\"in.ptr\", \"out.ptr\"]\nreturns = \"void\"\noutput = { fixed = 8 }",
      .conflict, 5, "deferral[0].isolation", expected: "\"worker\", since foreign functions run there only",
      found: "\"in-process\""),
  ]

  @Test(arguments: syntax + sections + entries + circuitIDs + functions)
  func isReported(_ mistake: Mistake) throws {
    let errors = ManifestText.errors(mistake.text)
    let error = try #require(
      errors.first { $0.kind == mistake.kind && $0.key == mistake.key }, "\(errors.map(\.description))")
    #expect(error.file == "outrigger.toml")
    #expect(error.line == mistake.line)
    #expect(error.expected.contains(mistake.expected), "expected: \(error.expected)")
    #expect(error.found.contains(mistake.found), "found: \(error.found)")
    // The mistake is all that is wrong.
    #expect(errors.count == 1 || mistake.text.contains("path = \"x\""), "\(errors.map(\.description))")
    #expect(
      error.description
        == "outrigger.toml:\(mistake.line ?? 0): \(mistake.key.map { "\($0): " } ?? "")expected \(error.expected), "
        + "found \(error.found)")
  }

  @Test func allMistakesComeTogetherInOrderOfLine() throws {
    let text = """
      [app]
      name = 1
      [[deferral]]
      index = 7
      plugin = "p"
      circuit = "bad"
      batch = 5
      [vm]
      log_stacked_height = 1
      [[deferral]]
      index = 1
      """
    let errors = ManifestText.errors(text)
    #expect(errors.map(\.line) == [2, 4, 6, 7, 9, 10, 10, 11])
    #expect(
      errors.map(\.kind) == [
        .wrongType, .gap, .malformed, .outOfRange, .outOfRange, .missingKey, .missingKey, .gap,
      ])
  }

  @Test func noMoreMistakesThanAPersonReads() throws {
    let text = "[app]\n" + (0..<500).map { "key\($0) = 1" }.joined(separator: "\n")
    let failure = #expect(throws: ManifestFailure.self) {
      try Manifest(bytes: Array(text.utf8), path: "outrigger.toml")
    }
    #expect(failure?.errors.count == 100)
    #expect(failure?.furtherCount == 400)
    #expect(failure?.description.hasSuffix("\nand 400 more") == true)
  }

  @Test func textThatIsNoneIsReportedAtItsLine() {
    let errors = ManifestText.errors(Array("a = 1\nb = \"".utf8) + [0xff] + Array("\"\n".utf8))
    #expect(errors.map(\.kind) == [.notText])
    #expect(errors.map(\.line) == [2])
    #expect(ManifestText.errors([0xff, 0xfe]).map(\.line) == [1])
  }

  @Test func filesThatCannotBeReadAreReported() throws {
    let folder = try ManifestFolder()
    func error(_ path: String) throws -> ManifestError {
      let failure = #expect(throws: ManifestFailure.self) { try Manifest(path: path) }
      return try #require(failure?.errors.first)
    }
    let missing = try error(folder.manifestPath)
    #expect(missing.kind == .missingFile)
    #expect(missing.description == "\(folder.manifestPath): expected a file, found none")
    #expect(try error(folder.path).kind == .unreadable)
    let large = Array(repeating: UInt8(ascii: "\n"), count: Manifest.maxBytes + 1)
    #expect(try error(folder.write("large.toml", large)).kind == .tooLarge)
    #expect(ManifestText.errors(large).map(\.kind) == [.tooLarge])
    #expect(ManifestText.errors(Array(large.dropLast())).isEmpty)
  }
}
