/// What the conformance matrix found out about a plugin.
public struct ConformanceReport: Hashable, Sendable, Encodable {
  /// The library's path as it was given.
  public var library: String
  /// Of the library's bytes; nil where they could not be read.
  public var librarySHA256: String?
  /// The plugin's name for itself; nil where it did not load.
  public var plugin: String?
  public var version: String?
  public var circuits: [Circuit]
  public var seconds: Double

  /// The matrix of one circuit at one deferral index.
  public struct Circuit: Hashable, Sendable, Encodable {
    /// Nil where the plugin did not load, so that nobody knows.
    public var circuit: String?
    public var version: String?
    public var index: Int
    /// The most calls that a proof holds.
    public var batch: Int
    /// The parameters that proofs of the check were made with.
    public var proofParameters: String
    /// `def_circuit_commit` as it was computed; nil where no key came about.
    public var circuitCommit: String?
    /// In the order of the matrix, each check once.
    public var results: [Result]
    /// Cells that could be changed unnoticed, by column.
    public var survivors: [MutationSurvivor]
    public var seconds: Double

    /// Whether no check failed or crashed.
    public var isAcceptable: Bool { results.allSatisfy(\.outcome.isAcceptable) }

    public subscript(check: ConformanceCheck) -> Result? { results.first { $0.check == check } }

    enum CodingKeys: String, CodingKey {
      case circuit, version, index, batch
      case proofParameters = "proof_parameters"
      case circuitCommit = "def_circuit_commit"
      case results, survivors, seconds
    }
  }

  /// What one check found.
  public struct Result: Hashable, Sendable, Encodable {
    public var check: ConformanceCheck
    public var outcome: ConformanceOutcome
    /// A sentence: what was looked at; or what was expected, and what was found.
    public var reason: String
    public var seconds: Double
  }

  /// Whether no check of any circuit failed or crashed.
  public var isAcceptable: Bool { !circuits.isEmpty && circuits.allSatisfy(\.isAcceptable) }

  /// How many checks came out so.
  public func count(_ outcome: ConformanceOutcome) -> Int {
    circuits.reduce(0) { total, circuit in total + circuit.results.count { $0.outcome == outcome } }
  }

  enum CodingKeys: String, CodingKey {
    case library
    case librarySHA256 = "library_sha256"
    case plugin, version, circuits, seconds
  }
}

/// A column with cells that could be changed without any constraint or bus noticing.
public struct MutationSurvivor: Hashable, Sendable, Encodable {
  /// The AIR's name.
  public var air: String
  /// The column's name, or its part and number.
  public var column: String
  /// Changes that went unnoticed, of those that were tried.
  public var unnoticed: Int
  public var tried: Int
  /// Rows in which that happened, at most eight.
  public var rows: [Int]

  /// Whether every change went unnoticed.
  public var isFree: Bool { unnoticed == tried }
}
