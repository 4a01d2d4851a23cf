/// The outcome of one benchmark. Times are wall-clock seconds.
public struct BenchmarkResult: Sendable, Encodable {
  /// A throughput or another figure of its own.
  public struct Metric: Sendable, Encodable {
    public var name: String
    public var value: Double
    public var unit: String

    public init(_ name: String, _ value: Double, _ unit: String) {
      self.name = name
      self.value = value
      self.unit = unit
    }
  }

  public var name: String
  /// What was done, for instance `1024 permutations, 32768 x 2633 cells, app21`.
  public var work: String
  public var threads: Int
  public var machine: HostMachine
  /// Nil for kernels.
  public var proveSeconds: Double?
  /// Nil for kernels, and where the proof is none that could be verified.
  public var verifySeconds: Double?
  public var proofBytes: Int?
  /// The most memory that the process had, from the kernel's accounts.
  public var peakBytes: Int
  /// Seconds by phase, in the order of the protocol.
  public var phases: [(name: String, seconds: Double)]
  public var metrics: [Metric]
  /// Whether the proof was verified and accepted; nil where nothing was proven.
  public var isValidProof: Bool?
  /// What a reader must know before quoting a figure.
  public var note: String?

  public init(
    name: String, work: String, threads: Int, machine: HostMachine, proveSeconds: Double? = nil,
    verifySeconds: Double? = nil, proofBytes: Int? = nil, peakBytes: Int,
    phases: [(name: String, seconds: Double)], metrics: [Metric], isValidProof: Bool? = nil, note: String? = nil
  ) {
    self.name = name
    self.work = work
    self.threads = threads
    self.machine = machine
    self.proveSeconds = proveSeconds
    self.verifySeconds = verifySeconds
    self.proofBytes = proofBytes
    self.peakBytes = peakBytes
    self.phases = phases
    self.metrics = metrics
    self.isValidProof = isValidProof
    self.note = note
  }

  enum CodingKeys: String, CodingKey {
    case name, work, threads, machine
    case simdLevel = "simd_level"
    case proveSeconds = "prove_seconds"
    case verifySeconds = "verify_seconds"
    case proofBytes = "proof_bytes"
    case peakBytes = "peak_bytes"
    case phases, metrics
    case isValidProof = "valid_proof"
    case note
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(work, forKey: .work)
    try container.encode(threads, forKey: .threads)
    try container.encode(machine, forKey: .machine)
    try container.encode(machine.simdLevel, forKey: .simdLevel)
    // Keys stay where a figure does not apply: their value is then null.
    try container.encode(proveSeconds, forKey: .proveSeconds)
    try container.encode(verifySeconds, forKey: .verifySeconds)
    try container.encode(proofBytes, forKey: .proofBytes)
    try container.encode(peakBytes, forKey: .peakBytes)
    try container.encode(
      Dictionary(phases.map { ($0.name, $0.seconds) }, uniquingKeysWith: +), forKey: .phases)
    try container.encode(metrics, forKey: .metrics)
    try container.encode(isValidProof, forKey: .isValidProof)
    try container.encodeIfPresent(note, forKey: .note)
  }
}

/// Why a benchmark gave no figure.
public enum BenchmarkError: Error, Sendable, CustomStringConvertible {
  case unknown(name: String)
  case artefact(ArtefactError)
  /// The prover refused, or its proof was rejected: a fault of this program.
  case failed(String)

  public var description: String {
    switch self {
    case .unknown(let name):
      "there is no benchmark named '\(name)'; known are "
        + Benchmark.allCases.map(\.rawValue).joined(separator: ", ")
    case .artefact(let error): error.description
    case .failed(let reason): reason
    }
  }
}
