import Algebra
import Hashing
import StarkVerifier

extension DeferralVerifyingKey {
  /// Demands that the key is of the form that its batch asks for.
  func check() throws(DeferralKeyFault) {
    guard (0...Self.maxLogBatch).contains(logBatch) else { throw .batch(log: logBatch) }
    let expected = logBatch == 0 ? DeferralPublicValues.singleCount : DeferralPublicValues.batchCount
    let found = stark.airs.first?.publicValueCount ?? 0
    guard found == expected else { throw .publicValues(expected: expected, found: found) }
    // A batch's calls are committed without cached parts: nothing would bind one to its call.
    guard logBatch == 0 || stark.airs.allSatisfy(\.width.cachedMains.isEmpty) else { throw .cachedParts }
  }

  /// Verifies a proof of calls at a deferral index and returns the commitments of the calls. Assumes that the key is the one
  /// that is expected: a proof under another key says nothing.
  public func verify(_ batch: DeferralBatch, index: Int) throws(DeferralProofError) -> [CommittedCall] {
    do throws(DeferralKeyFault) { try check() } catch { throw .key(error) }
    do throws(VerifyError) { try Verifier(key: stark, parameters: stark.parameters).verify(batch.proof) } catch {
      throw .proof(error)
    }
    let statement = batch.proof.publicValues.first ?? []
    if logBatch > 0 {
      try checkTree(batch.calls, statement, index: index)
      return batch.calls
    }
    guard batch.calls.isEmpty else { throw .callsOfSingle }
    guard statement.count == DeferralPublicValues.singleCount else { throw .statement }
    guard statement[16] == BabyBear(index) else { throw .index }
    // Folded with the cached parts that the proof has, in order (chapter 40, section 1.7).
    let cached = batch.proof.traceData.flatMap { $0?.cachedCommits ?? [] }
    return [
      CommittedCall(
        input: UnfoldedInputCommit(digest: InnerDigest(statement[0..<8])).folded(with: cached),
        output: OutputCommit(digest: InnerDigest(statement[8..<16])))
    ]
  }

  private func checkTree(
    _ calls: [CommittedCall], _ statement: [BabyBear], index: Int
  ) throws(DeferralProofError) {
    guard statement.count == DeferralPublicValues.batchCount else { throw .statement }
    guard statement[10] == BabyBear(index) else { throw .index }
    guard statement[9] == BabyBear(logBatch) else { throw .treeHeight }
    guard !calls.isEmpty, calls.count <= 1 << logBatch else { throw .batchSize(calls.count) }
    guard statement[8] == BabyBear(calls.count) else { throw .callCount }
    guard InnerDigest(statement[0..<8]) == CallTree.root(calls, height: logBatch) else { throw .callTree }
  }
}

/// Why a key is none of a deferral circuit.
public enum DeferralKeyFault: Error, Hashable, Sendable, CustomStringConvertible {
  case batch(log: Int)
  case publicValues(expected: Int, found: Int)
  case cachedParts

  public var description: String {
    switch self {
    case .batch(let log): "a batch of 2^\(log) calls, expected at most 2^\(DeferralVerifyingKey.maxLogBatch)"
    case .publicValues(let expected, let found): "\(found) public values, expected \(expected)"
    case .cachedParts: "cached parts in a circuit for batches"
    }
  }
}

/// Why a proof is none of calls at an index.
public enum DeferralProofError: Error, Hashable, Sendable, CustomStringConvertible {
  case key(DeferralKeyFault)
  case proof(VerifyError)
  /// Another number of public values.
  case statement
  case callsOfSingle
  case index
  case treeHeight
  case batchSize(Int)
  case callCount
  case callTree

  public var description: String {
    switch self {
    case .key(let error): error.description
    case .proof(let error): error.description
    case .statement: "public values of another number"
    case .callsOfSingle: "a list of calls beside a proof of a single call"
    case .index: "the proof is for another index"
    case .treeHeight: "the proof is for batches of another size"
    case .batchSize(let count): "a batch of \(count) calls"
    case .callCount: "the proof is of another number of calls"
    case .callTree: "the proof is of other calls"
    }
  }
}
