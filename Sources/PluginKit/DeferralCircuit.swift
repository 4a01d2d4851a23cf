@_exported import AIR
@_exported import Algebra
@_exported import COutriggerPlugin

/// A deferral function and the circuit that proves it: what an author writes.
///
/// The circuit stands on the standard set `outrigger.io/1`: the host commits to inputs and outputs, and the circuit's
/// AIRs receive `StandardBus.length` and `StandardBus.input` and send `StandardBus.output`, every message exactly once
/// (chapter 60, section 10).
///
/// ```swift
/// @_cdecl("outrigger_plugin_entry_v1")
/// public func entry(_ host: UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>? {
///   export(SHA256Circuit.self, to: host)
/// }
/// ```
///
/// A conforming type is a function of what it is given. It starts no threads of its own (`HostCall.forEach` is the
/// host's parallel loop), reads no files, clock or environment, and keeps nothing from one call to the next.
public protocol DeferralCircuit: Sendable {
  /// What the circuit is. The same at every call.
  static var description: CircuitDescription { get }

  /// Inputs, and the outputs that `evaluate` must give for them. None unless given.
  static var knownAnswers: [KnownAnswer] { get }

  /// The circuit at a deferral index. Throws `CircuitError.badArgument` for parameters that it does not know, that are
  /// missing or that have no meaning.
  init(deferralIndex: Int, parameters: CircuitParameters) throws(CircuitError)

  /// The circuit's AIRs, `description.airCount` of them, without cached parts and public values. Always the same.
  var airs: [any AIR] { get }

  /// The deferral function. The output's length is a multiple of 8. Throws `CircuitError.badInput` for an input that is
  /// none of the function's; inputs longer than the limit do not get here.
  func evaluate(_ input: [UInt8], _ call: HostCall) throws(CircuitError) -> [UInt8]

  /// Plans the proof of the calls with the given inputs, in this order: at least one, at most
  /// `2^description.maxLogBatch`. Throws `CircuitError.limit` where they do not fit.
  func plan(_ inputs: [[UInt8]], _ call: HostCall) throws(CircuitError) -> any ProvingJob
}

/// Calls that are proven together.
public protocol ProvingJob: Sendable {
  /// The logarithm of each AIR's height, in order of `DeferralCircuit.airs`; nil for an AIR that is absent.
  var logHeights: [Int?] { get }

  /// Fills the traces of the AIRs that are present, in order. All their cells are 0 at first. May be called again, and
  /// must then write the same.
  func fill(_ traces: [TraceView], _ call: HostCall) throws(CircuitError)
}

extension DeferralCircuit {
  public static var knownAnswers: [KnownAnswer] { [] }

  /// The AIRs as data.
  public var airSet: AIRSet {
    AIRSet(
      usesStandardIO: true, standardTables: Self.description.standardTables.sorted(),
      airs: airs.map { DescribedAIR($0) })
  }
}

/// A circuit that takes no parameters and is the same at every deferral index.
public protocol PlainCircuit: DeferralCircuit {
  init()
}

extension PlainCircuit {
  public init(deferralIndex: Int, parameters: CircuitParameters) throws(CircuitError) {
    try parameters.requireKeys([])
    self.init()
  }
}

/// What a circuit is, apart from its constraints.
public struct CircuitDescription: Hashable, Sendable {
  /// Reversed domain, as `dev.outrigger.sha256`: letters, digits, `-` and `.`, at most 128.
  public var id: String
  /// Of the circuit, as `1.0.0`.
  public var version: String
  /// Bytes.
  public var maxInputBytes: Int
  /// Bytes, a multiple of 8.
  public var maxOutputBytes: Int
  public var airCount: Int
  /// The circuit is proven with parameters for traces of up to `2^logStackedHeight` rows, 11 to 24.
  public var logStackedHeight: Int
  /// A proof holds at most `2^maxLogBatch` calls; at most 16.
  public var maxLogBatch: Int
  /// Tables of the host's that the AIRs look up in.
  public var standardTables: [StandardTable]

  public init(
    id: String, version: String, maxInputBytes: Int, maxOutputBytes: Int, airCount: Int, logStackedHeight: Int,
    maxLogBatch: Int, standardTables: [StandardTable] = []
  ) {
    self.id = id
    self.version = version
    self.maxInputBytes = maxInputBytes
    self.maxOutputBytes = maxOutputBytes
    self.airCount = airCount
    self.logStackedHeight = logStackedHeight
    self.maxLogBatch = maxLogBatch
    self.standardTables = standardTables
  }
}

/// An input, and the output of the deferral function for it.
public struct KnownAnswer: Hashable, Sendable {
  public var input: [UInt8]
  public var output: [UInt8]

  public init(input: [UInt8], output: [UInt8]) {
    self.input = input
    self.output = output
  }
}
