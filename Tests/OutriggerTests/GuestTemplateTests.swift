import Foundation
import Testing

@testable import Outrigger

/// New guests are written whole, with a copy of GuestKit, and never over something else.
struct GuestTemplateTests {
  /// The checkout's root.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func theCarriedKitIsThatOfTheSources() throws {
    let folder = Self.root.appendingPathComponent("Sources/GuestKit")
    let walker = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey]))
    var paths: Set<String> = []
    for case let url as URL in walker {
      if url.lastPathComponent == ".build" { walker.skipDescendants() }
      guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
      paths.insert(String(url.path.dropFirst(folder.path.count + 1)))
    }
    #expect(Set(GuestKitFiles.all.map(\.path)) == paths)
    for file in GuestKitFiles.all {
      #expect(try Data(contentsOf: folder.appendingPathComponent(file.path)) == Data(file.bytes), "\(file.path)")
    }
  }

  @Test(arguments: GuestLanguage.allCases)
  func writesAPackage(language: GuestLanguage) throws {
    let scratch = try ScratchDirectory()
    let template = try GuestTemplate(name: "my-guest", language: language)
    let path = try template.write(in: scratch.path)
    #expect(path == scratch.path + "/my-guest")
    for file in template.files {
      #expect(try ArtefactFile.read("\(path)/\(file.path)", limit: 1 << 20) == file.bytes, "\(file.path)")
    }
    let names = Set(template.files.map(\.path))
    #expect(names.isSuperset(of: ["Package.swift", ".gitignore", "README.md", "GuestKit/Package.swift"]))
    #expect(names.contains(language == .swift ? "Sources/my-guest/Main.swift" : "Sources/my-guest/main.c"))
    // Nothing of the way there is left.
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["my-guest"])
  }

  @Test func refusesWhatExists() throws {
    let scratch = try ScratchDirectory()
    let occupied = try scratch.file("guest", text: "something else")
    let template = try GuestTemplate(name: "guest", language: .swift)
    #expect { try template.write(in: scratch.path) } throws: { error in
      if case GuestTemplateError.exists(occupied) = error { true } else { false }
    }
    #expect(try String(contentsOfFile: occupied, encoding: .utf8) == "something else")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["guest"])
  }

  @Test func refusesAMissingDirectory() throws {
    let scratch = try ScratchDirectory()
    #expect(throws: GuestTemplateError.self) {
      try GuestTemplate(name: "guest", language: .swift).write(in: scratch.path + "/nowhere")
    }
  }

  @Test(arguments: [
    "", "9lives", "-x", "_x", "a b", "a/b", "../a", "a.b", "é", "Swift", "guestkit", "CGuestKit", "main",
    String(repeating: "a", count: 65), "a\n", "a\"",
  ])
  func refusesBadNames(name: String) {
    #expect { try GuestTemplate(name: name, language: .swift) } throws: { error in
      if case GuestTemplateError.invalidName(name, _) = error { true } else { false }
    }
  }

  @Test(arguments: ["a", "my-guest", "my_guest2", "Guest", String(repeating: "a", count: 64)])
  func takesGoodNames(name: String) throws {
    #expect(try GuestTemplate(name: name, language: .c).name == name)
  }

  @Test("The command says what it wrote, and refuses with exit code 2")
  func command() throws {
    let scratch = try ScratchDirectory()
    let run = try CommandLineTool.run("new", "guest", "one", "--directory", scratch.path, "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try run.json["path"].string == scratch.path + "/one")
    let again = try CommandLineTool.run("new", "guest", "one", "--c", "--directory", scratch.path, "--json")
    #expect(again.exitCode == 2)
    #expect(try again.json["error"]["kind"].string == "exists")
    let bad = try CommandLineTool.run("new", "guest", "1", "--directory", scratch.path, "--json")
    #expect(bad.exitCode == 2)
    #expect(try bad.json["error"]["kind"].string == "invalid_name")
  }
}
