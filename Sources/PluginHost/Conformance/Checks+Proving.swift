import Algebra
import Deferral
import Hashing
import MachineVerifier
import StarkProver
import StarkVerifier

extension ConformanceBench {
  /// A call, and a batch where the circuit batches: proven, verified, and compared with what they should say.
  func proveVerify() throws(Finding) -> Finding {
    let calls = try sampledCalls(3)
    var batches: [(Int, [DeferralJob.Call])] = [(subject.logBatch, [calls[calls.count - 1]])]
    if subject.logBatch > 0 {
      batches[0].1 = (0..<min(3, 1 << subject.logBatch)).map { calls[$0 % calls.count] }
    } else if circuit.maxLogBatch > 0 {
      batches.append((1, (0..<2).map { calls[$0 % calls.count] }))
    }
    var words: [String] = []
    for (logBatch, calls) in batches { words.append(try proveVerify(calls, logBatch: logBatch)) }
    return .pass(words.joined(separator: "; "))
  }

  private func proveVerify(_ calls: [DeferralJob.Call], logBatch: Int) throws(Finding) -> String {
    let (job, commits) = try withInstance { session, instance throws(Finding) in
      let job = try makeJob(session, instance, calls)
      var commits: [UnfoldedInputCommit] = []
      for call in calls {
        commits.append(
          try attempt("commit_input") { () throws(PluginError) in
            try session.commitInput(instance, input: call.input)
          })
      }
      return (job, commits)
    }
    let prover = try prover(for: job, logBatch: logBatch)
    let proofStart = ContinuousClock.now
    let proof: Proof<InnerConfiguration>
    do throws(CallProverError) { proof = try prover.prove(job.job) } catch {
      throw .fail("\(jobName(calls)): no proof: \(error)")
    }
    let proofSeconds = proofStart.secondsSince
    let cached = proof.traceData.flatMap { $0?.cachedCommits ?? [] }
    let committed = zip(calls, commits).map { call, commit in
      CommittedCall(
        input: commit.folded(with: cached), output: OutputCommit(index: subject.index, bytes: call.output))
    }
    let batch = DeferralBatch(proof: proof, calls: logBatch == 0 ? [] : committed)
    let verifyStart = ContinuousClock.now
    let shown: [CommittedCall]
    do throws(DeferralProofError) { shown = try prover.key.verifying.verify(batch, index: subject.index) } catch {
      throw .fail("\(jobName(calls)): expected the proof to verify, found: \(error)")
    }
    let verifySeconds = verifyStart.secondsSince
    guard shown == committed else {
      throw .fail("\(jobName(calls)): expected a proof of the commitments of input and output, found others")
    }
    try requireRejected(batch, prover.key.verifying)
    return
      "\(jobName(calls)): proof of \(proof.encode().count >> 10) KiB in \(ConformanceReport.seconds(proofSeconds)), "
      + "verified in \(Int((verifySeconds * 1000).rounded())) ms"
  }

  /// What the proof does not say must not verify.
  private func requireRejected(_ batch: DeferralBatch, _ key: DeferralVerifyingKey) throws(Finding) {
    if (try? key.verify(batch, index: (subject.index + 1) % 1024)) != nil {
      throw .fail("expected the proof to be rejected at another index, found that it verifies")
    }
    for (place, value) in (batch.proof.publicValues.first ?? []).enumerated() {
      var forged = batch
      forged.proof.publicValues[0][place] = value + .one
      if (try? key.verify(forged, index: subject.index)) != nil {
        throw .fail("expected the proof to be rejected with another public value \(place), found that it verifies")
      }
    }
    guard !batch.calls.isEmpty else { return }
    var forged = batch
    forged.calls[0].output = OutputCommit(digest: forged.calls[0].input.digest)
    if (try? key.verify(forged, index: subject.index)) != nil {
      throw .fail("expected the proof to be rejected with other calls, found that it verifies")
    }
  }

  private func prover(for job: BenchJob, logBatch: Int) throws(Finding) -> CallProver {
    let production = CircuitKey(logBatch: logBatch, parameters: try productionParameters())
    let shape = try deferralCircuit(production).shape(
      calls: job.calls.map { ($0.input.count, $0.output.count) },
      ownHeights: job.traces.map { $0?.commonMain.height })
    let parameters: SystemParameters
    do throws(ParameterError) {
      parameters = try ProofParameters(options: options).make(
        logStackedHeight: circuit.logStackedHeight, logTallest: shape.logTallest)
    } catch {
      throw .fail("log_stacked_height: \(error)")
    }
    let key = try provingKey(CircuitKey(logBatch: logBatch, parameters: parameters))
    return CallProver(key: key, workers: workers)
  }
}
