import Algebra
import Dispatch
import MachineVerifier
import Synchronization

extension AppProving {
  /// Proves the calls that the run deferred: batches side by side, as many as threads and memory allow.
  func proveDeferred(
    _ plan: GuestRun.Plan, store: SegmentStore?, report: inout AppProofReport,
    progress: (@Sendable (ProgressEvent) -> Void)?
  ) throws(AppError) -> [DeferralProofs] {
    report.deferralCalls = plan.deferralCalls.map(\.count)
    guard let deferral else { return [] }
    let watch = Stopwatch()
    let batches = deferral.batches(of: plan.deferralCalls)
    report.deferralProofs = batches.count
    report.deferralBatches = batches.map(\.name)

    let largest = batches.map { deferral.memoryBytes($0) }.max() ?? 1
    // A few proofs one after the other on all threads, since they may differ in size; many side by side.
    let wanted = batches.count < 2 * options.threads ? 1 : options.threads
    let concurrency = Swift.max(
      1, Swift.min(wanted, (options.memoryBytes - Self.reservedMemory) / Swift.max(largest, 1)))
    guard batches.isEmpty || largest <= options.memoryBytes else {
      throw .memory(needed: largest, limit: options.memoryBytes)
    }
    let workers = Workers((options.threads + concurrency - 1) / concurrency)
    let state = DeferralResults(batches: batches.count, progress: progress)
    let slots = DispatchSemaphore(value: concurrency)
    let group = DispatchGroup()
    for (place, batch) in batches.enumerated() {
      slots.wait()
      if state.error != nil {
        slots.signal()
        break
      }
      DispatchQueue.global().async(group: group) {
        defer { slots.signal() }
        let key = deferral.circuits[batch.index].key.verifying
        if let proof = store?.load(batch, key: key) {
          state.finish(proof, place, circuit: deferral.circuits[batch.index].circuitID, isReused: true)
          return
        }
        do {
          let proof = try deferral.prove(batch, workers: workers) { state.addFill($0) }
          try store?.save(proof.proof, of: batch)
          state.finish(proof, place, circuit: deferral.circuits[batch.index].circuitID, isReused: false)
        } catch { state.fail(error) }
      }
    }
    group.wait()
    if let error = state.error { throw error }
    report.reusedDeferralProofs = state.reused
    report.deferralFillSeconds = state.fillSeconds
    report.deferralSeconds = watch.seconds

    var proofs = [DeferralProofs](repeating: DeferralProofs(), count: deferral.circuits.count)
    for (batch, proof) in zip(batches, state.proofs) { proofs[batch.index].batches.append(proof) }
    return proofs
  }
}

/// What the threads that prove deferred calls have got so far.
private final class DeferralResults: Sendable {
  private struct State {
    var proofs: [Int: DeferralBatch] = [:]
    var error: AppError?
    var reused = 0
    var fillSeconds = 0.0
  }

  private let state = Mutex(State())
  private let batches: Int
  private let progress: (@Sendable (ProgressEvent) -> Void)?
  private let watch = Stopwatch()

  init(batches: Int, progress: (@Sendable (ProgressEvent) -> Void)?) {
    self.batches = batches
    self.progress = progress
  }

  var error: AppError? { state.withLock { $0.error } }
  var reused: Int { state.withLock { $0.reused } }
  var fillSeconds: Double { state.withLock { $0.fillSeconds } }
  /// In order.
  var proofs: [DeferralBatch] { state.withLock { state in (0..<batches).compactMap { state.proofs[$0] } } }

  func addFill(_ seconds: Double) { state.withLock { $0.fillSeconds += seconds } }

  func finish(_ proof: DeferralBatch, _ place: Int, circuit: String, isReused: Bool) {
    state.withLock { state in
      state.proofs[place] = proof
      if isReused { state.reused += 1 }
    }
    let what = isReused ? "proven before" : "proven"
    progress?(.finished("deferral proof \(place + 1) of \(batches), \(circuit), \(what)", seconds: watch.seconds))
  }

  func fail(_ error: any Error) {
    state.withLock { state in
      guard state.error == nil else { return }
      switch error {
      case let error as DeferralProvingError: state.error = .deferral(error)
      case let error as ArtefactError: state.error = .artefact(error)
      default: state.error = .fault("a deferred call could not be proven: \(error)")
      }
    }
  }
}
