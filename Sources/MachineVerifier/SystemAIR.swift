/// The AIRs that a verifier of segments knows by their place in the key: those with a commitment or with public
/// values. The four are required: a segment proof without one of them is no segment proof (chapter 20, section 6.2).
public enum SystemAIR: Int, CaseIterable, Sendable {
  /// Cached main: the program.
  case program
  /// Public values: initial pc, final pc, exit code, whether the run ends here.
  case connector
  /// The first and last words of memory.
  case boundary
  /// Public values: root of memory before, 8, and after, 8.
  case merkle

  /// How many public values the AIR has.
  public var publicValueCount: Int {
    switch self {
    case .program, .boundary: 0
    case .connector: 4
    case .merkle: 16
    }
  }

  /// Number of cached main parts.
  public var cachedMainCount: Int { self == .program ? 1 : 0 }
}

/// The exit code that a segment shows when the run goes on in the next one.
public let suspendedExitCode: UInt32 = 42
