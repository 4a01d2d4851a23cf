import Dispatch
import Synchronization

/// How many threads a computation may use, and the parallel loop that uses them.
public struct Workers: Sendable {
  /// At least 1.
  public let count: Int

  public init(_ count: Int) { self.count = Swift.max(count, 1) }

  /// Runs `body` once for each index below `iterations`, on up to `count` threads, and returns when all are done.
  /// Indices are handed out in increasing order. `body` must tolerate concurrent calls.
  public func forEach(_ iterations: Int, _ body: @Sendable (Int) -> Void) {
    let width = Swift.min(count, iterations)
    guard width > 1 else {
      for i in 0..<Swift.max(iterations, 0) { body(i) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: width) { _ in
      while true {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard i < iterations else { return }
        body(i)
      }
    }
  }

  /// Splits `0 ..< count` into ranges of at most `grain` and runs `body` on each.
  public func forEachRange(_ total: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let step = Swift.max(grain, 1)
    forEach((total + step - 1) / step) { i in body(i * step..<Swift.min((i + 1) * step, total)) }
  }

  /// The sum over all ranges of the `width` extension elements that `body` adds to the zeros it is given.
  /// Deterministic: addition is exact.
  public func sums(
    _ total: Int, grain: Int, width: Int, _ body: @Sendable (Range<Int>, inout [Ext4]) -> Void
  ) -> [Ext4] {
    let result = Mutex([Ext4](repeating: .zero, count: width))
    forEachRange(total, grain: grain) { range in
      var part = [Ext4](repeating: .zero, count: width)
      body(range, &part)
      result.withLock { sums in
        for i in 0..<width { sums[i] += part[i] }
      }
    }
    return result.withLock { $0 }
  }

  /// The sum over all ranges of what `body` returns.
  public func sum(_ total: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Ext4) -> Ext4 {
    sums(total, grain: grain, width: 1) { range, sums in sums[0] = body(range) }[0]
  }
}
