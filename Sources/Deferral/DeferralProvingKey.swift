import AIR
import Algebra
import Hashing
import MachineVerifier
import StarkProver
import StarkVerifier

/// What proving a deferral circuit takes.
public struct DeferralProvingKey: Sendable {
  public let circuit: DeferralCircuit
  public let stark: ProvingKey<InnerConfiguration>
  /// `def_circuit_commit`.
  public let circuitCommit: InnerDigest

  /// Makes the key of `circuit`. The costly part, committing to preprocessed traces, is left out for those that
  /// `reusing` knows: circuits that differ in their index alone can share them.
  public static func generate(
    _ circuit: DeferralCircuit, reusing known: PreprocessedCommitments? = nil, workers: Workers
  ) throws(KeygenError) -> DeferralProvingKey {
    let stark = try ProvingKey<InnerConfiguration>.generate(
      compiled: circuit.airs, parameters: circuit.parameters, reusing: known?.usable(with: circuit.parameters) ?? [:],
      workers: workers)
    return DeferralProvingKey(circuit: circuit, stark: stark)
  }

  /// The key of `circuit` from its verifying key, as a cache has it: the verifying key is compared with the circuit,
  /// and so are commitments to preprocessed traces, which are made again unless `reusing` knows them.
  public init(
    circuit: DeferralCircuit, verifying: DeferralVerifyingKey, reusing known: PreprocessedCommitments? = nil,
    workers: Workers
  ) throws(DeferralKeyError) {
    guard verifying.logBatch == circuit.logBatch else {
      throw .otherCircuit("batches of 2^\(circuit.logBatch)", found: "2^\(verifying.logBatch)")
    }
    guard verifying.stark.parameters == circuit.parameters else {
      let difference = circuit.parameters.firstDifference(from: verifying.stark.parameters)
      throw .otherCircuit(
        "\(difference?.field ?? "parameters") \(difference?.own ?? "")", found: difference?.other ?? "others")
    }
    guard verifying.stark.airs.count == circuit.airs.count else {
      throw .otherCircuit("\(circuit.airs.count) AIRs", found: "\(verifying.stark.airs.count)")
    }
    for (air, key) in zip(circuit.airs, verifying.stark.airs) {
      guard air.dag == key.dag, air.width == key.width, air.publicValueCount == key.publicValueCount,
        air.isRequired == key.isRequired, air.maxConstraintDegree == key.maxConstraintDegree
      else { throw .otherCircuit("the constraints of \(air.name)", found: "others") }
    }
    do throws(ProverError) {
      self.init(
        circuit: circuit,
        stark: try ProvingKey(
          verifyingKey: verifying.stark, airNames: circuit.airs.map(\.name),
          preprocessedTraces: circuit.airs.map(\.preprocessedTrace),
          reusing: known?.usable(with: circuit.parameters) ?? [:], workers: workers))
    } catch {
      throw .prover(error)
    }
  }

  private init(circuit: DeferralCircuit, stark: ProvingKey<InnerConfiguration>) {
    self.circuit = circuit
    self.stark = stark
    circuitCommit = DeferralVerifyingKey(stark: stark.verifyingKey, logBatch: circuit.logBatch).circuitCommit
  }

  /// What proofs verify under.
  public var verifying: DeferralVerifyingKey {
    DeferralVerifyingKey(stark: stark.verifyingKey, logBatch: circuit.logBatch)
  }

  /// The commitments to preprocessed traces, for keys of the same circuit at other indices.
  public var preprocessed: PreprocessedCommitments {
    PreprocessedCommitments(stark.preprocessed.compactMap { $0 }, parameters: circuit.parameters)
  }
}

/// Commitments to preprocessed traces, found by identity of the matrix.
public struct PreprocessedCommitments: Sendable {
  /// Commitments depend on the parameters.
  public let parameters: SystemParameters
  private var byMatrix: [ObjectIdentifier: StackedCommitment<InnerConfiguration>] = [:]

  /// Commitments to one matrix each, made under `parameters`.
  public init(_ commitments: [StackedCommitment<InnerConfiguration>] = [], parameters: SystemParameters) {
    self.parameters = parameters
    for commitment in commitments {
      guard let matrix = commitment.matrices.first, commitment.matrices.count == 1 else { continue }
      byMatrix[ObjectIdentifier(matrix)] = commitment
    }
  }

  /// Takes up what another key has; nothing where its parameters differ.
  public mutating func merge(_ other: PreprocessedCommitments) {
    guard other.parameters == parameters else { return }
    byMatrix.merge(other.byMatrix) { own, _ in own }
  }

  fileprivate func usable(
    with parameters: SystemParameters
  ) -> [ObjectIdentifier: StackedCommitment<InnerConfiguration>] {
    parameters == self.parameters ? byMatrix : [:]
  }
}

/// Why a verifying key gives no proving key of a circuit.
public enum DeferralKeyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The key is not the circuit's.
  case otherCircuit(_ expected: String, found: String)
  case prover(ProverError)

  public var description: String {
    switch self {
    case .otherCircuit(let expected, let found):
      "the key is of another circuit: expected \(expected), found \(found)"
    case .prover(let error): "\(error)"
    }
  }
}
