import Hashing

/// A circuit to run the conformance matrix on, and what is expected of it.
public struct ConformanceSubject: Sendable {
  /// The circuit's id.
  public var circuit: String
  /// The deferral index.
  public var index = 0
  /// A proof holds up to `2^logBatch` calls.
  public var logBatch = 0
  /// What instances are made with.
  public var parameters: [PluginParameter] = []
  /// `def_circuit_commit` as the manifest or its lock has it; nil where nothing is expected.
  public var circuitCommit: InnerDigest?
  /// What a worker may take, in bytes, and how long a call may take, in seconds.
  public var memoryLimit = 4 << 30
  public var callSeconds = 30.0
  /// The manifest's foreign function, as an oracle or as the deferral function itself.
  public var function: ForeignFunction?

  public init(circuit: String) { self.circuit = circuit }
}

/// How the matrix is run.
public struct ConformanceOptions: Sendable {
  /// The worker's executable; nil to look for it as sessions do.
  public var workerPath: String?
  /// Folders that workers may read libraries from besides the system's; nil for those of sessions.
  public var libraryFolders: [String]?
  /// Threads for checks and proofs on the host's side, and for a plugin's `parallel_for`.
  public var threads = 2
  /// Proofs are made with the parameters that applications use. Without it they are made with few queries, which
  /// protect nothing and are as good for finding faults.
  public var usesProductionParameters = false
  /// What random probes and samples are drawn from.
  public var seed: UInt64 = 0x6f75_7472_6967_6765
  /// Whether only these checks are wanted, with those that they need.
  public var only: Set<ConformanceCheck> = []
  /// Told of each result as it comes about.
  public var onResult: (@Sendable (ConformanceReport.Result) -> Void)?

  public init() {}
}
