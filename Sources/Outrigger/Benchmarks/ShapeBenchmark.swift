import Algebra
import Hashing
import StarkProver
import StarkVerifier

/// The time to prove traces of a given key's and proof's shape, without the traces themselves.
///
/// The prover's work depends on widths, heights, constraints and parameters, and not on the cells' values, so
/// random traces of the same shape take as long as the real ones. They satisfy no constraint: **the result is not a
/// valid proof**, is labelled so, and only its time counts.
public enum ShapeBenchmark {
  public static let note = "random traces of this shape: NOT A VALID PROOF, only the time counts"

  /// Proves random traces of the shape of the key at `keyPath` and the proof at `proofPath`.
  public static func run(
    key keyPath: String, proof proofPath: String, configuration: Configuration? = nil, workers: Workers,
    progress: ((ProgressEvent) -> Void)? = nil
  ) throws(BenchmarkError) -> BenchmarkResult {
    do {
      let bytes = try ArtefactFile.read(keyPath, limit: ArtefactFile.Limit.verifyingKey)
      let chosen: Configuration
      if let configuration { chosen = configuration } else { chosen = try .detect(key: bytes, file: keyPath) }
      return switch chosen {
      case .inner:
        try run(
          KeyFile<InnerConfiguration>(bytes: bytes, path: keyPath), ProofFile(path: proofPath), workers, progress)
      case .root:
        try run(
          KeyFile<RootConfiguration>(bytes: bytes, path: keyPath), ProofFile(path: proofPath), workers, progress)
      }
    } catch let error as ArtefactError {
      throw .artefact(error)
    } catch let error as BenchmarkError {
      throw error
    } catch {
      throw .failed("\(error)")
    }
  }

  private static func run<H>(
    _ key: KeyFile<H>, _ proof: ProofFile<H>, _ workers: Workers, _ progress: ((ProgressEvent) -> Void)?
  ) throws -> BenchmarkResult {
    progress?(.began("fill traces with random elements"))
    let random = RandomElements(seed: 4)
    func matrix(_ height: Int, _ width: Int) -> FieldMatrix {
      let matrix = FieldMatrix(height: height, width: width)
      random.fill(matrix, workers: workers)
      return matrix
    }

    let heights = try logHeights(key, proof)
    let parameters = key.key.parameters
    let widths = heights.map { key.key.airs[$0.id].width }
    try MemoryEstimate.demand(
      zip(widths, heights).map { ([$0.commonMain, $0.preprocessed ?? 0] + $0.cachedMains, $1.log) },
      separateCommitments: widths.reduce(0) { $0 + $1.partCount - 1 }, parameters: parameters, file: proof.path)
    var airs = key.key.airs
    var traces: [AIRTrace] = []
    var preprocessed: [FieldMatrix?] = Array(repeating: nil, count: airs.count)
    var cells = 0
    for (id, log) in heights {
      let air = airs[id]
      let height = 1 << log
      cells += height * (air.width.commonMain + air.width.cachedMains.reduce(0, +))
      traces.append(
        AIRTrace(
          airID: id, cachedMains: air.width.cachedMains.map { matrix(height, $0) },
          commonMain: matrix(height, air.width.commonMain), publicValues: proof.proof.publicValues[id]))
      // The real preprocessed trace is not in the key, only its commitment; commit a random one in its place.
      if let width = air.width.preprocessed, var commitment = air.preprocessed {
        let trace = matrix(height, width)
        commitment.commit =
          StackedCommitment<H>(matrices: [trace], parameters: parameters, workers: workers).root
        airs[id].preprocessed = commitment
        preprocessed[id] = trace
      }
    }
    let provingKey = try ProvingKey(
      verifyingKey: VerifyingKey<H>(
        parameters: parameters, airs: airs, traceHeightConstraints: key.key.traceHeightConstraints),
      preprocessedTraces: preprocessed, workers: workers)

    progress?(.began("prove"))
    var phases: [(name: String, seconds: Double)] = []
    let watch = Stopwatch()
    let made = try Prover(key: provingKey, workers: workers).prove(traces) { phase, seconds in
      phases.append((phase.rawValue, seconds))
      progress?(.finished(phase.rawValue, seconds: seconds))
    }
    return BenchmarkResult(
      name: "shape", work: "\(traces.count) AIRs, \(cells) cells, as in \(key.path) and \(proof.path)",
      threads: workers.count, machine: .current, proveSeconds: watch.seconds, proofBytes: made.encode().count,
      peakBytes: ProcessMemory.peakBytes, phases: phases,
      metrics: [.init("cells_per_second", Double(cells) / watch.seconds, "1/s")], isValidProof: false, note: note)
  }

  /// Ids and log heights of the present AIRs, checked against the key. Memory is claimed by these numbers, and not
  /// by the files' sizes, so they must be in the range that the key's parameters admit.
  private static func logHeights<H>(
    _ key: KeyFile<H>, _ proof: ProofFile<H>
  ) throws(ArtefactError) -> [(id: Int, log: Int)] {
    let airs = key.key.airs
    guard proof.proof.traceData.count == airs.count, proof.proof.publicValues.count == airs.count else {
      throw ArtefactError(
        .inconsistent, file: proof.path,
        "is for \(proof.proof.traceData.count) AIRs, but the key in \(key.path) has \(airs.count)")
    }
    let limit = min(key.key.parameters.logStackedHeight, BabyBear.twoAdicity)
    var heights: [(id: Int, log: Int)] = []
    for (id, data) in proof.proof.traceData.enumerated() {
      guard let data else { continue }
      guard data.logHeight >= 0, data.logHeight <= limit else {
        throw ArtefactError(
          .inconsistent, file: proof.path, field: "trace_data[\(id)].log_height",
          "is \(data.logHeight), but the parameters of \(key.path) admit at most \(limit)")
      }
      guard proof.proof.publicValues[id].count == airs[id].publicValueCount else {
        throw ArtefactError(
          .inconsistent, file: proof.path, field: "public_values[\(id)]",
          "has \(proof.proof.publicValues[id].count) values, but the key in \(key.path) demands "
            + "\(airs[id].publicValueCount)")
      }
      if let committed = airs[id].preprocessed,
        committed.hypercubeDimension &+ key.key.parameters.lSkip != data.logHeight
      {
        throw ArtefactError(
          .inconsistent, file: proof.path, field: "trace_data[\(id)].log_height",
          "is \(data.logHeight), but the preprocessed trace in \(key.path) has another height")
      }
      heights.append((id, data.logHeight))
    }
    return heights
  }
}
