import Hashing
import StarkVerifier

/// The key that proofs of a deferral circuit verify under: of one circuit, at one index, for batches of one size. Index and
/// batch are constants of the circuit's constraints, so they are part of the key.
public struct DeferralVerifyingKey: Hashable, Sendable {
  public var stark: VerifyingKey<InnerConfiguration>
  /// A proof holds up to `2^logBatch` calls, 0 to 16. With 0 its public values are those of a single call.
  public var logBatch: Int

  public init(stark: VerifyingKey<InnerConfiguration>, logBatch: Int) {
    self.stark = stark
    self.logBatch = logBatch
  }

  /// `def_circuit_commit`: what the guest's first memory holds for the circuit's index.
  public var circuitCommit: InnerDigest { CommitScheme.current.circuitCommit(of: stark) }

  public static let maxLogBatch = 16
}

/// How a circuit's commitment follows from its keys. The one place that says so.
public enum CommitScheme: String, CaseIterable, Sendable {
  /// `hash_slice` of the verifying key's pre-hash. Until there are aggregation layers, whose keys then enter as well.
  case verifyingKey = "def-vk"

  public static let current = CommitScheme.verifyingKey

  public func circuitCommit(of key: VerifyingKey<InnerConfiguration>) -> InnerDigest {
    key.preHash.elements.withUnsafeBufferPointer { InnerConfiguration.hash($0) }
  }
}
