import Hashing
import Machine
import MachineVerifier

/// A deferral circuit at its index, ready for use: its key, its function, and whoever fills its traces. Plugins are behind
/// it in an application; tests and programs that link their circuits have others.
public protocol DeferralHandle: Sendable {
  /// The circuit's id, as "dev.outrigger.sha256".
  var circuitID: String { get }
  var key: DeferralProvingKey { get }
  /// The most bytes that an input may have.
  var maxInputBytes: Int { get }
  /// The deferral function.
  func evaluate(_ input: [UInt8]) throws(DeferralFailure) -> [UInt8]
  /// The commitment of an input that a guest does not hold, before cached parts are folded in.
  func inputCommit(_ input: [UInt8]) throws(DeferralFailure) -> InputCommit
  /// The witness of a batch of calls, or of a single one.
  func job(for calls: [DeferralCall]) throws(DeferralFailure) -> DeferralJob
  /// What proving a batch of calls takes, roughly, in bytes.
  func memoryBytes(for calls: [DeferralCall]) -> Int
}

extension DeferralHandle {
  /// Whether guests may commit to inputs themselves: the hash is the standard one, and there is no cached part.
  public var allowsCommit: Bool { key.circuit.usesStandardIO }
}
