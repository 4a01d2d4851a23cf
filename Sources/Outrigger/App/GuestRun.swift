import Algebra
import Machine
import MachineCircuits

/// What a run did.
public struct RunReport: Sendable, Encodable {
  public var exitCode: UInt32
  /// What the guest printed.
  public var output: String
  /// Hexadecimal.
  public var publicValues: String
  public var instructions: UInt64
  /// Calls by deferral index.
  public var deferralCalls: [Int]
  public var seconds: Double
  public var instructionsPerSecond: Double
  /// How a proof would be cut and what it would take; nil where there is none, since the guest failed or does not fit.
  public var estimate: ProvingEstimate?

  enum CodingKeys: String, CodingKey {
    case exitCode = "exit_code"
    case output
    case publicValues = "public_values"
    case instructions
    case deferralCalls = "deferral_calls"
    case seconds
    case instructionsPerSecond = "instructions_per_second"
    case estimate
  }
}

/// Runs guests without proving anything.
public struct GuestRun: Sendable {
  public var guest: GuestFile
  /// Entries of the input queue.
  public var inputs: [[UInt8]]
  public var publicValueBytes: Int
  /// The deferral circuits that the guest may call.
  public var deferral: DeferralExtension
  /// A run that takes more fails; nil for no limit.
  public var maxInstructions: UInt64?

  public init(
    guest: GuestFile, inputs: [[UInt8]] = [],
    publicValueBytes: Int = MachineConfiguration.defaultPublicValueBytes, deferral: DeferralExtension = .none,
    maxInstructions: UInt64? = nil
  ) {
    self.guest = guest
    self.inputs = inputs
    self.publicValueBytes = publicValueBytes
    self.deferral = deferral
    self.maxInstructions = maxInstructions
  }

  /// Bytes of output that a report keeps; `onPrint` gets all of it.
  public static let outputLimit = 1 << 20

  /// Runs the guest to its end. `onPrint` gets what it prints, as it prints it.
  public func run(onPrint: (([UInt8]) -> Void)? = nil) throws(AppError) -> RunReport {
    let machine = try makeMachine()
    var output: [UInt8] = []
    machine.onPrint = { text in
      if output.count < Self.outputLimit { output += text }
      onPrint?(text)
    }
    let watch = Stopwatch()
    let outcome: RunOutcome
    do { outcome = try machine.run(maxInstructions: maxInstructions ?? .max) } catch { throw AppError(error) }
    let seconds = watch.seconds
    return RunReport(
      exitCode: outcome.exitCode, output: String(decoding: output, as: UTF8.self),
      publicValues: Hexadecimal.text(machine.revealed), instructions: outcome.instructionCount,
      deferralCalls: machine.deferralCalls.map(\.count), seconds: seconds,
      instructionsPerSecond: Double(outcome.instructionCount) / Swift.max(seconds, 1e-9), estimate: nil)
  }

  /// Runs the guest once more and counts instructions by stack of calls; writes `path` for speedscope and
  /// `path` + `.folded` for flame graph scripts. Returns the functions that take most.
  public func profile(to path: String) throws(AppError) -> [(name: String, instructions: UInt64)] {
    let machine = try makeMachine()
    let profile: Profile
    do { profile = try machine.profile(maxInstructions: maxInstructions ?? .max) } catch {
      throw AppError(error)
    }
    do {
      try ArtefactFile.write(Array(profile.speedscopeJSON(name: guest.path).utf8), to: path)
      try ArtefactFile.write(Array(profile.foldedStacks.utf8), to: path + ".folded")
    } catch { throw .artefact(error) }
    return profile.functions
  }

  /// How the run would be cut into segments and what proving them would take, with `memoryBytes` in all.
  public func estimate(key: MachineKey, memoryBytes: Int, threads: Int) throws(AppError) -> ProvingEstimate {
    let costs = SegmentCosts(key: key, programSlots: guest.executable.program.slots.count)
    let watch = Stopwatch()
    let plan = try plan(costs: costs, memoryBytes: memoryBytes).execution
    return ProvingEstimate(
      plan: plan, costs: costs, logStackedHeight: key.configuration.parameters.logStackedHeight, threads: threads,
      planSeconds: watch.seconds)
  }

  /// A run cut into segments, with what it takes beside their proofs.
  struct Plan {
    var execution: ExecutionPlan
    /// By deferral index, in order.
    var deferralCalls: [[DeferralCall]]
    /// The guest's memory with its times and its tree, and what the process takes in any case.
    var residentBytes: Int
  }

  /// Bytes that a written byte of guest memory takes: itself, the time of its last access, and eight for the hashes of
  /// the memory tree.
  private static let bytesPerWrittenByte = 10

  /// The run cut into segments, none of which takes more than `AppProving.segmentMemory`, or more than `memoryBytes`
  /// leave beside the guest's own memory, to prove.
  func plan(costs: SegmentCosts, memoryBytes: Int, segmentInstructions: Int = .max) throws(AppError) -> Plan {
    var resident = AppProving.reservedMemory
    while true {
      let memory = Swift.min(AppProving.segmentMemory, memoryBytes - resident)
      let smallest = costs.shape(of: SegmentHeights()).memoryBytes
      guard smallest < memory else { throw .memory(needed: smallest + resident, limit: memoryBytes) }
      let machine = try makeMachine()
      let budget = ProvingBudget(costs: costs, memoryBytes: memory, instructions: segmentInstructions)
      let execution: ExecutionPlan
      do { execution = try machine.plan(budget: budget, maxInstructions: maxInstructions ?? .max) } catch {
        throw AppError(error)
      }
      // What the guest's memory takes is known at the end: where it leaves too little, once more with less.
      let needed = AppProving.reservedMemory + Self.bytesPerWrittenByte * machine.writtenBytes
      let largest = execution.segments.map { costs.shape(of: $0.heights).memoryBytes }.max() ?? 0
      if needed <= resident || largest + needed <= memoryBytes {
        return Plan(execution: execution, deferralCalls: machine.deferralCalls, residentBytes: needed)
      }
      resident = needed
    }
  }

  func makeMachine() throws(AppError) -> VirtualMachine {
    do {
      return try VirtualMachine(
        executable: guest.executable, inputs: inputs, deferrals: deferral.bindings, publicValueBytes: publicValueBytes)
    } catch { throw AppError(error) }
  }
}
