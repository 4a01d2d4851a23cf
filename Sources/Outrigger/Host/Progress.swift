/// What a long operation reports while it runs.
public enum ProgressEvent: Sendable, CustomStringConvertible {
  /// A step starts.
  case began(String)
  /// A step is done.
  case finished(String, seconds: Double)

  public var description: String {
    switch self {
    case .began(let step): "\(step) .."
    case .finished(let step, let seconds): "\(step): \(Self.format(seconds)) s"
    }
  }

  private static func format(_ seconds: Double) -> String {
    let milliseconds = Int((seconds * 1000).rounded())
    let fraction = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
