import Foundation
import Testing

/// Links lead somewhere, code samples are code of the package, and the bundled known answers stay small.
struct DocumentationTests {
  @Test func relativeLinksLeadToFiles() throws {
    let pages =
      try ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "VERSIONING.md"]
      .map { try SourceTree.file($0) }
      + SourceTree.files(in: "docs", extensions: ["md"]) + SourceTree.files(in: "Tests", extensions: ["md"])
    for page in pages {
      let folder = SourceTree.root.appendingPathComponent(page.path).deletingLastPathComponent()
      for link in Documentation.relativeLinks(in: page.text) {
        let target = folder.appendingPathComponent(link).standardizedFileURL
        #expect(FileManager.default.fileExists(atPath: target.path), "\(page.path) links to \(link)")
      }
    }
  }

  @Test func everySampleIsInTheFileItNames() throws {
    // A sample stands below a comment `<!-- from: PATH -->` and must be a part of that file, up to indentation;
    // a line `// ...` stands for what was left out. Samples in other languages than Swift may name no file.
    let pages =
      try SourceTree.files(in: "docs", extensions: ["md"])
      + [SourceTree.file("Sources/Outrigger/Outrigger.docc/DeferredCalls.md")]
    for page in pages {
      for sample in Documentation.samples(in: page.text) where sample.path != nil || sample.language == "swift" {
        let path = try #require(sample.path, "\(page.path):\(sample.line): a Swift sample that names no file")
        let file = try SourceTree.file(path)
        #expect(
          Documentation.contains(file.text, sample: sample.code),
          "\(page.path):\(sample.line): the sample is not in \(path)")
      }
    }
  }

  @Test func theCatalogueListsEveryArticle() throws {
    let overview = try SourceTree.file("Sources/Outrigger/Outrigger.docc/Outrigger.md").text
    for article in try SourceTree.files(in: "Sources/Outrigger/Outrigger.docc", extensions: ["md"]) {
      let name = article.name.dropLast(3)
      #expect(name == "Outrigger" || overview.contains("<doc:\(name)>"), "the overview does not list \(name)")
    }
  }

  @Test(arguments: [
    "Sources/StarkVerifier/Verifier/VerifyError.swift", "Sources/StarkVerifier/Codec/DecodeError.swift",
  ])
  func everyRejectionIsDocumented(path: String) throws {
    let page = try SourceTree.file("docs/proof-system.md").text
    let names = Documentation.caseNames(in: try SourceTree.file(path).text)
    #expect(names.count > 5)
    for name in names { #expect(page.contains("`\(name)`"), "docs/proof-system.md does not list \(name)") }
  }

  /// What `--json` calls an error of a manifest or a plugin.
  @Test func everyKindOfManifestErrorIsDocumented() throws {
    let page = try SourceTree.file("docs/errors.md").text
    let file = try SourceTree.file("Sources/PluginHost/Manifest/ManifestError.swift").text
    let source = file.components(separatedBy: "public var kind: Kind")[0]
    // `case name` or `case name = "value"`.
    let kinds = source.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("case ") }
      .map { line in
        line.split(separator: "\"").dropFirst().first ?? line.dropFirst(5).prefix { $0.isLetter }
      }
    #expect(kinds.count > 15)
    for kind in kinds { #expect(page.contains("`\(kind)`"), "docs/errors.md does not list \(kind)") }
  }

  @Test func bundledVectorsStayBelowOneMegabyte() throws {
    let base = SourceTree.root.appendingPathComponent("Tests/Vectors")
    let walker = try #require(FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil))
    var total = 0
    for case let url as URL in walker {
      let values = try url.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
      if values.isRegularFile == true { total += values.fileSize ?? 0 }
    }
    #expect(total > 100_000 && total <= 1_000_000, "Tests/Vectors holds \(total) bytes")
  }

  @Test func theReadmeHasTheTwoCommands() throws {
    let readme = try SourceTree.file("README.md").text
    #expect(readme.contains("\n    ./scripts/prove-example.sh\n"))
    #expect(readme.contains("./scripts/setup.sh && swift run -c release outrigger "))
    #expect(readme.contains("./scripts/test.sh"))
    #expect(try SourceTree.file(".ci/run").text.contains("./scripts/test.sh"))
  }
}

enum Documentation {
  struct Sample {
    var path: String?
    var language: Substring
    var line: Int
    var code: [Substring]
  }

  /// The targets of Markdown links that are neither addresses nor places on the same page, without fragments.
  static func relativeLinks(in page: String) -> [String] {
    page.components(separatedBy: "](").dropFirst().compactMap { rest in
      guard let end = rest.firstIndex(of: ")") else { return nil }
      let target = rest[..<end].prefix { $0 != "#" }
      return target.isEmpty || target.contains("://") || target.contains(":") ? nil : String(target)
    }
  }

  /// The names of the cases that a source declares: lines `case name`, perhaps with associated values.
  static func caseNames(in source: String) -> [Substring] {
    SwiftCode(source).lines.compactMap { line in
      let text = line.drop { $0 == " " }
      guard text.hasPrefix("case "), !text.contains(":") || text.contains("(") else { return nil }
      let name = text.dropFirst(5).prefix { $0.isLetter || $0.isNumber }
      return name.isEmpty || text.dropFirst(5).hasPrefix("let ") ? nil : name
    }
  }

  /// The code blocks of a page that stand between fences.
  static func samples(in page: String) -> [Sample] {
    var samples: [Sample] = []
    var path: String?
    var open: Sample?
    for (number, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if var sample = open {
        if line.hasPrefix("```") {
          samples.append(sample)
          open = nil
          path = nil
        } else {
          sample.code.append(line)
          open = sample
        }
      } else if line.hasPrefix("<!-- from: "), line.hasSuffix(" -->") {
        path = String(line.dropFirst("<!-- from: ".count).dropLast(" -->".count))
      } else if line.hasPrefix("```") {
        open = Sample(path: path, language: line.dropFirst(3), line: number + 1, code: [])
      }
    }
    return samples
  }

  /// Whether the lines of `sample` follow one another in `text`, without regard to indentation and blank lines.
  static func contains(_ text: String, sample: [Substring]) -> Bool {
    func trimmed(_ lines: [Substring]) -> [String] {
      lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
    let lines = trimmed(text.split(separator: "\n"))
    let parts = trimmed(sample).split(whereSeparator: { $0 == "// ..." }).map(Array.init)
    var start = 0
    for part in parts {
      guard
        let place = (start..<max(start, lines.count - part.count + 1)).first(where: {
          Array(lines[$0..<$0 + part.count]) == part
        })
      else { return false }
      start = place + part.count
    }
    return !parts.isEmpty
  }
}

struct DocumentationSelfTests {
  @Test func linksAreFound() {
    let page = "[a](docs/a.md#part) [b](https://example.org/b) [c](#here) [d](../d)"
    #expect(Documentation.relativeLinks(in: page) == ["docs/a.md", "../d"])
  }

  @Test func changedSampleIsCaught() {
    let text = "struct A {\n  let a = 1\n\n  let b = 2\n  let c = 3\n}\n"
    #expect(Documentation.contains(text, sample: ["let a = 1", "let b = 2"]))
    #expect(Documentation.contains(text, sample: ["struct A {", "// ...", "  let c = 3", "}"]))
    #expect(!Documentation.contains(text, sample: ["let a = 1", "let c = 3"]))
    #expect(!Documentation.contains(text, sample: ["let c = 3", "// ...", "let a = 1"]))
    #expect(!Documentation.contains(text, sample: []))
  }

  @Test func casesAreFound() {
    let source =
      "enum E {\n  case one\n  case two(a: Int)\n}\nswitch e {\n  case .one: f()\n  case .two(let a): g(a)\n}"
    #expect(Documentation.caseNames(in: source) == ["one", "two"])
  }

  @Test func samplesAreFound() {
    let page = "text\n<!-- from: Sources/A.swift -->\n\n```swift\nlet a = 1\n```\n\n```c\nint b;\n```\n"
    let samples = Documentation.samples(in: page)
    #expect(samples.map(\.path) == ["Sources/A.swift", nil])
    #expect(samples.map(\.language) == ["swift", "c"])
    #expect(samples.first?.code == ["let a = 1"])
  }
}
