import AIR
import Algebra
import Machine
import MachineCircuits

/// What checking a run's traces found.
public struct AppCheckReport: Sendable, Encodable {
  public var isSatisfied: Bool
  public var segments: Int
  public var instructions: UInt64
  public var seconds: Double
  /// What does not hold, by segment, AIR and constraint or bus.
  public var findings: [String]

  enum CodingKeys: String, CodingKey {
    case isSatisfied = "satisfied"
    case segments, instructions, seconds, findings
  }
}

/// Evaluates every constraint on every row and adds up every bus of a run, without proving: the way to see whether a
/// proof would verify, and why not.
public struct AppCheck: Sendable {
  public var key: MachineKey
  public var guest: CommittedGuest
  public var run: GuestRun
  public var deferral: DeferralProver?
  public var workers: Workers

  public init(
    key: MachineKey, guest: CommittedGuest, run: GuestRun, deferral: DeferralProver? = nil, workers: Workers
  ) {
    self.key = key
    self.guest = guest
    self.run = run
    self.deferral = deferral
    self.workers = workers
  }

  /// Instructions in a segment: every message is held in memory, so segments are shorter than for a proof.
  public static let segmentInstructions = 1 << 18

  public func check(progress: ((ProgressEvent) -> Void)? = nil) throws(AppError) -> AppCheckReport {
    let watch = Stopwatch()
    let costs = SegmentCosts(key: key, programSlots: guest.executable.program.slots.count)
    let budget = ProvingBudget(costs: costs, memoryBytes: .max, instructions: Self.segmentInstructions)
    let prover = SegmentProver(key: key, guest: guest)
    do {
      let plan = try run.makeMachine().plan(budget: budget, maxInstructions: run.maxInstructions ?? .max)
      let machine = try run.makeMachine()
      var tree = guest.initialMemory
      var findings: [String] = []
      for (index, segment) in plan.segments.enumerated() {
        progress?(.began("check segment \(index + 1) of \(plan.segments.count)"))
        let recording = try machine.preflight(instructions: segment.instructionCount, heights: segment.heights)
        let witness = SegmentWitness(recording, applyingTo: &tree, workers: workers)
        let report = try prover.check(witness, workers: workers)
        findings += report.constraintFailures.map { "segment \(index): \($0)" }
        findings += report.busImbalances.map { "segment \(index): \($0)" }
      }
      if let deferral {
        for batch in deferral.batches(of: machine.deferralCalls) {
          progress?(.began("check deferral index \(batch.index), batch \(batch.name.number)"))
          let report = try deferral.check(batch, workers: workers)
          let place = "deferral index \(batch.index), batch \(batch.name.number)"
          findings += report.constraintFailures.map { "\(place): \($0)" }
          findings += report.busImbalances.map { "\(place): \($0)" }
        }
      }
      return AppCheckReport(
        isSatisfied: findings.isEmpty, segments: plan.segments.count, instructions: plan.outcome.instructionCount,
        seconds: watch.seconds, findings: findings)
    } catch let error as AppError {
      throw error
    } catch let error as ExecutionError {
      throw AppError(error)
    } catch let error as DeferralProvingError {
      throw .deferral(error)
    } catch { throw .fault("\(error)") }
  }
}
