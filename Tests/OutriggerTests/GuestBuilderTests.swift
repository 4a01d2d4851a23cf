import Foundation
import TestSupport
import Testing

@testable import Outrigger

/// Guests are built by the toolchain alone, and what goes wrong is said.
struct GuestBuilderTests {
  @Test func theToolsetAsksForTheMachine() throws {
    let json = try JSON(parsing: Data(GuestToolset(lazyObjects: ["tables.o"]).json))
    #expect(json["schemaVersion"].string == "1.0")
    func options(_ tool: String) -> [String] { json[tool]["extraCLIOptions"].array.compactMap(\.string) }
    #expect(options("swiftCompiler").contains("Embedded"))
    #expect(options("swiftCompiler").contains("guest_trap"))
    #expect(options("swiftCompiler").contains("-lto=llvm-full"))
    // Neither compressed nor atomic instructions.
    #expect(options("cCompiler").contains("-march=rv32im"))
    #expect(options("linker").contains("-Ttext=0x200800"))
    #expect(options("linker").contains("--lto-newpm-passes=function(lower-atomic),lto<O2>"))
    #expect(options("linker").suffix(3) == ["--start-lib", "tables.o", "--end-lib"])
  }

  @Test func refusesAFolderWithoutManifest() throws {
    let scratch = try ScratchDirectory()
    #expect { try GuestBuilder(directory: scratch.path).build() } throws: { error in
      if case GuestBuildError.noPackage(scratch.path) = error { true } else { false }
    }
  }

  @Test func refusesAToolchainThatIsNone() throws {
    let guest = try SampleGuest(language: .swift)
    let text = try guest.scratch.file("swift", text: "no program")
    for path in ["/nowhere/swift", text] {
      #expect { try GuestBuilder(directory: guest.path, swift: path).build() } throws: { error in
        if case GuestBuildError.swiftDoesNotRun(path) = error { true } else { false }
      }
    }
    let run = try CommandLineTool.run(
      ["build", guest.path, "--json"], environment: ["PATH": guest.scratch.path + "/nothing"])
    #expect(run.exitCode == 2)
    #expect(try run.json["error"]["kind"].string == "no_swift")
  }

  @Test func reportsABrokenManifest() throws {
    let guest = try SampleGuest(language: .swift)
    try guest.replace(
      "Package.swift", with: "// swift-tools-version: 6.2\nimport PackageDescription\nlet package = 1\n")
    #expect { try GuestBuilder(directory: guest.path).build() } throws: { error in
      if case GuestBuildError.unusableManifest(_, let output) = error { !output.isEmpty } else { false }
    }
  }

  @Test func reportsWhatTheCompilerSays() throws {
    let guest = try SampleGuest(language: .c)
    try guest.replace("Sources/sample/main.c", with: "int main(void) { return undeclared_name; }\n")
    #expect { try GuestBuilder(directory: guest.path).build() } throws: { error in
      guard case GuestBuildError.buildFailed(_, let code, let output) = error else { return false }
      return code != 0 && output.contains("undeclared_name")
    }
  }

  @Test func refusesExecutablesThatAreNotThere() throws {
    let guest = try SampleGuest(language: .c)
    #expect { try GuestBuilder(directory: guest.path, product: "other").build() } throws: { error in
      if case GuestBuildError.noExecutable(_, "other", ["sample"]) = error { true } else { false }
    }
  }

  @Test("A guest that compares strings gets the Unicode tables, and building again changes nothing")
  func linksUnicodeTables() throws {
    let guest = try SampleGuest(language: .swift)
    try guest.replace(
      "Sources/sample/Main.swift",
      with: """
        import GuestKit

        @main
        struct Main {
          static func main() {
            let text = String(decoding: readInput(), as: UTF8.self)
            Guest.require(text == "cafe\u{301}" && text.count == 4, "another word")
          }
        }
        """)
    let first = try GuestBuilder(directory: guest.path).build()
    let made = try FileManager.default.contentsOfDirectory(atPath: "\(guest.path)/.build/outrigger")
    #expect(made.contains { $0.hasPrefix("unicode-") && $0.hasSuffix(".o") })
    let bytes = try ArtefactFile.read(first.path, limit: GuestFile.limit)
    let second = try GuestBuilder(directory: guest.path).build()
    #expect(try ArtefactFile.read(second.path, limit: GuestFile.limit) == bytes)
  }

  @Test("Both kinds of new guest build, with instructions of the machine only", arguments: GuestLanguage.allCases)
  func buildsNewGuests(language: GuestLanguage) throws {
    let guest = try SampleGuest(language: language)
    let build = try GuestBuilder(directory: guest.path).build()
    #expect(build.name == "sample")
    let elf = try ArtefactFile.read(build.path, limit: GuestFile.limit)
    #expect(build.bytes == elf.count)
    #expect(elf.starts(with: [0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]))  // ELF, 32 bits, little-endian
    #expect(elf[18] == 243)  // RISC-V
  }
}

/// A new guest in a folder that goes away with the object.
private struct SampleGuest {
  let scratch: ScratchDirectory
  let path: String

  init(language: GuestLanguage) throws {
    scratch = try ScratchDirectory()
    path = try GuestTemplate(name: "sample", language: language).write(in: scratch.path)
  }

  func replace(_ file: String, with text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
  }
}
