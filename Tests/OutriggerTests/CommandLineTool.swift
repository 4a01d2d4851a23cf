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
    if length > 0 { candidates.insert(String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self), at: 0) }
    return candidates.lazy
      .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("outrigger").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Runs the tool with `arguments`. With `memoryLimit`, in bytes, the process gets no more address space.
  static func run(
    _ arguments: [String], memoryLimit: Int? = nil, environment: [String: String] = [:]
  ) throws -> Run {
    let tool = try #require(path, "the executable 'outrigger' must stand beside the test bundle")
    let process = Process()
    if let memoryLimit {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "ulimit -v \(memoryLimit >> 10); exec \"$0\" \"$@\"", tool] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: tool)
      process.arguments = arguments
    }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    // Files and not pipes: neither stream can block the other.
    let scratch = try ScratchDirectory()
    let streams = try ["out", "err"].map { name in
      try #require(FileHandle(forWritingAtPath: scratch.file(name, [])))
    }
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: scratch.url.appendingPathComponent(name)), as: UTF8.self)
    }
    return Run(
      exitCode: process.terminationReason == .exit ? process.terminationStatus : -1, output: try text("out"),
      errors: try text("err"))
  }

  static func run(_ arguments: String...) throws -> Run { try run(arguments) }
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
