/// Elapsed wall-clock time.
public struct Stopwatch: Sendable {
  private let start = ContinuousClock.now

  public init() {}

  /// Seconds since the stopwatch was made.
  public var seconds: Double {
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }

  /// The seconds that `body` takes.
  public static func measure(_ body: () -> Void) -> Double {
    let watch = Stopwatch()
    body()
    return watch.seconds
  }
}
