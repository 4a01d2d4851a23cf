import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Another program, run to its end.
///
/// Foundation's `Process` waits through a run loop, which not every thread has.
struct ChildProcess {
  /// The exit code, or minus the signal that ended the program.
  var exitCode: Int32
  /// What it wrote; of much only the end.
  var output: [UInt8]

  var text: String { String(decoding: output, as: UTF8.self) }

  /// How much of a program's output is kept.
  static let maxOutput = 8 << 20

  /// Runs the program at `path` with an empty standard input, and returns when it has ended. Nil if it can't be
  /// started.
  ///
  /// - Parameter withErrors: Whether standard error belongs to the output, in order; it is dropped otherwise.
  static func run(_ path: String, _ arguments: [String], withErrors: Bool) -> ChildProcess? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    // Between these calls another thread's child may inherit the ends. It would only keep this one waiting longer.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    if withErrors {
      posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    }

    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + environment { free(word) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, path, &actions, nil, &words, &environment)
    close(ends[1])
    guard failure == 0 else { return nil }

    let output = readToEnd(ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    // The encoding of <sys/wait.h>, whose macros Swift does not see.
    let signal = status & 0x7f
    return ChildProcess(exitCode: signal == 0 ? status >> 8 & 0xff : -signal, output: output)
  }

  private static func readToEnd(_ descriptor: Int32) -> [UInt8] {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = read(descriptor, &buffer, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return output }
      if output.count + got > maxOutput { output.removeFirst(min(output.count, maxOutput / 2)) }
      output += buffer[..<got]
    }
  }
}
