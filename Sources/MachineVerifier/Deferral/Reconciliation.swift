import Algebra
import Hashing
import StarkVerifier

/// Ties the proofs of deferred calls to the run that made the calls (chapter 40, section 3.4; chapter 60, section 10).
///
/// The machine's circuits fold the commitments of every call into the accumulators of its circuit, in the order of the
/// calls. This does the same with the commitments that the circuits' proofs show, starting from the commitments of the keys,
/// and demands that memory holds the results. Folding is a chain of hashes: another call, a missing or repeated one,
/// another order or another circuit end in other accumulators.
struct Reconciliation {
  let keys: [DeferralVerifyingKey]

  /// Verifies all proofs and compares with the memories at the beginning and at the end of the run.
  func check(_ proof: AppProof, initialRoot: InnerDigest, finalRoot: InnerDigest) throws(DeferralError) {
    guard keys.count <= Self.maxCircuits else { throw .tooManyCircuits(keys.count) }
    guard proof.deferrals.count == keys.count else {
      throw .circuitCount(expected: keys.count, found: proof.deferrals.count)
    }
    // Before any proof: a key that the guest's first memory does not name says nothing.
    let initial = keys.map { DeferralAccumulators(circuitCommit: $0.circuitCommit) }
    try compare(initial, siblings: proof.deferralMemory.initialSiblings, root: initialRoot, isInitial: true)

    var final = initial
    for (index, key) in keys.enumerated() {
      for call in try calls(to: index, key, proof.deferrals[index]) { final[index].fold(call) }
    }
    try compare(final, siblings: proof.deferralMemory.finalSiblings, root: finalRoot, isInitial: false)
  }

  static let maxCircuits = 1024

  private func compare(
    _ circuits: [DeferralAccumulators], siblings: [InnerDigest], root: InnerDigest, isInitial: Bool
  ) throws(DeferralError) {
    guard
      let found = DeferralMemoryProof.memoryRoot(over: DeferralMemoryProof.root(of: circuits), siblings: siblings)
    else { throw .pathLength(expected: DeferralMemoryProof.pathLength, found: siblings.count) }
    guard found == root else { throw isInitial ? .initialMemory : .finalMemory }
  }

  /// The calls that the proofs of a circuit show, in order. Only the last batch may have fewer than it could.
  private func calls(
    to index: Int, _ key: DeferralVerifyingKey, _ proofs: DeferralProofs
  ) throws(DeferralError) -> [CommittedCall] {
    guard (0...DeferralVerifyingKey.maxLogBatch).contains(key.logBatch) else {
      throw .key(index: index, "a batch of 2^\(key.logBatch) calls")
    }
    let expected = key.logBatch == 0 ? DeferralPublicValues.singleCount : DeferralPublicValues.batchCount
    let found = key.stark.airs.first?.publicValueCount ?? 0
    guard found == expected else { throw .key(index: index, "\(found) public values, expected \(expected)") }
    // A batch's calls are committed without cached parts: nothing would bind one to its call.
    guard key.logBatch == 0 || key.stark.airs.allSatisfy(\.width.cachedMains.isEmpty) else {
      throw .key(index: index, "cached parts in a circuit for batches")
    }
    let verifier = Verifier(key: key.stark, parameters: key.stark.parameters)
    var calls: [CommittedCall] = []
    for (number, batch) in proofs.batches.enumerated() {
      do throws(VerifyError) { try verifier.verify(batch.proof) } catch {
        throw .proof(index: index, batch: number, error)
      }
      let statement = batch.proof.publicValues.first ?? []
      guard statement.count == expected else { throw .statement(index: index, batch: number, .length) }
      if key.logBatch == 0 {
        guard batch.calls.isEmpty else { throw .statement(index: index, batch: number, .callsOfSingle) }
        calls.append(try single(batch.proof, statement, index: index, batch: number))
      } else {
        let isLast = number == proofs.batches.count - 1
        do throws(DeferralError.StatementFault) {
          try checkBatch(batch.calls, statement, logBatch: key.logBatch, index: index, isLast: isLast)
        } catch { throw .statement(index: index, batch: number, error) }
        calls += batch.calls
      }
    }
    return calls
  }

  /// `g`, `h` and the index; `g` is folded with the cached parts that the proof has (chapter 40, section 1.7).
  private func single(
    _ proof: Proof<InnerConfiguration>, _ statement: [BabyBear], index: Int, batch: Int
  ) throws(DeferralError) -> CommittedCall {
    guard statement[16] == BabyBear(index) else { throw .statement(index: index, batch: batch, .index) }
    let cached = proof.traceData.flatMap { $0?.cachedCommits ?? [] }
    return CommittedCall(
      input: UnfoldedInputCommit(digest: InnerDigest(statement[0..<8])).folded(with: cached),
      output: OutputCommit(digest: InnerDigest(statement[8..<16])))
  }

  private func checkBatch(
    _ calls: [CommittedCall], _ statement: [BabyBear], logBatch: Int, index: Int, isLast: Bool
  ) throws(DeferralError.StatementFault) {
    guard statement[10] == BabyBear(index) else { throw .index }
    guard statement[9] == BabyBear(logBatch) else { throw .height }
    guard !calls.isEmpty, calls.count <= 1 << logBatch, isLast || calls.count == 1 << logBatch else {
      throw .batchSize(calls.count)
    }
    guard statement[8] == BabyBear(calls.count) else { throw .callCount }
    guard InnerDigest(statement[0..<8]) == CallTree.root(calls, height: logBatch) else { throw .callTree }
  }
}

/// Why the proofs of deferred calls are not those of the calls that a run made.
public enum DeferralError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooManyCircuits(Int)
  case circuitCount(expected: Int, found: Int)
  case key(index: Int, String)
  case proof(index: Int, batch: Int, VerifyError)
  case statement(index: Int, batch: Int, StatementFault)
  case pathLength(expected: Int, found: Int)
  /// The guest's first memory does not hold the commitments of the keys, and nothing else, at the place of accumulators.
  case initialMemory
  /// The last memory does not hold the accumulators of the calls that the proofs show, and nothing else.
  case finalMemory

  public enum StatementFault: Error, Hashable, Sendable {
    case length, callsOfSingle, index, height, callCount, callTree
    case batchSize(Int)
  }

  public var description: String {
    switch self {
    case .tooManyCircuits(let found): "\(found) circuits, expected at most \(Reconciliation.maxCircuits)"
    case .circuitCount(let expected, let found): "proofs for \(found) circuits, expected \(expected)"
    case .key(let index, let reason): "the key of index \(index): \(reason)"
    case .proof(let index, let batch, let error): "index \(index), batch \(batch): \(error)"
    case .statement(let index, let batch, let fault): "index \(index), batch \(batch): \(fault.text)"
    case .pathLength(let expected, let found): "a path of \(found) siblings, expected \(expected)"
    case .initialMemory: "the guest's first memory names other circuits than the keys"
    case .finalMemory: "the run made other calls than those that were proven"
    }
  }
}

extension DeferralError.StatementFault {
  fileprivate var text: String {
    switch self {
    case .length: "public values of another number"
    case .callsOfSingle: "a list of calls beside a proof of a single call"
    case .index: "the proof is for another index"
    case .height: "the proof is for batches of another size"
    case .callCount: "the proof is of another number of calls"
    case .callTree: "the proof is of other calls"
    case .batchSize(let count): "a batch of \(count) calls; all but the last must be full"
    }
  }
}
