import Algebra
import Hashing
import StarkProver
import StarkVerifier

/// A directory with everything about one proof: `params.json`, `vk.postcard.bin`, `proof.bin` and, for re-proving,
/// `traces.json`.
public struct CaseDirectory: Sendable {
  public let path: String
  public var parametersPath: String { path + "/params.json" }
  public var keyPath: String { path + "/vk.postcard.bin" }
  public var proofPath: String { path + "/proof.bin" }
  public var tracesPath: String { path + "/traces.json" }

  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}

/// How our proof from the same key and traces compares with the one that was given.
public struct ReproofReport: Sendable, Encodable {
  public var isIdentical: Bool
  public var proofBytes: Int
  /// The first byte in which they differ, and the part of the given proof that it falls into.
  public var firstDifference: Int?
  public var section: String?
  public var stage: String?
  /// Whether our own proof is accepted; true wherever it is identical to an accepted one.
  public var isOwnProofAccepted: Bool
  public var proveSeconds: Double
  public var phases: [String: Double]
  public var peakBytes: Int

  enum CodingKeys: String, CodingKey {
    case isIdentical = "identical"
    case proofBytes = "proof_bytes"
    case firstDifference = "first_difference"
    case section, stage
    case isOwnProofAccepted = "own_proof_accepted"
    case proveSeconds = "prove_seconds"
    case phases
    case peakBytes = "peak_bytes"
  }
}

/// What came of checking a case directory.
public struct CaseReport: Sendable, Encodable {
  public var directory: String
  public var verdict: Verdict
  /// Nil when only verification was asked for.
  public var reproof: ReproofReport?

  /// Whether the proof was accepted and, if it was made again, came out identical.
  public var isPassed: Bool { verdict.isAccepted && (reproof?.isIdentical ?? true) }

  enum CodingKeys: String, CodingKey { case directory, verdict, reproof, passed }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(directory, forKey: .directory)
    try container.encode(isPassed, forKey: .passed)
    try container.encode(verdict, forKey: .verdict)
    try container.encodeIfPresent(reproof, forKey: .reproof)
  }
}

extension CaseDirectory {
  /// Verifies the case's proof and, with `reprove`, makes it again from key and traces and compares the bytes.
  public func check(
    reprove: Bool, configuration: Configuration? = nil, workers: Workers,
    progress: ((ProgressEvent) -> Void)? = nil
  ) throws(CaseError) -> CaseReport {
    do {
      let parameters = try ParameterFile.readUsable(parametersPath)
      let keyBytes = try ArtefactFile.read(keyPath, limit: ArtefactFile.Limit.verifyingKey)
      let chosen: Configuration
      if let configuration { chosen = configuration } else { chosen = try .detect(key: keyBytes, file: keyPath) }
      return switch chosen {
      case .inner:
        try check(
          KeyFile<InnerConfiguration>(bytes: keyBytes, path: keyPath), parameters, reprove, workers, progress)
      case .root:
        try check(
          KeyFile<RootConfiguration>(bytes: keyBytes, path: keyPath), parameters, reprove, workers, progress)
      }
    } catch let error as ArtefactError {
      throw .artefact(error)
    } catch let error as CaseError {
      throw error
    } catch {
      throw .proving("\(error)")
    }
  }

  private func check<H>(
    _ key: KeyFile<H>, _ parameters: SystemParameters, _ reprove: Bool, _ workers: Workers,
    _ progress: ((ProgressEvent) -> Void)?
  ) throws -> CaseReport {
    try StarkVerification.demandSame(parameters, parametersPath, as: key)
    let given = try ProofFile<H>(path: proofPath)
    progress?(.began("verify"))
    let verdict = try StarkVerification.verify(key: key, proof: given, parameters: parameters)
    var report = CaseReport(directory: path, verdict: verdict)
    guard reprove else { return report }

    progress?(.began("read traces"))
    let entries = try TraceFile.read(tracesPath)
    let traces = try TraceSet(entries, for: key, file: tracesPath)
    do {
      report.reproof = try reproof(key, given, traces, parameters, workers, progress)
    } catch let error as ProverError {
      throw CaseError.proving("\(error)")
    }
    return report
  }

  private func reproof<H>(
    _ key: KeyFile<H>, _ given: ProofFile<H>, _ traces: TraceSet, _ parameters: SystemParameters, _ workers: Workers,
    _ progress: ((ProgressEvent) -> Void)?
  ) throws -> ReproofReport {
    let separate = traces.preprocessed.compactMap { $0 } + traces.traces.flatMap(\.cachedMains)
    try MemoryEstimate.demand(
      (separate + traces.traces.map(\.commonMain)).map { ([$0.width], $0.height.trailingZeroBitCount) },
      separateCommitments: separate.count, parameters: parameters, file: tracesPath)
    progress?(.began("commit preprocessed traces"))
    let provingKey = try ProvingKey(
      verifyingKey: key.key, airNames: traces.airNames, preprocessedTraces: traces.preprocessed, workers: workers)
    progress?(.began("prove"))
    var phases: [String: Double] = [:]
    let watch = Stopwatch()
    let proof = try Prover(key: provingKey, workers: workers).prove(traces.traces) { phase, seconds in
      phases[phase.rawValue, default: 0] += seconds
      progress?(.finished(phase.rawValue, seconds: seconds))
    }
    let seconds = watch.seconds
    let bytes = proof.encode()
    let difference = Self.firstDifference(bytes, given.bytes)
    var isAccepted = true
    if difference != nil {
      do { try Verifier<H>(key: key.key, parameters: parameters).verify(proof) } catch { isAccepted = false }
    }
    let section = try difference.flatMap { offset in
      try ProofAnatomy(of: given.bytes, H.self).sections.first { $0.bytes.contains(offset) }
    }
    return ReproofReport(
      isIdentical: difference == nil, proofBytes: bytes.count, firstDifference: difference, section: section?.name,
      stage: section.map { "\($0.stage)" }, isOwnProofAccepted: isAccepted, proveSeconds: seconds, phases: phases,
      peakBytes: ProcessMemory.peakBytes)
  }

  /// The first index at which two arrays differ, which may be where the shorter one ends; nil for equal ones.
  static func firstDifference(_ a: [UInt8], _ b: [UInt8]) -> Int? {
    if let index = zip(a, b).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset { return index }
    return a.count == b.count ? nil : min(a.count, b.count)
  }
}

/// Why a case could not be checked.
public enum CaseError: Error, Sendable, CustomStringConvertible {
  /// A file is missing or unusable, or contradicts another one.
  case artefact(ArtefactError)
  /// The prover refused the traces.
  case proving(String)

  public var description: String {
    switch self {
    case .artefact(let error): error.description
    case .proving(let reason): "cannot prove these traces: \(reason)"
    }
  }
}
