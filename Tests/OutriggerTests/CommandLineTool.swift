import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The built executable, run as a process.
enum CommandLineTool {
  struct Run {
    var exitCode: Int32
    var output: String
    var errors: String
    /// Standard output as JSON; null when it is none.
    var json: JSON { get throws { try JSON(parsing: Data(output.utf8)) } }
  }

  /// The executable, which the package manager puts beside the test bundle.
  static let path: String? = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    var candidates = [Bundle.main.executablePath].compactMap { $0 } + CommandLine.arguments
    if length > 0 {
      candidates.insert(String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self), at: 0)
    }
    return candidates.lazy
      .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("outrigger").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Runs the tool with `arguments`. With `memoryLimit`, in bytes, the process gets no more address space.
  static func run(
    _ arguments: [String], memoryLimit: Int? = nil, environment: [String: String] = [:]
  ) throws -> Run {
    let tool = try #require(path, "the executable 'outrigger' must stand beside the test bundle")
    var words = [tool] + arguments
    if let memoryLimit {
      words = ["/bin/sh", "-c", "ulimit -v \(memoryLimit >> 10); exec \"$0\" \"$@\"", tool] + arguments
    }
    let scratch = try ScratchDirectory()
    let exitCode = try spawn(
      words, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
      output: scratch.path + "/out", errors: scratch.path + "/err")
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: scratch.url.appendingPathComponent(name)), as: UTF8.self)
    }
    return Run(
      exitCode: exitCode, output: try text("out"), errors: try text("err"))
  }

  static func run(_ arguments: String...) throws -> Run { try run(arguments) }

  /// Runs a process with its streams in files, so that neither can block the other. The exit code, or minus the
  /// signal that ended it. (Foundation's `Process` waits through a run loop, which the test threads do not have.)
  private static func spawn(
    _ words: [String], environment: [String: String], output: String, errors: String
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child = pid_t()
    let failure = posix_spawn(&child, words[0], &actions, nil, &argv, &envp)
    try #require(failure == 0, "cannot start \(words[0])")
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
  }
}

/// A case of the vectors that every clone has.
struct VectorCase {
  let directory: String
  var parameters: String { directory + "/params.json" }
  var key: String { directory + "/vk.postcard.bin" }
  var proof: String { directory + "/proof.bin" }
  var traces: String { directory + "/traces.json" }

  init(_ name: String) throws {
    directory = try #require(Vectors.url("vectors/proofs/\(name)")).path
  }

  func verifyArguments(
    parameters: String? = nil, key: String? = nil, proof: String? = nil
  ) -> [String] {
    [
      "stark", "verify", "--params", parameters ?? self.parameters, "--vk", key ?? self.key, "--proof",
      proof ?? self.proof,
    ]
  }

  func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
}
