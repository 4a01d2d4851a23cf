import Dispatch
import Outrigger
import Synchronization

/// Shows what a long operation does, on standard error. Nothing is shown in the first second. After it a terminal
/// gets one line that is rewritten a few times a second; anything else a line for every finished step.
final class ProgressPrinter: Sendable {
  private struct State {
    var step = ""
    var stepWatch = Stopwatch()
    /// Steps that were done before anything was shown.
    var pending: [String] = []
    var isLineOpen = false
    var isDone = false
  }

  private let watch = Stopwatch()
  private let state = Mutex(State())
  private let isSilent: Bool
  // SAFE: set once, before the object is shared; dispatch sources may be cancelled from any thread.
  private nonisolated(unsafe) let timer: (any DispatchSourceTimer)?

  init(quiet: Bool) {
    isSilent = quiet
    guard !quiet, Terminal.isErrorTerminal else {
      timer = nil
      return
    }
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    self.timer = timer
    timer.schedule(deadline: .now() + 1, repeating: 0.25)
    timer.setEventHandler { [weak self] in self?.refresh() }
    timer.resume()
  }

  /// For the SDK's progress parameters.
  func handle(_ event: ProgressEvent) {
    guard !isSilent else { return }
    state.withLock { state in
      switch event {
      case .began(let step):
        state.step = step
        state.stepWatch = Stopwatch()
      case .finished: state.pending.append("  \(event)")
      }
      guard watch.seconds > 1 else { return }
      clearLine(&state)
      for line in state.pending { Terminal.printError(line) }
      state.pending = []
    }
  }

  /// Ends the display; call before results are printed.
  func finish() {
    timer?.cancel()
    state.withLock { state in
      state.isDone = true
      clearLine(&state)
    }
  }

  private func refresh() {
    state.withLock { state in
      guard !state.isDone, !state.step.isEmpty else { return }
      clearLine(&state)
      for line in state.pending { Terminal.printError(line) }
      state.pending = []
      Terminal.writeError("\(state.step) .. \(Format.fixed(state.stepWatch.seconds, 1)) s")
      state.isLineOpen = true
    }
  }

  private func clearLine(_ state: inout State) {
    guard state.isLineOpen else { return }
    Terminal.writeError("\r\u{1b}[K")
    state.isLineOpen = false
  }
}
