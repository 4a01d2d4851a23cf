import AIR
import Algebra
import Foundation
import Testing

@testable import PluginHost

/// New plugins are written whole and never over something else; one in C builds, and its circuit holds.
struct PluginTemplateTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A folder that passes for PluginKit's.
  private static func kit(in folder: ManifestFolder) throws -> String {
    try folder.write("a \"kit\"/Package.swift", text: "")
    return folder.file("a \"kit\"")
  }

  @Test(arguments: PluginLanguage.allCases)
  func writesAFolder(language: PluginLanguage) throws {
    let folder = try ManifestFolder()
    let template = try PluginTemplate(name: "my_plugin", language: language, kit: try Self.kit(in: folder))
    try FileManager.default.createDirectory(atPath: folder.file("new"), withIntermediateDirectories: false)
    let path = try template.write(in: folder.file("new"))
    #expect(path == folder.file("new/my_plugin"))
    for file in template.files {
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file.path)")) == Data(file.bytes), "\(file.path)")
      let text = String(decoding: file.bytes, as: UTF8.self)
      for place in ["@NAME@", "@ID@", "@LIBRARY@", "@KIT@"] { #expect(!text.contains(place), "\(file.path)") }
      #expect(text.hasSuffix("\n") && !text.contains("\0"), "\(file.path)")
    }
    let names = Set(template.files.map(\.path))
    #expect(names.isSuperset(of: ["README.md", ".gitignore", "exports.map", "outrigger.toml"]))
    #expect(names.contains(language == .swift ? "Sources/Plugin/Circuit.swift" : "plugin.c"))
    // Nothing of the way there is left.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("new")) == ["my_plugin"])

    let manifest = try Manifest(path: "\(path)/outrigger.toml")
    #expect(manifest.deferrals.map(\.circuit) == ["com.example.my-plugin"])
    #expect(manifest.deferrals.map(\.plugin) == [template.library])
    #expect(manifest.app.name == "my_plugin")
  }

  @Test func headersAreThoseOfTheSources() throws {
    let files = try PluginTemplate(name: "a", language: .c).files
    for header in ["outrigger_plugin.h", "outrigger_air.h"] {
      let source = Self.root.appendingPathComponent("Sources/COutriggerPlugin/include/\(header)")
      let carried = try #require(files.first { $0.path == "include/\(header)" })
      #expect(try Data(contentsOf: source) == Data(carried.bytes), "\(header)")
    }
  }

  @Test func kitIsNamedByItsWholePath() throws {
    let folder = try ManifestFolder()
    let kit = try Self.kit(in: folder)
    let template = try PluginTemplate(name: "a", language: .swift, kit: "\(kit)/../a \"kit\"")
    let package = try #require(template.files.first { $0.path == "Package.swift" })
    let resolved = folder.url.resolvingSymlinksInPath().path
    #expect(String(decoding: package.bytes, as: UTF8.self).contains("path: \"\(resolved)/a \\\"kit\\\"\""))
    #expect(throws: PluginTemplateError.noKit(path: folder.path)) {
      try PluginTemplate(name: "a", language: .swift, kit: folder.path)
    }
  }

  @Test func refusesWhatExists() throws {
    let folder = try ManifestFolder()
    try folder.write("plugin-a", text: "something else")
    let template = try PluginTemplate(name: "plugin-a", language: .c)
    #expect(throws: PluginTemplateError.exists(path: folder.file("plugin-a"))) { try template.write(in: folder.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plugin-a"])
    #expect(throws: PluginTemplateError.self) { try template.write(in: folder.file("nowhere")) }
    #expect(!FileManager.default.fileExists(atPath: folder.file("nowhere")))
  }

  @Test(arguments: [
    "", "9lives", "-x", "_x", "a b", "a/b", "../a", "a.b", "é", "Kit", "pluginkit", "AIR", "plugin",
    String(repeating: "a", count: 65), "a\n", "a\"", "a@NAME@",
  ])
  func refusesBadNames(name: String) {
    #expect { try PluginTemplate(name: name, language: .c) } throws: { error in
      if case PluginTemplateError.invalidName(name, _) = error { true } else { false }
    }
  }

  @Test(arguments: ["a", "my-plugin", "NAME", "my_plugin2", String(repeating: "a", count: 64)])
  func takesGoodNames(name: String) throws {
    let template = try PluginTemplate(name: name, language: .c)
    #expect(template.name == name)
    #expect(template.library == "lib\(name).so")
    #expect(DeferralEntry.circuitID(template.circuitID) != nil)
  }

  // MARK: The circuit

  /// Where a program is, by PATH.
  private static func program(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
  private static let tools = program("make").flatMap { make in
    (program("clang") ?? program("cc")).map { (make: make, compiler: $0) }
  }

  /// Builds a new plugin and gives the path of its library.
  private static func build(_ language: PluginLanguage, in folder: ManifestFolder) throws -> String {
    let kit = root.appendingPathComponent("Plugins/Kit").path
    let template = try PluginTemplate(name: "sum", language: language, kit: kit)
    let path = try template.write(in: folder.path)
    let process = Process()
    switch language {
    case .c:
      let tools = try #require(tools)
      process.executableURL = URL(fileURLWithPath: tools.make)
      process.arguments = [
        "-C", path, "CC=\(tools.compiler)",
        "CFLAGS=-std=c11 -O2 -Wall -Wextra -Wpedantic -Werror -fPIC -fvisibility=hidden -Iinclude",
      ]
    case .swift:
      process.executableURL = URL(fileURLWithPath: try #require(program("swift")))
      process.arguments = ["build", "-c", "release", "--package-path", path]
    }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return "\(path)/\(template.library)"
  }

  @Test(.enabled(if: tools != nil, "needs make and a C compiler"))
  func pluginInCBuildsAndItsCircuitHolds() throws {
    let folder = try ManifestFolder()
    try Self.check(try Self.build(.c, in: folder))
  }

  // Builds the kit as well, which takes minutes.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["OUTRIGGER_SLOW_TESTS"] != nil, "only with OUTRIGGER_SLOW_TESTS"))
  func pluginInSwiftBuildsAndItsCircuitHolds() throws {
    let folder = try ManifestFolder()
    try Self.check(try Self.build(.swift, in: folder))
  }

  private static func check(_ library: String) throws {
    let inspection = try LibraryInspection(path: library)
    #expect(inspection.warnings == [])
    #expect(inspection.needed.allSatisfy { !$0.hasPrefix("libswift") }, "\(inspection.needed)")

    let plugin = try #require(LoadedPlugin(library))
    #expect(plugin.circuitID == "com.example.sum")
    #expect(try plugin.evaluate([]) == [0, 0, 0, 0, 0, 0, 0, 0])
    #expect(try plugin.evaluate([200, 100]) == [44, 1, 0, 0, 0, 0, 0, 0])
    let bytes = try plugin.airBytes()
    #expect(try plugin.airBytes() == bytes)
    let set = try AIRSet(decoding: bytes)
    let air = try #require(set.airs.first?.air)
    #expect(set.usesStandardIO && set.airs.count == 1)

    let inputs = [[1, 2, 3], [], Array(repeating: 255, count: 100), [0], Array(0..<16)].map { $0.map { UInt8($0) } }
    let calls = try inputs.map { (input: $0, output: try plugin.evaluate($0)) }
    let trace = try plugin.trace(inputs, width: air.width.commonMain)
    func report(_ calls: [(input: [UInt8], output: [UInt8])], _ trace: FieldMatrix) throws -> TraceReport {
      try TraceChecker([AIRInstance(air: air, commonMain: trace)] + StatedCalls.instances(calls)).check()
    }
    let honest = try report(calls, trace)
    #expect(honest.isSatisfied, "\(honest)")

    // Another output, another input, a call less and a call more: the buses do not balance.
    var forged = calls
    forged[0].output[0] += 1
    #expect(try !report(forged, trace).isSatisfied)
    forged = calls
    forged[2].input[50] = 254
    #expect(try !report(forged, trace).isSatisfied)
    #expect(try !report(Array(calls.dropLast()), trace).isSatisfied)
    #expect(try !report(calls + [calls[0]], trace).isSatisfied)
    // Every cell that says something does: changed, some constraint or bus breaks.
    let length = 5  // LENGTH is free in rows that are not a call's first
    for row in 0..<trace.height {
      for column in 0..<trace.width {
        let isFirst = trace[row: row, column: 1] == .one
        let isActive = trace[row: row, column: 0] == .one
        let isLast = trace[row: row, column: 2] == .one
        let isOutput = column >= trace.width - 3
        let isFree =
          column == length ? !isFirst : isOutput ? !isLast : !isActive && column >= 4 && !(7..<15).contains(column)
        let cell = trace[row: row, column: column]
        trace[row: row, column: column] = cell + .one
        let satisfied = try report(calls, trace).isSatisfied
        #expect(satisfied == isFree, "row \(row), column \(column)")
        trace[row: row, column: column] = cell
      }
    }
  }
}
