import Foundation
import Testing

@testable import PluginHost

/// The plugin in `Broken/broken.c`: correct, or broken in one way.
enum BrokenPlugin {
  static let word = "dev.outrigger.tests.word"
  static let echo = "dev.outrigger.tests.echo"

  /// The library with a macro `BROKEN_...`, from the name of a check; correct without.
  static func library(_ check: ConformanceCheck? = nil, flag: String? = nil) throws -> PluginLibrary {
    let source = try String(
      contentsOf: TestCompiler.root.appendingPathComponent("Tests/PluginHostTests/Broken/broken.c"), encoding: .utf8)
    // Lazy binding, so that what is missing shows only to a loader that binds at once.
    var flags = ["-Wl,-z,lazy"]
    if let check {
      flags.append("-DBROKEN_" + check.rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined())
    }
    if let flag { flags.append(flag) }
    return try PluginLibrary(
      bytes: TestCompiler.library(source, named: "broken.c", flags: flags),
      path: check.map { "broken \($0.rawValue)" } ?? "correct")
  }

  static func subject(_ circuit: String) -> ConformanceSubject {
    var subject = ConformanceSubject(circuit: circuit)
    subject.memoryLimit = 256 << 20
    subject.callSeconds = 10
    return subject
  }

  /// Another implementation of the word circuit's function, in a folder of its own.
  struct Oracle {
    let folder: URL
    let function: ForeignFunction

    init(role: ForeignFunction.Role = .oracle) throws {
      let source = """
        #include <stdint.h>
        #include <string.h>
        int outrigger_tests_first_word(const uint8_t *input, uint64_t length, uint8_t *output) {
          if (length < 8 || length > 512 || length % 8 != 0) return 1;
          memcpy(output, input, 8);
          return 0;
        }
        """
      let bytes = try TestCompiler.product(
        of: source, named: "oracle.c", by: TestCompiler.tool("cc", "clang"), arguments: ["-shared", "-fPIC", "-O1"])
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("outrigger-oracle-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let path = folder.appendingPathComponent("liboracle.so")
      try Data(bytes).write(to: path)
      function = try ForeignFunction(
        role: role, library: path.path, symbol: "outrigger_tests_first_word",
        arguments: ["in.ptr", "in.len:u64", "out.ptr"], returns: "i32:==0", output: .fixed(8), maxInputBytes: 512)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
  }

  static func options() throws -> ConformanceOptions {
    var options = ConformanceOptions()
    options.workerPath = try #require(TestCompiler.worker)
    return options
  }
}
