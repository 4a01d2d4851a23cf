import Deferral
import Hashing
import Machine
import MachineVerifier

/// What a machine needs of an application's deferral circuits: bindings for execution, keys for verification.
public struct DeferralExtension: Sendable {
  /// By deferral index.
  public var bindings: [DeferralBinding]
  public var verifyingKeys: [DeferralVerifyingKey]

  /// A machine without deferral circuits.
  public static let none = DeferralExtension(bindings: [], verifyingKeys: [])

  /// What the guest's first memory holds, by deferral index.
  public var circuitCommits: [InnerDigest] { bindings.map(\.circuitCommit) }
}

/// An input that the guest does not hold: it knows it by its commitment.
public struct DeferralInput: Hashable, Sendable {
  public var index: Int
  public var bytes: [UInt8]

  public init(index: Int, bytes: [UInt8]) {
    self.index = index
    self.bytes = bytes
  }
}
