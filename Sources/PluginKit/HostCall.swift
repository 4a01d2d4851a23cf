/// A call of the host's under way, and what the host offers during it.
///
/// Valid until the function that it was handed to returns.
public struct HostCall: @unchecked Sendable {
  // SAFE: the host's services may be used from any thread that the host runs bodies of `forEach` on.
  private let host: outrigger_host_v1
  private let call: OpaquePointer?

  init(host: outrigger_host_v1, call: OpaquePointer?) {
    self.host = host
    self.call = call
  }

  /// Without a host: nothing is logged or cancelled, and loops run one after the other. For an author's own tests.
  public static let local = HostCall(host: outrigger_host_v1(), call: nil)

  public enum Severity: UInt32, Sendable { case debug, info, warning, error }

  /// Writes a line to the host's log.
  public func log(_ severity: Severity, _ message: String) {
    guard let log = host.log else { return }
    message.withText { log(call, severity.rawValue, $0) }
  }

  /// Says why the function is going to fail; the first time counts.
  func fail(_ message: String, file: String, line: UInt32) {
    guard let fail = host.fail else { return }
    file.withText { file in message.withText { fail(call, file, line, $0) } }
  }

  /// Whether the work should be given up. Costs a read of memory.
  public var isCancelled: Bool {
    guard let cancelled = host.cancelled else { return false }
    return cancelled(call) != 0
  }

  /// Throws `CircuitError.cancelled` if the work should be given up.
  public func checkCancellation() throws(CircuitError) {
    if isCancelled { throw .cancelled }
  }

  /// Tells how far the function has come.
  public func progress(_ done: Int, of total: Int) {
    guard let progress = host.progress else { return }
    progress(call, UInt64(clamping: done), UInt64(clamping: total))
  }

  /// Runs `body` once for each index below `count`, in any order, on as many threads as the host has, and returns when
  /// all are done.
  public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    guard count > 1, let parallelFor = host.parallel_for else {
      for index in 0..<max(count, 0) { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let box = LoopBody(run: body)
      withExtendedLifetime(box) {
        // SAFE: the box outlives the loop, which has ended when `parallel_for` returns.
        let user = Unmanaged.passUnretained(box).toOpaque()
        parallelFor(
          call, UInt64(count),
          { index, user in
            guard let user else { return }
            Unmanaged<LoopBody>.fromOpaque(user).takeUnretainedValue().run(Int(truncatingIfNeeded: index))
          }, user)
      }
    }
  }

  /// The Poseidon2 permutation of width 16 on each 16 elements; their number is a multiple of 16.
  public func permute(_ states: [BabyBear]) throws(CircuitError) -> [BabyBear] {
    guard let permute = host.poseidon2_permute, states.count.isMultiple(of: 16) else {
      throw .fault("the host permutes no \(states.count) elements")
    }
    var cells = states.map(\.canonical)
    let count = UInt64(cells.count / 16)
    cells.withUnsafeMutableBufferPointer { permute(call, $0.baseAddress, count) }
    return cells.map { BabyBear($0) }
  }
}

private final class LoopBody: Sendable {
  let run: @Sendable (Int) -> Void
  init(run: @escaping @Sendable (Int) -> Void) { self.run = run }
}
