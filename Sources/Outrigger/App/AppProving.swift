import Algebra
import Dispatch
import Hashing
import Machine
import MachineCircuits
import MachineVerifier
import StarkProver
import StarkVerifier
import Synchronization

/// Proves runs of guests: executes, cuts into segments, proves each, proves what was deferred, and puts the proof together.
///
/// Segments are executed one after the other, which takes little time, and proven independently: as many at a time as
/// threads and memory allow.
public struct AppProving: Sendable {
  public var key: MachineKey
  public var guest: CommittedGuest
  public var run: GuestRun
  /// Proves the calls to the circuits of `run.deferral`; nil where there are none.
  public var deferral: DeferralProver?
  public var options: Options

  public struct Options: Sendable {
    public var threads: Int
    /// What proving may take, in bytes.
    public var memoryBytes: Int
    /// The most instructions in a segment; nil for as many as memory allows.
    public var segmentInstructions: Int?
    /// Where segment proofs are kept until all are done; nil for memory only.
    public var segmentDirectory: String?

    public init(
      threads: Int = HostMachine.usableCores, memoryBytes: Int = Self.defaultMemoryBytes,
      segmentInstructions: Int? = nil, segmentDirectory: String? = nil
    ) {
      self.threads = Swift.max(threads, 1)
      self.memoryBytes = memoryBytes
      self.segmentInstructions = segmentInstructions
      self.segmentDirectory = segmentDirectory
    }

    /// Three quarters of the memory that is free.
    public static var defaultMemoryBytes: Int {
      let available = HostMachine.current.availableMemoryBytes
      return available > 0 ? available / 4 * 3 : 8 << 30
    }
  }

  public init(
    key: MachineKey, guest: CommittedGuest, run: GuestRun, deferral: DeferralProver? = nil, options: Options = Options()
  ) {
    self.key = key
    self.guest = guest
    self.run = run
    self.deferral = deferral
    self.options = options
  }

  /// What one segment may take. More is not faster: beyond it the fixed part of a proof no longer counts.
  static let segmentMemory = 4 << 30
  /// What the process takes in any case: code, the initial memory, tables.
  static let reservedMemory = 128 << 20

  /// Proves the run. Fails if the guest does not end with exit code 0.
  public func prove(progress: (@Sendable (ProgressEvent) -> Void)? = nil) throws(AppError) -> (AppProof, AppProofReport)
  {
    let watch = Stopwatch()
    var report = AppProofReport(key: key, guest: guest, options: options)
    progress?(.began("execute and plan"))
    let costs = SegmentCosts(key: key, programSlots: guest.executable.program.slots.count)
    let runPlan = try run.plan(
      costs: costs, memoryBytes: options.memoryBytes, segmentInstructions: options.segmentInstructions ?? .max)
    let plan = runPlan.execution
    report.executeSeconds = watch.seconds
    guard plan.outcome.exitCode == 0 else { throw .guestFailed(exitCode: plan.outcome.exitCode) }

    let shapes = plan.segments.map { costs.shape(of: $0.heights) }
    let largest = shapes.map(\.memoryBytes).max() ?? 1
    let concurrency = Swift.max(
      1, Swift.min(plan.segments.count, options.threads, (options.memoryBytes - runPlan.residentBytes) / largest))
    report.describe(plan, shapes: shapes, concurrency: concurrency)

    // What one phase or segment drops, the next can take, within what the limit leaves: fresh pages cost up to a third of
    // the time.
    let spare = options.memoryBytes - runPlan.residentBytes - concurrency * largest
    PageMemory.keep(upTo: Swift.max(PageMemory.defaultKeptBytes, Swift.min(spare, concurrency * largest)))
    defer { PageMemory.keep(upTo: PageMemory.defaultKeptBytes) }

    var store: SegmentStore?
    if let directory = options.segmentDirectory {
      do { store = try SegmentStore(directory: directory) } catch { throw .artefact(error) }
    }
    let proving = Stopwatch()
    var proof = try proveSegments(plan, concurrency: concurrency, store: store, report: &report, progress: progress)
    report.proveSeconds = proving.seconds
    proof.deferrals = try proveDeferred(runPlan, store: store, report: &report, progress: progress)
    report.totalSeconds = watch.seconds
    report.peakBytes = ProcessMemory.peakBytes
    report.publicValues = Hexadecimal.text(
      proof.userPublicValues.values.map { UInt8(truncatingIfNeeded: $0.canonical) })
    return (proof, report)
  }

  private func proveSegments(
    _ plan: ExecutionPlan, concurrency: Int, store: SegmentStore?, report: inout AppProofReport,
    progress: (@Sendable (ProgressEvent) -> Void)?
  ) throws(AppError) -> AppProof {
    let prover = SegmentProver(key: key, guest: guest)
    let verifier = Verifier(key: key.stark.verifyingKey, parameters: key.configuration.parameters)
    let machine = try run.makeMachine()
    var tree = guest.initialMemory
    let workers = Workers((options.threads + concurrency - 1) / concurrency)
    let state = SegmentResults(
      instructions: plan.outcome.instructionCount, segments: plan.segments.count, progress: progress)
    let slots = DispatchSemaphore(value: concurrency)
    let group = DispatchGroup()

    for (index, segment) in plan.segments.enumerated() {
      slots.wait()
      if state.error != nil {
        slots.signal()
        break
      }
      let witness: SegmentWitness<SegmentRecording>
      do {
        let watch = Stopwatch()
        let recording = try machine.preflight(instructions: segment.instructionCount, heights: segment.heights)
        witness = SegmentWitness(recording, applyingTo: &tree, workers: workers)
        state.add(.preflight, watch.seconds, index)
      } catch {
        slots.signal()
        group.wait()
        throw AppError(error)
      }
      if let proof = store?.load(index, expected: prover.statement(of: witness), verifier: verifier) {
        state.finish(proof, index, instructions: segment.instructionCount, isReused: true)
        slots.signal()
        continue
      }
      DispatchQueue.global().async(group: group) {
        defer { slots.signal() }
        do {
          let proof = try prover.prove(witness, workers: workers) { state.add($0, $1, index) }
          try store?.save(proof, as: index)
          state.finish(proof, index, instructions: segment.instructionCount, isReused: false)
        } catch { state.fail(error) }
      }
    }
    group.wait()
    if let error = state.error { throw error }
    let proofs = state.proofs
    guard let values = UserPublicValuesProof(values: machine.revealed, in: tree), proofs.count == plan.segments.count
    else { throw .fault("the memory tree does not hold what the guest revealed") }
    report.phases = state.phases
    report.reusedSegments = state.reused
    report.provenInstructions = state.provenInstructions
    return AppProof(
      segments: proofs, userPublicValues: values,
      deferralMemory: DeferralMemoryProof(initial: guest.initialMemory, final: tree))
  }

  /// Removes the files of a run whose proof has been written.
  public func removeParts(of report: AppProofReport) {
    guard let directory = options.segmentDirectory, let store = try? SegmentStore(directory: directory) else { return }
    store.remove(segments: report.segments, batches: report.deferralBatches)
  }
}

/// What the threads that prove segments have got so far.
private final class SegmentResults: Sendable {
  private struct State {
    var proofs: [Int: Proof<InnerConfiguration>] = [:]
    var phases: [String: Double] = [:]
    var error: AppError?
    var reused = 0
    var instructionsDone: UInt64 = 0
    var instructionsProven: UInt64 = 0
  }

  private let state = Mutex(State())
  private let total: UInt64
  private let segments: Int
  private let progress: (@Sendable (ProgressEvent) -> Void)?
  private let watch = Stopwatch()

  init(instructions: UInt64, segments: Int, progress: (@Sendable (ProgressEvent) -> Void)?) {
    total = instructions
    self.segments = segments
    self.progress = progress
  }

  var error: AppError? { state.withLock { $0.error } }
  var reused: Int { state.withLock { $0.reused } }
  var provenInstructions: UInt64 { state.withLock { $0.instructionsProven } }
  var phases: [String: Double] { state.withLock { $0.phases } }
  /// In order.
  var proofs: [Proof<InnerConfiguration>] {
    state.withLock { state in (0..<segments).compactMap { state.proofs[$0] } }
  }

  func add(_ phase: SegmentPhase, _ seconds: Double, _ index: Int) {
    let step = state.withLock { state in
      state.phases[phase.description, default: 0] += seconds
      return "segment \(index + 1) of \(segments), \(phase) done\(pace(state))"
    }
    progress?(.began(step))
  }

  func finish(_ proof: Proof<InnerConfiguration>, _ index: Int, instructions: UInt64, isReused: Bool) {
    let rate = state.withLock { state in
      state.proofs[index] = proof
      state.instructionsDone += instructions
      if isReused { state.reused += 1 } else { state.instructionsProven += instructions }
      return pace(state)
    }
    let what = isReused ? "proven before" : "proven"
    progress?(.finished("segment \(index + 1) of \(segments) \(what)\(rate)", seconds: watch.seconds))
  }

  func fail(_ error: any Error) {
    state.withLock { state in
      guard state.error == nil else { return }
      if let error = error as? ArtefactError {
        state.error = .artefact(error)
      } else {
        state.error = .fault("a segment could not be proven: \(error)")
      }
    }
  }

  /// How fast it goes and how long it will take, once something is known of it.
  private func pace(_ state: State) -> String {
    guard state.instructionsProven > 0 else { return "" }
    let perSecond = Double(state.instructionsProven) / Swift.max(watch.seconds, 1e-9)
    let left = Double(total - Swift.min(state.instructionsDone, total)) / perSecond
    return ", \(Int(perSecond / 1000)) kHz, \(Int(left.rounded(.up))) s left"
  }
}
