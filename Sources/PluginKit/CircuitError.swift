/// Why a circuit cannot do what the host asks. The text is shown to people.
public enum CircuitError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The input is none of the function's: the guest's fault.
  case badInput(String)
  /// A parameter or argument without meaning.
  case badArgument(String)
  /// More memory, rows or bytes than there may be.
  case limit(String)
  /// The host has called the work off.
  case cancelled
  case unsupported(String)
  /// A fault of the circuit's own.
  case fault(String)

  public var description: String {
    switch self {
    case .badInput(let text): "bad input: \(text)"
    case .badArgument(let text): "bad argument: \(text)"
    case .limit(let text): "limit: \(text)"
    case .cancelled: "cancelled"
    case .unsupported(let text): "unsupported: \(text)"
    case .fault(let text): "fault of the plugin: \(text)"
    }
  }

  /// As the plugin header numbers results.
  var status: outrigger_status {
    switch self {
    case .badInput: Status.badInput
    case .badArgument: Status.badArgument
    case .limit: Status.limit
    case .cancelled: Status.cancelled
    case .unsupported: Status.unsupported
    case .fault: Status.internal
    }
  }
}

/// The results of the plugin header, whose macros Swift does not see.
enum Status {
  static let ok: outrigger_status = 0
  static let tooSmall: outrigger_status = 1
  static let badArgument: outrigger_status = 2
  static let badInput: outrigger_status = 3
  static let unsupported: outrigger_status = 4
  static let limit: outrigger_status = 5
  static let cancelled: outrigger_status = 6
  static let `internal`: outrigger_status = 7
}
