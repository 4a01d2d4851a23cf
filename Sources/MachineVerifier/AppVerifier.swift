import Algebra
import Hashing
import StarkVerifier

/// Verifies app proofs: that a program, started on its initial memory, ran to its end with exit code 0 and left the
/// public values (chapter 20, section 6.2), and that every call it deferred was answered as the circuits prescribe that its
/// first memory names.
///
/// A total function of key, proof and expectations; it never looks at a guest. What it is told to expect must come
/// from a source that the verifier trusts: `executable` from the guest's ELF file, `keyPreHash` from the machine's
/// circuits. A proof under a key of somebody else's choosing says nothing.
public struct AppVerifier: Sendable {
  public let key: AppVerifyingKey
  public let expected: AppExpectations

  /// Verifies under `key`, which is refused unless its pre-hash is the expected one.
  public init(key: AppVerifyingKey, expected: AppExpectations) {
    self.key = key
    self.expected = expected
  }

  /// Returns what the run revealed.
  public func verify(_ proof: AppProof) throws(AppVerifyError) -> [UInt8] {
    let preHash = CommitBytes(key.stark.preHash)
    guard preHash == expected.keyPreHash else { throw .keyPreHash(expected: expected.keyPreHash, found: preHash) }
    // The pre-hash does not cover the number of public values.
    guard key.publicValueBytes == expected.publicValueBytes else {
      throw .publicValueBytes(expected: expected.publicValueBytes, found: key.publicValueBytes)
    }
    guard !proof.segments.isEmpty else { throw .noSegments }
    let statements = try statements(of: proof)

    // Each segment says something about the machine that the circuits describe.
    let verifier = Verifier(key: key.stark, parameters: key.stark.parameters)
    for (index, segment) in proof.segments.enumerated() {
      do throws(VerifyError) { try verifier.verify(segment) } catch { throw .segment(index: index, error) }
    }
    try checkContinuity(statements)

    let (first, last) = (statements[0], statements[statements.count - 1])
    let executable = CommitBytes(
      ExecutableCommit.digest(
        programCommit: first.programCommit, initialRoot: first.initialRoot, initialPC: first.initialPC))
    guard executable == expected.executable else {
      throw .executable(expected: expected.executable, found: executable)
    }
    do throws(UserPublicValuesError) {
      try proof.userPublicValues.verify(count: key.publicValueBytes, root: last.finalRoot)
    } catch { throw .userPublicValues(error) }
    do throws(DeferralError) {
      try Reconciliation(keys: key.deferrals)
        .check(proof, initialRoot: first.initialRoot, finalRoot: last.finalRoot)
    } catch { throw .deferral(error) }
    return proof.userPublicValues.values.map { UInt8(truncatingIfNeeded: $0.canonical) }
  }

  private func statements(of proof: AppProof) throws(AppVerifyError) -> [SegmentStatement] {
    var statements: [SegmentStatement] = []
    for (index, segment) in proof.segments.enumerated() {
      do throws(SegmentShapeError) { statements.append(try SegmentStatement(of: segment)) } catch {
        throw .segmentShape(index: index, error)
      }
    }
    return statements
  }

  /// The segments are one run: each starts where the one before stopped, with the memory that it left, and only the
  /// last one ends the run.
  private func checkContinuity(_ statements: [SegmentStatement]) throws(AppVerifyError) {
    for (index, segment) in statements.enumerated() {
      if index > 0 {
        let previous = statements[index - 1]
        guard segment.programCommit == previous.programCommit else { throw .program(index: index) }
        guard segment.initialPC == previous.finalPC else {
          throw .pc(index: index, expected: previous.finalPC.canonical, found: segment.initialPC.canonical)
        }
        guard segment.initialRoot == previous.finalRoot else { throw .memory(index: index) }
      }
      let isLast = index == statements.count - 1
      guard segment.isTerminated == (isLast ? 1 : 0) else {
        throw .termination(index: index, isLast: isLast)
      }
      let exitCode = isLast ? 0 : suspendedExitCode
      guard segment.exitCode.canonical == exitCode else {
        throw .exitCode(index: index, expected: exitCode, found: segment.exitCode.canonical)
      }
    }
  }
}

/// What a verifier demands of an app proof.
public struct AppExpectations: Hashable, Sendable {
  /// The commitment to the executable: which guest ran.
  public var executable: CommitBytes
  /// The pre-hash of the segment key: which machine ran it, with which parameters.
  public var keyPreHash: CommitBytes
  /// How many bytes the machine reveals.
  public var publicValueBytes: Int

  public init(executable: CommitBytes, keyPreHash: CommitBytes, publicValueBytes: Int = 32) {
    self.executable = executable
    self.keyPreHash = keyPreHash
    self.publicValueBytes = publicValueBytes
  }
}

/// Which check an app proof fails.
public enum AppVerifyError: Error, Hashable, Sendable, CustomStringConvertible {
  case keyPreHash(expected: CommitBytes, found: CommitBytes)
  case publicValueBytes(expected: Int, found: Int)
  case noSegments
  case segmentShape(index: Int, SegmentShapeError)
  case segment(index: Int, VerifyError)
  case program(index: Int)
  case pc(index: Int, expected: UInt32, found: UInt32)
  case memory(index: Int)
  case termination(index: Int, isLast: Bool)
  case exitCode(index: Int, expected: UInt32, found: UInt32)
  case executable(expected: CommitBytes, found: CommitBytes)
  case userPublicValues(UserPublicValuesError)
  case deferral(DeferralError)

  public var description: String {
    switch self {
    case .keyPreHash(let expected, let found): "the key's pre-hash is \(found), expected \(expected)"
    case .publicValueBytes(let expected, let found):
      "the key is of a machine that reveals \(found) bytes, expected one of \(expected)"
    case .noSegments: "there is no segment"
    case .segmentShape(let index, let error): "segment \(index): \(error)"
    case .segment(let index, let error): "segment \(index): \(error)"
    case .program(let index): "segment \(index) runs another program than the one before"
    case .pc(let index, let expected, let found):
      "segment \(index) starts at pc \(found), the one before stopped at \(expected)"
    case .memory(let index): "segment \(index) starts with another memory than the one before left"
    case .termination(let index, let isLast):
      isLast ? "segment \(index) is the last one and does not end the run" : "segment \(index) ends the run too early"
    case .exitCode(let index, let expected, let found): "segment \(index) has exit code \(found), expected \(expected)"
    case .executable(let expected, let found): "the executable's commitment is \(found), expected \(expected)"
    case .userPublicValues(let error): "public values: \(error)"
    case .deferral(let error): "deferral: \(error)"
    }
  }
}
