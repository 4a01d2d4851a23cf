import Foundation
import Synchronization
import Testing

@testable import PluginHost

/// Builds small libraries and programs for tests, with the system's C compiler or the one that comes with Swift.
enum TestCompiler {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Where the package's sources are.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().resolvingSymlinksInPath()
  static let headerFolder = root.appendingPathComponent("Sources/COutriggerPlugin/include").path

  /// Libraries by what they were made from: each is built once a run.
  private static let built = Mutex<[String: [UInt8]]>([:])

  /// The bytes of a shared library.
  static func library(
    _ source: String, named name: String = "plugin.c", flags: [String] = []
  ) throws -> [UInt8] {
    let key = name + flags.joined(separator: " ") + source
    return try built.withLock { built in
      if let bytes = built[key] { return bytes }
      let bytes =
        name.hasSuffix(".swift")
        ? try product(
          of: source, named: name, by: try tool("swiftc"),
          arguments: [
            "-O", "-emit-library", "-static-stdlib", "-parse-as-library", "-module-name", "TestPlugin",
            "-import-objc-header", headerFolder + "/outrigger_plugin.h",
          ] + flags)
        : try product(
          of: source, named: name, by: try tool("cc", "clang"),
          arguments: [
            "-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-I", headerFolder,
          ] + flags)
      built[key] = bytes
      return bytes
    }
  }

  /// What a compiler makes of a source.
  static func product(of source: String, named name: String, by compiler: String, arguments: [String]) throws -> [UInt8]
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent(name)
    let output = folder.appendingPathComponent("product")
    try Data(source.utf8).write(to: input)
    let run = try execute([compiler] + arguments + [input.path, "-o", output.path])
    guard run.code == 0 else { throw Failure(description: "\(compiler) ended with \(run.code):\n\(run.output)") }
    return Array(try Data(contentsOf: output))
  }

  /// The first of these tools in `PATH`, or beside the Swift compiler.
  static func tool(_ names: String...) throws -> String {
    var folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    folders += folders.filter { FileManager.default.isExecutableFile(atPath: $0 + "/swiftc") }.map {
      URL(fileURLWithPath: $0 + "/swiftc").resolvingSymlinksInPath().deletingLastPathComponent().path
    }
    for name in names {
      if let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/" + name) }) {
        return folder + "/" + name
      }
    }
    throw Failure(description: "none of \(names) is in PATH")
  }

  /// Runs a program to its end; its two outputs together.
  static func execute(_ words: [String]) throws -> (code: Int32, output: String) {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: file) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let failure = posix_spawn(&process, words[0], &actions, nil, &arguments, environ)
    guard failure == 0 else { throw Failure(description: "\(words[0]): \(String(cString: strerror(failure)))") }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let output = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    return (status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f), output)
  }

  /// The worker's program, which the package manager puts beside the test bundle.
  static let worker: String? = {
    var candidates = CommandLine.arguments + [Bundle.main.executablePath].compactMap { $0 }
    if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      candidates.insert(program, at: 0)
    }
    return candidates.lazy
      .map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      .map { $0.appendingPathComponent("outrigger-plugin-worker").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()
}

/// Sessions of test plugins.
enum TestSession {
  static func options(
    memory: Int = 64 << 20, threads: Int = 2, deadlines: PluginDeadlines = PluginDeadlines(),
    log: (@Sendable (PluginLogLine) -> Void)? = nil
  ) throws -> PluginSessionOptions {
    PluginSessionOptions(
      memoryLimit: memory, threads: threads, deadlines: deadlines, workerPath: TestCompiler.worker,
      log: log)
  }

  static func library(_ flags: String...) throws -> PluginLibrary {
    try PluginLibrary(
      bytes: TestCompiler.library(TestPlugin.source, flags: flags), path: (["tiny"] + flags).joined(separator: " "))
  }

  static func worker(
    _ flags: String..., options: PluginSessionOptions? = nil
  ) throws -> WorkerSession {
    let library = try PluginLibrary(
      bytes: TestCompiler.library(TestPlugin.source, flags: flags), path: (["tiny"] + flags).joined(separator: " "))
    return try WorkerSession(library: library, options: try options ?? self.options())
  }

  static func supervisor(
    restarts: Int = 1, options: PluginSessionOptions? = nil
  ) throws -> PluginSupervisor {
    try PluginSupervisor(library: library(), options: try options ?? self.options(), restarts: restarts)
  }
}

/// Both kinds of session.
enum SessionKind: CaseIterable, Sendable {
  case worker, inProcess, supervised

  func session(options: PluginSessionOptions? = nil) throws -> any PluginSession {
    let options = try options ?? TestSession.options()
    switch self {
    case .worker: return try WorkerSession(library: TestSession.library(), options: options)
    case .inProcess: return try InProcessSession(library: TestSession.library(), options: options)
    case .supervised: return try PluginSupervisor(library: TestSession.library(), options: options)
    }
  }
}

/// The error that a call throws.
func failure<Result>(_ body: () throws(PluginError) -> Result) throws -> PluginError {
  do throws(PluginError) {
    _ = try body()
  } catch { return error }
  throw TestCompiler.Failure(description: "no error was thrown")
}
