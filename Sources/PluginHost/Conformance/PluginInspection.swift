import AIR
import Algebra
import Deferral
import Hashing
import MachineVerifier
import StarkVerifier

/// What a circuit of a plugin is and what its proofs take: `plugin inspect`.
public struct PluginInspection: Hashable, Sendable, Encodable {
  public var library: String
  public var librarySHA256: String
  public var plugin: String
  public var pluginVersion: String
  public var circuit: String
  public var version: String
  public var index: Int
  public var batch: Int
  public var maxBatch: Int
  public var maxInputBytes: Int
  public var maxOutputBytes: Int
  public var usesStandardIO: Bool
  public var isParallel: Bool
  public var logStackedHeight: Int
  public var airBytes: Int
  public var circuitCommit: String
  /// Of the verifying key.
  public var preHash: String
  public var soundnessBits: Double
  /// By id; those of the host among them.
  public var airs: [AIR]
  /// The calls that heights are of; nil where no probe was accepted.
  public var sample: String?
  /// For batches of 1, 4, 16 .. calls, as far as the circuit takes them.
  public var costs: [Cost]

  /// An AIR of the circuit.
  public struct AIR: Hashable, Sendable, Encodable {
    public var name: String
    /// Whether it is the plugin's.
    public var isOwn: Bool
    public var isRequired: Bool
    /// Columns of common main, of cached parts, and of the preprocessed part.
    public var columns: Int
    public var cachedColumns: [Int]
    public var preprocessedColumns: Int
    public var constraints: Int
    public var interactions: Int
    public var degree: Int
    public var nodes: Int
    /// For the sample; nil where the AIR is absent.
    public var rows: Int?

    enum CodingKeys: String, CodingKey {
      case name
      case isOwn = "is_own"
      case isRequired = "is_required"
      case columns
      case cachedColumns = "cached_columns"
      case preprocessedColumns = "preprocessed_columns"
      case constraints, interactions, degree, nodes, rows
    }
  }

  /// What a proof of so many calls takes.
  public struct Cost: Hashable, Sendable, Encodable {
    public var calls: Int
    public var cells: Int
    public var cellsPerCall: Int
    /// Of one thread, very roughly.
    public var seconds: Double
    public var secondsPerCall: Double
    public var memoryBytes: Int
    /// Whether all traces fit into the circuit's parameters.
    public var fits: Bool

    enum CodingKeys: String, CodingKey {
      case calls, cells
      case cellsPerCall = "cells_per_call"
      case seconds
      case secondsPerCall = "seconds_per_call"
      case memoryBytes = "memory_bytes"
      case fits
    }
  }

  enum CodingKeys: String, CodingKey {
    case library
    case librarySHA256 = "library_sha256"
    case plugin
    case pluginVersion = "plugin_version"
    case circuit, version, index, batch
    case maxBatch = "max_batch"
    case maxInputBytes = "max_input_bytes"
    case maxOutputBytes = "max_output_bytes"
    case usesStandardIO = "standard_io"
    case isParallel = "parallel"
    case logStackedHeight = "log_stacked_height"
    case airBytes = "air_bytes"
    case circuitCommit = "def_circuit_commit"
    case preHash = "pre_hash"
    case soundnessBits = "soundness_bits"
    case airs, sample, costs
  }
}

/// Why a report on a circuit could not be made.
public struct InspectionError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  init(_ finding: Finding) { description = finding.reason }
  init(_ description: String) { self.description = description }
}

extension PluginInspection {
  /// Inspects a circuit in a worker. Heights and costs are for `input`, or for a known answer of middling length.
  public static func inspect(
    library: PluginLibrary, subject: ConformanceSubject, input: [UInt8]? = nil,
    options: ConformanceOptions = ConformanceOptions()
  ) throws(InspectionError) -> PluginInspection {
    do throws(Finding) {
      let bench = try ConformanceBench.start(library: library, subject: subject, options: options)
      return try bench.inspection(input: input)
    } catch {
      throw InspectionError(error)
    }
  }
}

extension ConformanceBench {
  /// A bench for reports, not for checks.
  static func start(
    library: PluginLibrary, subject: ConformanceSubject, options: ConformanceOptions
  ) throws(Finding) -> ConformanceBench {
    let sessions = ConformanceSessions(library: library, subject: subject, options: options)
    let session = try attempt("loading") { () throws(PluginError) in try sessions.make() }
    defer { session.shutDown() }
    let circuits = session.info.circuits
    guard let number = circuits.firstIndex(where: { $0.id == subject.circuit }) else {
      throw .fail("expected a circuit \(subject.circuit), found \(circuits.map(\.id).joined(separator: ", "))")
    }
    return ConformanceBench(
      library: library, subject: subject, options: options, sessions: sessions, info: session.info, number: number)
  }

  func inspection(input: [UInt8]?) throws(Finding) -> PluginInspection {
    let key = try provingKey(try ownKey())
    let sample = try sampleCall(input)
    var rows: [Int?] = []
    if let sample {
      let job = try withInstance { session, instance throws(Finding) in try makeJob(session, instance, [sample]) }
      rows = try rowCounts(job, key)
    }
    let airs = key.circuit.airs.enumerated().map { id, air in
      PluginInspection.AIR(
        name: air.name, isOwn: key.circuit.ownAIRs.contains(id), isRequired: air.isRequired,
        columns: air.width.commonMain, cachedColumns: air.width.cachedMains,
        preprocessedColumns: air.width.preprocessed ?? 0, constraints: air.dag.constraints.count,
        interactions: air.dag.interactions.count, degree: air.maxConstraintDegree, nodes: air.dag.nodes.count,
        rows: rows.indices.contains(id) ? rows[id] : nil)
    }
    return PluginInspection(
      library: library.path, librarySHA256: library.sha256Text, plugin: info.name, pluginVersion: info.version,
      circuit: circuit.id, version: circuit.version, index: subject.index, batch: 1 << subject.logBatch,
      maxBatch: 1 << circuit.maxLogBatch, maxInputBytes: circuit.maxInputBytes,
      maxOutputBytes: circuit.maxOutputBytes, usesStandardIO: circuit.usesStandardIO, isParallel: circuit.isParallel,
      logStackedHeight: circuit.logStackedHeight, airBytes: try airBytes().count,
      circuitCommit: CommitBytes(key.circuitCommit).description,
      preHash: CommitBytes(key.verifying.stark.preHash).description, soundnessBits: soundnessBits(key),
      airs: airs, sample: sample.map { jobName([$0]) }, costs: try sample.map(costs) ?? [])
  }

  private func soundnessBits(_ key: DeferralProvingKey) -> Double {
    SoundnessReport(key: key.verifying.stark).totalBits
  }

  /// The call that heights and costs are of.
  private func sampleCall(_ input: [UInt8]?) throws(Finding) -> DeferralJob.Call? {
    guard let input else {
      let calls = (try? sampledCalls(3)) ?? []
      return calls.isEmpty ? nil : calls[calls.count / 2]
    }
    return try withInstance { session, instance throws(Finding) in
      let output = try attempt("eval") { () throws(PluginError) in try evaluate(session, instance, input) }
      return DeferralJob.Call(input: input, output: output)
    }
  }

  /// Rows of all AIRs of a job, by id; nil for those that are absent.
  private func rowCounts(_ job: BenchJob, _ key: DeferralProvingKey) throws(Finding) -> [Int?] {
    do throws(CallProverError) {
      return try CallProver(key: key, workers: workers).heights(of: job.job)
    } catch {
      throw .fail("\(error)")
    }
  }

  /// Costs of batches of the same call.
  private func costs(_ call: DeferralJob.Call) throws(Finding) -> [PluginInspection.Cost] {
    let production = try productionParameters()
    var costs: [PluginInspection.Cost] = []
    for logCalls in stride(from: 0, through: circuit.maxLogBatch, by: 2) {
      let calls = [DeferralJob.Call](repeating: call, count: 1 << logCalls)
      // Inputs of a job lie in shared memory together.
      guard calls.count * (call.input.count + 64) <= subject.memoryLimit / 8 else { break }
      let key = CircuitKey(logBatch: logCalls, parameters: production)
      let heights: [Int?]
      do throws(Finding) { heights = try plannedHeights(calls) } catch {
        // Where the circuit has no room for more, the table ends.
        if costs.isEmpty { throw error }
        break
      }
      let shape = try deferralCircuit(key).shape(
        calls: calls.map { ($0.input.count, $0.output.count) }, ownHeights: heights.map { $0.map { 1 << $0 } })
      let seconds = ProofSeconds.estimate(shape, logStackedHeight: circuit.logStackedHeight)
      let fits = shape.logTallest <= circuit.logStackedHeight
      costs.append(
        PluginInspection.Cost(
          calls: calls.count, cells: shape.cells, cellsPerCall: shape.cells / calls.count, seconds: seconds,
          secondsPerCall: seconds / Double(calls.count), memoryBytes: shape.memoryBytes, fits: fits))
      guard fits else { break }
    }
    return costs
  }

  private func plannedHeights(_ calls: [DeferralJob.Call]) throws(Finding) -> [Int?] {
    try withInstance { session, instance throws(Finding) in
      let job = try attempt("plan, \(jobName(calls))") { () throws(PluginError) in
        try session.plan(instance, inputs: calls.map(\.input))
      }
      try attempt("close") { () throws(PluginError) in try session.close(job) }
      return job.logHeights.map { $0.map { min($0, 40) } }
    }
  }
}

/// How long a proof takes one thread, from figures measured on one machine (docs/performance.md): good to a factor of
/// two.
enum ProofSeconds {
  /// Grinding, whatever is in the proof; the opening of a column of height `2^20`, which doubles with each step.
  private static let grinding = 0.35
  private static let opening = 0.6
  private static let perCell = 0.6e-7
  private static let perMessage = 1.15e-7

  static func estimate(_ shape: DeferralShape, logStackedHeight: Int) -> Double {
    grinding + opening * Double(1 << logStackedHeight) / Double(1 << 20) + perCell * Double(shape.cells)
      + perMessage * Double(shape.messages)
  }
}
