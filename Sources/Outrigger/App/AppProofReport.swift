import Machine
import MachineCircuits
import MachineVerifier
import StarkVerifier

/// What proving a run took.
public struct AppProofReport: Sendable, Encodable {
  public var executable: String
  public var keyPreHash: String
  public var publicValues = ""
  public var publicValueBytes: Int
  public var parameters: String
  /// Whether proofs have 100 provable bits or more.
  public var isSecure: Bool
  public var instructions: UInt64 = 0
  /// Instructions of the segments that were proven now.
  public var provenInstructions: UInt64 = 0
  public var segments = 0
  /// Segments whose proofs were there from a run before.
  public var reusedSegments = 0
  /// Calls by deferral index.
  public var deferralCalls: [Int] = []
  /// Proofs of deferred calls.
  public var deferralProofs = 0
  /// Of these, the ones that were there from a run before.
  public var reusedDeferralProofs = 0
  /// Which files they have, where they are kept.
  var deferralBatches: [DeferralBatchName] = []
  /// From the first deferral proof to the last.
  public var deferralSeconds = 0.0
  /// Time in which circuits filled their traces, summed over proofs: messages, copies and checks included.
  public var deferralFillSeconds = 0.0
  /// Segments proven side by side.
  public var concurrency = 0
  public var cells = 0
  public var messages = 0
  public var estimatedMemoryBytes = 0
  public var memoryLimitBytes: Int
  public var threads: Int
  /// Metered execution, which makes the plan.
  public var executeSeconds = 0.0
  /// From the first segment's recording to the last one's proof.
  public var proveSeconds = 0.0
  public var totalSeconds = 0.0
  /// Seconds by phase, summed over segments; those proven side by side count each.
  public var phases: [String: Double] = [:]
  public var peakBytes = 0

  enum CodingKeys: String, CodingKey {
    case executable = "app_exe_commit"
    case keyPreHash = "app_vk_pre_hash"
    case publicValues = "public_values"
    case publicValueBytes = "public_value_bytes"
    case parameters
    case isSecure = "secure"
    case instructions
    case provenInstructions = "proven_instructions"
    case segments
    case reusedSegments = "reused_segments"
    case deferralCalls = "deferral_calls"
    case deferralProofs = "deferral_proofs"
    case reusedDeferralProofs = "reused_deferral_proofs"
    case deferralSeconds = "deferral_seconds"
    case deferralFillSeconds = "deferral_fill_seconds"
    case concurrency, cells, messages
    case estimatedMemoryBytes = "estimated_memory_bytes"
    case memoryLimitBytes = "memory_limit_bytes"
    case threads
    case executeSeconds = "execute_seconds"
    case proveSeconds = "prove_seconds"
    case totalSeconds = "total_seconds"
    case phases
    case peakBytes = "peak_bytes"
  }

  init(key: MachineKey, guest: CommittedGuest, options: AppProving.Options) {
    let commitments = AppCommitments(key: key, guest: guest)
    executable = commitments.executable
    keyPreHash = commitments.keyPreHash
    parameters = Preset(matching: key.configuration.parameters)?.name ?? "test parameters"
    isSecure = SoundnessReport(key: key.stark.verifyingKey).totalBits >= StarkVerification.productionBits
    publicValueBytes = key.configuration.publicValueBytes
    memoryLimitBytes = options.memoryBytes
    threads = options.threads
  }

  mutating func describe(_ plan: ExecutionPlan, shapes: [SegmentShape], concurrency: Int) {
    instructions = plan.outcome.instructionCount
    segments = plan.segments.count
    cells = shapes.reduce(0) { $0 + $1.cells }
    messages = shapes.reduce(0) { $0 + $1.messages }
    estimatedMemoryBytes = (shapes.map(\.memoryBytes).max() ?? 0) * concurrency
    self.concurrency = concurrency
  }

  /// The part of the proving time that is spent outside the proof system: recording and filling traces.
  public var shareOutsideStark: Double {
    let outside = phases["preflight", default: 0] + phases["traces", default: 0]
    let all = phases.values.reduce(0, +)
    return all > 0 ? outside / all : 0
  }
}
