import Algebra
import Hashing
import StarkVerifier

/// The stages of a proof, for progress and measurement.
public enum ProverPhase: String, CaseIterable, Sendable {
  case commit, gkr, zerocheck, stacking, whir
}

/// The SWIRL prover (chapter 10, section 6). Works from a key and traces alone, and is deterministic: witnesses of
/// proofs of work are the smallest there are, whatever the number of threads.
public struct Prover<H: HashConfiguration>: Sendable {
  public let key: ProvingKey<H>
  public let workers: Workers

  public init(key: ProvingKey<H>, workers: Workers) {
    self.key = key
    self.workers = workers
  }

  /// Proves that `traces` satisfy all constraints of their AIRs and balance all buses. Whether they do is not checked
  /// (the AIR debugger does that): a proof of false traces is made, and rejected.
  ///
  /// - Parameters:
  ///   - traces: one for each present AIR, in any order.
  ///   - committed: by AIR id, commitments made before to the AIR's cached mains, one for each; its trace then has no
  ///     `cachedMains`. Worth it for what many proofs share, such as a program.
  ///   - onPhase: called after each phase with the seconds it took.
  public func prove(
    _ traces: [AIRTrace], committed: [Int: [StackedCommitment<H>]] = [:],
    onPhase: ((ProverPhase, Double) -> Void)? = nil
  ) throws(ProverError) -> Proof<H> {
    let present = try validated(try withCommitted(traces, committed))
    var clock = PhaseClock(onPhase)
    let parameters = key.verifyingKey.parameters
    let domain = SkipDomain(log: parameters.lSkip)

    let common = StackedCommitment<H>(
      matrices: present.map(\.commonMain), parameters: parameters, workers: workers)
    let cached = present.map { trace in
      committed[trace.airID]
        ?? trace.cachedMains.map { StackedCommitment<H>(matrices: [$0], parameters: parameters, workers: workers) }
    }
    let commitments = allCommitments(common: common, cached: cached, present: present)
    let stackedWidth = commitments.reduce(0) { $0 + $1.stackedWidth }
    guard stackedWidth <= parameters.wStack else {
      throw .stackedWidth(found: stackedWidth, maximum: parameters.wStack)
    }
    clock.finish(.commit)

    var transcript = H.Transcript()
    observePreamble(common.root, cached.map { $0.map(\.root) }, present, &transcript)
    guard let powWitness = transcript.grind(bits: parameters.logup.powBits, threads: workers.count) else {
      throw .noWitness(phase: "logup", bits: parameters.logup.powBits)
    }
    let alpha = transcript.sampleExt()
    let beta = transcript.sampleExt()
    let views = present.map { trace in
      ProverTrace(
        trace, key: key.verifyingKey.airs[trace.airID], preprocessed: key.preprocessed[trace.airID]?.matrices[0],
        logSkip: parameters.lSkip)
    }
    let (gkr, xi) = try proveFractions(views, powWitness, alpha, beta, &transcript)
    clock.finish(.gkr)

    let zerocheck = ZerocheckProver<H>(
      traces: views, domain: domain, degree: parameters.maxConstraintDegree, beta: beta, workers: workers)
    let (batch, r) = try zerocheck.prove(xi: xi, transcript: &transcript)
    clock.finish(.zerocheck)

    let rotations =
      [views.map(\.needsRotation)]
      + zip(views, present).flatMap { view, trace in
        Array(
          repeating: [view.needsRotation], count: trace.cachedMains.count + (view.width.preprocessed == nil ? 0 : 1))
      }
    let reduction = StackingProver<H>(
      commitments: commitments, needsRotation: rotations, domain: domain, stackVariables: parameters.nStack,
      workers: workers)
    let (stacking, u) = reduction.prove(r: r, transcript: &transcript)
    clock.finish(.stacking)

    let opening = WHIRProver<H>(commitments: commitments, parameters: parameters, domain: domain, workers: workers)
    let whir = try opening.prove(point: u, openings: Array(stacking.openings.joined()), transcript: &transcript)
    clock.finish(.whir)

    let byID = Dictionary(uniqueKeysWithValues: zip(present, cached).map { ($0.airID, ($0, $1)) })
    return Proof(
      commonMainCommit: common.root,
      traceData: key.verifyingKey.airs.indices.map { id in
        byID[id].map { trace, cached in
          TraceData(logHeight: trace.commonMain.height.trailingZeroBitCount, cachedCommits: cached.map(\.root))
        }
      },
      publicValues: key.verifyingKey.airs.indices.map { byID[$0]?.0.publicValues ?? [] },
      gkr: gkr, batch: batch, stacking: stacking, whir: whir)
  }

  /// Common main, then for each trace its preprocessed part and its cached mains.
  private func allCommitments(
    common: StackedCommitment<H>, cached: [[StackedCommitment<H>]], present: [AIRTrace]
  ) -> [StackedCommitment<H>] {
    [common]
      + zip(present, cached).flatMap { trace, cached in
        (key.preprocessed[trace.airID].map { [$0] } ?? []) + cached
      }
  }

  /// Chapter 10, section 6.2.
  private func observePreamble(
    _ commonRoot: H.Digest, _ cachedRoots: [[H.Digest]], _ present: [AIRTrace], _ transcript: inout H.Transcript
  ) {
    transcript.observe(key.verifyingKey.preHash)
    transcript.observe(commonRoot)
    for (id, air) in key.verifyingKey.airs.enumerated() {
      let index = present.firstIndex { $0.airID == id }
      if !air.isRequired { transcript.observe(index == nil ? BabyBear.zero : .one) }
      guard let index else { continue }
      if let preprocessed = air.preprocessed {
        transcript.observe(preprocessed.commit)
      } else {
        transcript.observe(BabyBear(present[index].commonMain.height.trailingZeroBitCount))
      }
      for root in cachedRoots[index] { transcript.observe(root) }
      for value in present[index].publicValues { transcript.observe(value) }
    }
  }

  private func proveFractions(
    _ traces: [ProverTrace], _ powWitness: BabyBear, _ alpha: Ext4, _ beta: Ext4, _ transcript: inout H.Transcript
  ) throws(ProverError) -> (GKRProof, [Ext4]) {
    let total = FractionLeaves.assign(to: traces)
    guard total > 0 else {
      let proof = GKRProof(logupPowWitness: powWitness, q0Claim: .one, claimsPerLayer: [], sumcheckPolys: [])
      return (proof, [])
    }
    let log = Int.bitWidth - total.leadingZeroBitCount
    let leaves = FractionLeaves.build(traces, total: total, log: log, alpha: alpha, beta: beta, workers: workers)
    return try FractionSumProver<H>(workers: workers).prove(
      leaves: leaves, powWitness: powWitness, transcript: &transcript)
  }
}

/// Reports the time between calls.
private struct PhaseClock {
  private let report: ((ProverPhase, Double) -> Void)?
  private var last = ContinuousClock.now

  init(_ report: ((ProverPhase, Double) -> Void)?) { self.report = report }

  mutating func finish(_ phase: ProverPhase) {
    let now = ContinuousClock.now
    let (seconds, attoseconds) = (now - last).components
    report?(phase, Double(seconds) + Double(attoseconds) * 1e-18)
    last = now
  }
}
