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
    do throws(DeferralKeyFault) { try key.check() } catch { throw .key(index: index, error) }
    var calls: [CommittedCall] = []
    for (number, batch) in proofs.batches.enumerated() {
      let shown: [CommittedCall]
      do throws(DeferralProofError) { shown = try key.verify(batch, index: index) } catch {
        throw .proof(index: index, batch: number, error)
      }
      guard number == proofs.batches.count - 1 || shown.count == 1 << key.logBatch else {
        throw .partlyFilled(index: index, batch: number, calls: shown.count)
      }
      calls += shown
    }
    return calls
  }
}

/// Why the proofs of deferred calls are not those of the calls that a run made.
public enum DeferralError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooManyCircuits(Int)
  case circuitCount(expected: Int, found: Int)
  case key(index: Int, DeferralKeyFault)
  case proof(index: Int, batch: Int, DeferralProofError)
  /// A batch before the last has fewer calls than it could.
  case partlyFilled(index: Int, batch: Int, calls: Int)
  case pathLength(expected: Int, found: Int)
  /// The guest's first memory does not hold the commitments of the keys, and nothing else, at the place of accumulators.
  case initialMemory
  /// The last memory does not hold the accumulators of the calls that the proofs show, and nothing else.
  case finalMemory

  public var description: String {
    switch self {
    case .tooManyCircuits(let found): "\(found) circuits, expected at most \(Reconciliation.maxCircuits)"
    case .circuitCount(let expected, let found): "proofs for \(found) circuits, expected \(expected)"
    case .key(let index, let error): "the key of index \(index): \(error)"
    case .proof(let index, let batch, let error): "index \(index), batch \(batch): \(error)"
    case .partlyFilled(let index, let batch, let calls):
      "index \(index), batch \(batch): \(calls) calls; all batches but the last must be full"
    case .pathLength(let expected, let found): "a path of \(found) siblings, expected \(expected)"
    case .initialMemory: "the guest's first memory names other circuits than the keys"
    case .finalMemory: "the run made other calls than those that were proven"
    }
  }
}
