import CPluginRuntime
import Glibc

/// A worker's process: its channel, what it prints, and its end.
final class WorkerProcess {
  let channel: Int32
  private let errors: Int32
  private var process: pid_t
  /// Set once the process has ended and its status is known.
  private(set) var status: Int32?

  init(path: String, arena: SessionArena, library: PluginLibrary?) throws(PluginError.Reason) {
    var ends: [Int32] = [-1, -1]
    var pipe: [Int32] = [-1, -1]
    var failure = opr_channel(&ends)
    guard failure == 0 else { throw .workerFailed("no channel: \(systemWords(failure))") }
    failure = opr_pipe(&pipe)
    guard failure == 0 else {
      close(ends[0])
      close(ends[1])
      throw .workerFailed("no pipe: \(systemWords(failure))")
    }
    process = 0
    channel = ends[0]
    errors = pipe[0]
    failure = opr_spawn(path, ends[1], arena.descriptor, library?.descriptor ?? -1, pipe[1], &process)
    close(ends[1])
    close(pipe[1])
    guard failure == 0 else {
      // The descriptors that this object holds are closed when it goes.
      status = 0
      throw .workerFailed("\(path): \(systemWords(failure))")
    }
  }

  deinit {
    if status == nil { end() }
    close(channel)
    close(errors)
  }

  var identifier: pid_t { process }

  /// Kills the process, unless it has ended, and waits for it.
  func end() {
    guard status == nil else { return }
    kill(process, SIGKILL)
    reap(waiting: true)
  }

  /// Waits for a process that has closed its channel; kills it where that takes too long.
  func awaitEnd() {
    let start = ContinuousClock.now
    while status == nil, start.duration(to: .now) < .seconds(5) {
      reap(waiting: false)
      if status == nil { usleep(1000) }
    }
    end()
  }

  private func reap(waiting: Bool) {
    var found: Int32 = 0
    while true {
      let result = waitpid(process, &found, waiting ? 0 : WNOHANG)
      if result == process {
        status = found
        return
      }
      if result < 0, errno == EINTR { continue }
      // Somebody else has taken the status, as a host that ignores its children does.
      if result < 0 { status = 0 }
      return
    }
  }

  /// The end of what the process has printed.
  func lastWords() -> String {
    var kept: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    // The pipe holds 64 KiB.
    for _ in 0..<32 {
      let got = read(errors, &block, block.count)
      guard got > 0 else { break }
      kept = (kept + block[..<got]).suffix(4096)
    }
    return SessionArena.printable(kept).trimmingSuffixWhitespace()
  }
}

extension String {
  fileprivate func trimmingSuffixWhitespace() -> String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
