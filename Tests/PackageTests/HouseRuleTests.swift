import Testing

/// House rules that a text search can check. CONTRIBUTING.md states them.
struct HouseRuleTests {
  /// Where no trap may be reachable: what reads keys, proofs and other files.
  static let trapFreeModules = ["StarkVerifier", "Outrigger", "outrigger"]

  @Test(arguments: trapFreeModules)
  func nothingTrapsByWriting(module: String) throws {
    let files = try SourceTree.files(in: "Sources/\(module)", extensions: ["swift"])
    #expect(!files.isEmpty)
    for file in files {
      for finding in HouseRules.traps(in: file.text) { Issue.record("\(file.path):\(finding)") }
    }
  }

  @Test func nothingIsForcedAnywhere() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"]) {
      for finding in HouseRules.words(["try!", "as!", "unsafelyUnwrapped"], in: file.text) {
        Issue.record("\(file.path):\(finding)")
      }
    }
  }

  @Test func noFileIsTooLong() throws {
    let files =
      try SourceTree.files(in: "Sources", extensions: ["swift", "c", "h", "inc"])
      + SourceTree.files(in: "Tests", extensions: ["swift"])
    for file in files {
      // A final line break ends the last line and starts none.
      let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
      #expect(count <= 800, "\(file.path) has \(count) lines")
    }
  }

  @Test func noNotesForLater() throws {
    for file in try allTexts() {
      for word in HouseRules.notesForLater where file.text.contains(word) {
        Issue.record("\(file.path) contains '\(word)'; open an issue instead")
      }
    }
  }

  @Test func noPathsOfOneMachine() throws {
    for file in try allTexts() {
      for path in HouseRules.machinePaths where file.text.contains(path) {
        Issue.record("\(file.path) names the machine path '\(path)'")
      }
    }
  }

  @Test func theVerifierExplainsEveryUnsafePointer() throws {
    for file in try SourceTree.files(in: "Sources/StarkVerifier", extensions: ["swift"])
    where HouseRules.usesUnsafeMemory(file.text) {
      #expect(file.text.contains("SAFE:"), "\(file.path): unsafe memory without a reason")
    }
  }

  private func allTexts() throws -> [SourceTree.File] {
    let code: Set = ["swift", "c", "h", "inc", "md", "sh"]
    return try SourceTree.files(in: "Sources", extensions: code) + SourceTree.files(in: "Tests", extensions: code)
      + SourceTree.files(in: "docs", extensions: code) + SourceTree.files(in: "scripts", extensions: code)
      + ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "VERSIONING.md", "Package.swift", ".ci/run"]
      .map { try SourceTree.file($0) }
  }
}

enum HouseRules {
  // Put together here, so that this file does not contain what it looks for.
  static let notesForLater = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
  static let machinePaths = ["/wo" + "rk/", "/ro" + "ot/", "/opt/" + "swift", "/ho" + "me/"]

  /// Lines of `source` with one of `words` in their code, as `line: word`.
  static func words(_ words: [String], in source: String) -> [String] {
    SwiftCode(source).lines.enumerated().flatMap { number, line in
      words.filter { line.contains($0) }.map { "\(number + 1): '\($0)'" }
    }
  }

  /// Lines of `source` that trap in writing: forced operations, unconditional stops, and assertions. An assertion or
  /// stop passes when its line, or the one before, says in a `SAFE:` comment why no input reaches it.
  static func traps(in source: String) -> [String] {
    let never = words(["try!", "as!", "unsafelyUnwrapped", "fatalError("], in: source)
    let explained = Set(
      source.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        .filter { $0.element.contains("SAFE:") }.flatMap { ["\($0.offset + 1)", "\($0.offset + 2)"] })
    let stops = words(["precondition", "assertionFailure(", "assert("], in: source)
      .filter { finding in !explained.contains(String(finding.prefix { $0 != ":" })) }
    let forced = SwiftCode(source).lines.enumerated().filter { hasForceUnwrap($0.element) }
      .map { "\($0.offset + 1): force unwrap" }
    return never + stops + forced
  }

  /// Whether a word of the code starts with `Unsafe` or `unsafe`: pointer types, casts, opted-out isolation. The
  /// closures of `withUnsafeBytes` and the like, which lend a pointer for a call, do not count.
  static func usesUnsafeMemory(_ source: String) -> Bool {
    SwiftCode(source).text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      .contains { $0.hasPrefix("Unsafe") || $0.hasPrefix("unsafe") }
  }

  /// Whether a `!` follows an expression directly, and is not the start of `!=`.
  static func hasForceUnwrap(_ line: Substring) -> Bool {
    let characters = Array(line)
    return characters.indices.dropFirst().contains { i in
      guard characters[i] == "!", i + 1 == characters.count || characters[i + 1] != "=" else { return false }
      let before = characters[i - 1]
      return before.isLetter || before.isNumber || "_)]}?`".contains(before)
    }
  }
}

/// The checks themselves notice what they are there for.
struct HouseRuleSelfTests {
  @Test(arguments: [
    "let a = b!", "f()!.c", "x[0]! + 1", "try! f()", "let a = b as! C", "fatalError(\"\")", "var x: Int!",
    "let s = \"\\(a!)\"", "precondition(a)", "a.unsafelyUnwrapped", "b?.c!",
  ])
  func trapIsCaught(source: String) {
    #expect(!HouseRules.traps(in: source).isEmpty)
  }

  @Test(arguments: [
    "if !a { }", "a != b", "a!=b", "let s = \"no!\"", "// never fatalError( here!", "#if !os(Linux)", "f(!a)",
    "let s = #\"raw \\(x)!\"#", "/* b! */ let a = [!c]", "let t = \"\"\"\n  wow! \"quoted\"\n  \"\"\"",
  ])
  func harmlessCodePasses(source: String) {
    #expect(HouseRules.traps(in: source).isEmpty, "\(HouseRules.traps(in: source))")
  }

  @Test func explainedStopPasses() {
    #expect(HouseRules.traps(in: "// SAFE: a constant table\npreconditionFailure(\"\")").isEmpty)
    #expect(!HouseRules.traps(in: "// SAFE: elsewhere\n\npreconditionFailure(\"\")").isEmpty)
    #expect(!HouseRules.traps(in: "// SAFE: no excuse\nlet a = b!").isEmpty)
  }

  @Test func unsafeMemoryIsNoticed() {
    #expect(HouseRules.usesUnsafeMemory("func f(_ a: UnsafePointer<Int>)"))
    #expect(HouseRules.usesUnsafeMemory("nonisolated(unsafe) let a = 1"))
    #expect(!HouseRules.usesUnsafeMemory("a.withUnsafeBytes { f($0) } // UnsafePointer"))
  }

  @Test func lineNumbersAreThoseOfTheSource() {
    #expect(HouseRules.traps(in: "/* one\ntwo */\nlet a = b!\n") == ["3: force unwrap"])
  }
}
