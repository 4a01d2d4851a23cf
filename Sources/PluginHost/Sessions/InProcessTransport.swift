import CPluginRuntime
import Dispatch

/// The dispatcher in this process. A plugin that crashes takes the process along; a deadline only asks it to give up.
final class InProcessTransport: PluginTransport, @unchecked Sendable {
  // SAFE: the session carries out one exchange at a time, and `shutDown` when none is under way.
  let arena: SessionArena
  private var dispatcher: OpaquePointer?

  init(library: PluginLibrary, options: PluginSessionOptions) throws(TransportFailure) {
    do throws(PluginError.Reason) {
      arena = try SessionArena(dataBytes: options.memoryLimit)
    } catch { throw TransportFailure(reason: error) }
    let made = opr_create(
      arena.base, UInt64(arena.byteCount), UInt64(max(options.memoryLimit, 0)), UInt32(options.threads))
    guard let made else { throw TransportFailure(reason: .workerFailed("out of memory")) }
    var response = opr_response()
    opr_open(made, library.residentDescriptor(), &response)
    if Int(response.outcome) == OPR_DONE { opr_start(made, &response) }
    guard Int(response.outcome) == OPR_DONE else {
      let failure = reason(for: response, words: arena.errorWords() ?? "")
      opr_destroy(made)
      throw TransportFailure(reason: failure)
    }
    dispatcher = made
  }

  deinit { opr_destroy(dispatcher) }

  func exchange(_ request: opr_request, limits: ExchangeLimits) throws(TransportFailure) -> Exchange {
    guard let dispatcher else { throw TransportFailure(reason: .closed) }
    let arena = arena
    let sequence = request.sequence
    let start = ContinuousClock.now
    let watchdog = DispatchWorkItem { opr_cancel(arena.base, sequence) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limits.seconds, execute: watchdog)
    defer { watchdog.cancel() }
    var request = request
    var exchange = Exchange(response: opr_response())
    opr_carry_out(dispatcher, &request, &exchange.response)
    exchange.isLate = start.duration(to: .now) > .seconds(limits.seconds)
    return exchange
  }

  func shutDown() {
    opr_destroy(dispatcher)
    dispatcher = nil
  }
}
