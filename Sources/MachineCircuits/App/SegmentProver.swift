import AIR
import Algebra
import Hashing
import Machine
import MachineVerifier
import StarkProver
import StarkVerifier

/// Proves segments of a guest's runs. Segments may be proven in any order and by several threads at a time.
public struct SegmentProver: Sendable {
  public let key: MachineKey
  public let guest: CommittedGuest

  public init(key: MachineKey, guest: CommittedGuest) {
    self.key = key
    self.guest = guest
  }

  /// The proof of a segment. `onPhase` hears of trace generation as of the phases of the proof.
  public func prove(
    _ witness: SegmentWitness<some SegmentRecords>, workers: Workers, onPhase: ((SegmentPhase, Double) -> Void)? = nil
  ) throws(ProverError) -> Proof<InnerConfiguration> {
    let start = ContinuousClock.now
    let traces = witness.traces(workers: workers)
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    onPhase?(.traces, Double(seconds) + Double(attoseconds) * 1e-18)
    return try Prover(key: key.stark, workers: workers).prove(
      traces, committed: [SystemAIR.program.rawValue: [guest.program]]
    ) { phase, seconds in onPhase?(.stark(phase), seconds) }
  }

  /// What the proof of a segment is going to say.
  public func statement(of witness: SegmentWitness<some SegmentRecords>) -> SegmentStatement {
    let records = witness.records
    return SegmentStatement(
      programCommit: guest.program.root, initialPC: BabyBear(records.initialPC), finalPC: BabyBear(records.finalPC),
      exitCode: BabyBear(records.exitCode ?? suspendedExitCode), isTerminated: records.exitCode == nil ? 0 : 1,
      initialRoot: witness.update.initialRoot, finalRoot: witness.update.finalRoot)
  }

  /// Checks every constraint on every row and every bus, without a proof: says what is wrong by name.
  public func check(
    _ witness: SegmentWitness<some SegmentRecords>, workers: Workers
  ) throws(TraceShapeError) -> TraceReport {
    let instances = witness.traces(workers: workers).map { trace in
      AIRInstance(
        air: CompiledAIR(MachineAIR.all[trace.airID]),
        cachedMains: trace.airID == SystemAIR.program.rawValue ? guest.program.matrices : [],
        commonMain: trace.commonMain, publicValues: trace.publicValues)
    }
    return try TraceChecker(instances, workers: workers).check()
  }
}

/// What is being done for a segment.
public enum SegmentPhase: Hashable, Sendable, CustomStringConvertible {
  /// Running it and writing down what happens.
  case preflight
  /// Filling traces.
  case traces
  case stark(ProverPhase)

  public var description: String {
    switch self {
    case .preflight: "preflight"
    case .traces: "traces"
    case .stark(let phase): phase.rawValue
    }
  }
}
