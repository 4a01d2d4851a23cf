import AIR
import Deferral
import Hashing
import StarkProver
import StarkVerifier

/// Why the circuit of a manifest's entry can't be used.
public struct RegistryError: Error, Sendable, CustomStringConvertible {
  public enum Reason: Sendable {
    case manifest(ManifestFailure)
    /// A file of the entry, or the lock file.
    case file(ManifestError)
    /// The lock file says something else.
    case locked(LockDifference)
    /// The plugin did not do what it was asked.
    case plugin(PluginError)
    /// The plugin has no such circuit; these it has.
    case unknownCircuit(found: [String])
    /// The manifest's batch is greater than the circuit's.
    case batch(expected: Int, found: Int)
    /// Foreign functions run in workers only.
    case foreignInProcess
    case airBytes(AIRBytesError)
    case circuit(DeferralCircuitError)
    case keygen(KeygenError)
    case parameters(ParameterError)
    /// The circuit is not the one that was locked, and the manifest has no commitment.
    case commit(locked: CommitBytes, found: CommitBytes)
    /// Neither manifest nor lock file has a commitment.
    case noCommit(found: CommitBytes)
  }

  /// The deferral index; nil where the manifest as a whole is meant.
  public var index: Int?
  /// The circuit's id.
  public var circuit: String?
  public var reason: Reason

  public init(index: Int? = nil, circuit: String? = nil, _ reason: Reason) {
    self.index = index
    self.circuit = circuit
    self.reason = reason
  }

  init(_ entry: DeferralEntry, _ reason: Reason) { self.init(index: entry.index, circuit: entry.circuit, reason) }

  public var description: String {
    guard let index else { return words }
    return "deferral \(index)\(circuit.map { " (\($0))" } ?? ""): \(words)"
  }

  private var words: String {
    switch reason {
    case .manifest(let failure): failure.description
    case .file(let error): error.description
    case .locked(let difference): difference.words
    case .plugin(let error): error.description
    case .unknownCircuit(let found): "the plugin has no such circuit; it has \(found.joined(separator: ", "))"
    case .batch(let expected, let found): "the batch is \(found), the circuit proves at most \(expected) calls at once"
    case .foreignInProcess: "a foreign function runs in a worker only; isolation is in-process"
    case .airBytes(let error): "AIR bytes: \(error)"
    case .circuit(let error): error.description
    case .keygen(let error): "\(error)"
    case .parameters(let error): "\(error)"
    case .commit(let locked, let found):
      "the lock file has def_circuit_commit = \"\(locked)\", the circuit of the plugin has \"\(found)\""
    case .noCommit(let found):
      "there is no def_circuit_commit; if you trust this plugin, add def_circuit_commit = \"\(found)\""
    }
  }
}
