import AIR
import Algebra
import Deferral
import Dispatch
import Hashing
import Machine
import MachineVerifier
import StarkVerifier
import Synchronization

/// Proves the calls that a run deferred: for each circuit, batch by batch, in the order of the calls.
public struct DeferralProver: Sendable {
  /// By deferral index.
  public let circuits: [any DeferralHandle]
  private let outputs: OutputMemory

  /// The circuits of an application, by deferral index; at most 1,024.
  public init(_ circuits: [any DeferralHandle]) {
    self.circuits = circuits
    outputs = OutputMemory(circuits: circuits.count)
  }

  /// What the machine gets: the circuits' commitments and functions, and the inputs that the host holds.
  ///
  /// A run is executed several times; a function is called once for each input, and its answer remembered.
  public func makeExtension(inputs: [DeferralInput] = []) throws(DeferralProvingError) -> DeferralExtension {
    var held = [[InputCommit: [UInt8]]](repeating: [:], count: circuits.count)
    for input in inputs {
      guard circuits.indices.contains(input.index) else {
        throw DeferralProvingError(
          index: input.index, circuit: nil, batch: nil, .fault("there are \(circuits.count) deferral circuits"))
      }
      let circuit = circuits[input.index]
      guard input.bytes.count <= circuit.maxInputBytes else {
        throw DeferralProvingError(
          index: input.index, circuit: circuit.circuitID, batch: nil,
          .badInput("\(input.bytes.count) bytes, at most \(circuit.maxInputBytes)"))
      }
      do throws(DeferralFailure) {
        held[input.index][try circuit.inputCommit(input.bytes)] = input.bytes
      } catch {
        throw DeferralProvingError(index: input.index, circuit: circuit.circuitID, batch: nil, error)
      }
    }
    let bindings = circuits.enumerated().map { index, circuit in
      DeferralBinding(
        circuitCommit: circuit.key.circuitCommit, allowsCommit: circuit.allowsCommit,
        maxInputBytes: circuit.maxInputBytes, inputs: held[index],
        evaluate: { [outputs] input throws(DeferralFailure) in
          try outputs.output(index: index, input: input, of: circuit)
        })
    }
    return DeferralExtension(bindings: bindings, verifyingKeys: circuits.map(\.key.verifying))
  }

  /// A batch of successive calls to one circuit.
  struct Batch: Sendable {
    var name: DeferralBatchName
    var calls: [DeferralCall]

    var index: Int { name.index }

    var committed: [CommittedCall] {
      calls.map { CommittedCall(input: $0.inputCommit, output: $0.outputCommit) }
    }
  }

  /// The batches of a run's calls, which are given by deferral index.
  func batches(of calls: [[DeferralCall]]) -> [Batch] {
    calls.enumerated().flatMap { index, calls in
      let size = circuits.indices.contains(index) ? 1 << circuits[index].key.verifying.logBatch : 1
      return stride(from: 0, to: calls.count, by: size).enumerated().map { number, start in
        Batch(
          name: DeferralBatchName(index: index, number: number),
          calls: Array(calls[start..<min(start + size, calls.count)]))
      }
    }
  }

  /// The proof of a batch. `onJob` hears how long the circuit took to fill its traces.
  func prove(
    _ batch: Batch, workers: Workers, onJob: (Double) -> Void = { _ in }
  ) throws(DeferralProvingError) -> DeferralBatch {
    let circuit = circuits[batch.index]
    do throws(DeferralFailure) {
      let watch = Stopwatch()
      let job = try circuit.job(for: batch.calls)
      onJob(watch.seconds)
      let proof: Proof<InnerConfiguration>
      do { proof = try CallProver(key: circuit.key, workers: workers).prove(job) } catch {
        throw DeferralFailure.fault("\(error)")
      }
      return DeferralBatch(proof: proof, calls: circuit.key.verifying.logBatch == 0 ? [] : batch.committed)
    } catch {
      throw DeferralProvingError(index: batch.index, circuit: circuit.circuitID, batch: batch.name.number, error)
    }
  }

  /// Checks every constraint and bus of a batch, without a proof.
  func check(_ batch: Batch, workers: Workers) throws(DeferralProvingError) -> TraceReport {
    let circuit = circuits[batch.index]
    do throws(DeferralFailure) {
      let job = try circuit.job(for: batch.calls)
      do { return try CallProver(key: circuit.key, workers: workers).check(job) } catch {
        throw DeferralFailure.fault("\(error)")
      }
    } catch {
      throw DeferralProvingError(
        index: batch.index, circuit: circuit.circuitID, batch: batch.name.number, error)
    }
  }

  /// What proving a batch takes, in bytes.
  func memoryBytes(_ batch: Batch) -> Int { circuits[batch.index].memoryBytes(for: batch.calls) }
}

/// A batch of the calls to one circuit: the circuit's index, and which of its batches.
struct DeferralBatchName: Hashable, Sendable {
  var index: Int
  var number: Int
}

/// Why a call could not be evaluated or proven.
public struct DeferralProvingError: Error, Hashable, Sendable, CustomStringConvertible {
  public var index: Int
  public var circuit: String?
  /// Nil where no proof was being made.
  public var batch: Int?
  public var failure: DeferralFailure

  init(index: Int, circuit: String?, batch: Int?, _ failure: DeferralFailure) {
    self.index = index
    self.circuit = circuit
    self.batch = batch
    self.failure = failure
  }

  public var description: String {
    "deferral index \(index)\(circuit.map { " (\($0))" } ?? "")\(batch.map { ", batch \($0)" } ?? ""): \(failure)"
  }
}

/// Answers of deferral functions, so that each is computed once.
private final class OutputMemory: Sendable {
  private let outputs: Mutex<[[[UInt8]: [UInt8]]]>

  init(circuits: Int) { outputs = Mutex(Array(repeating: [:], count: circuits)) }

  func output(
    index: Int, input: [UInt8], of circuit: any DeferralHandle
  ) throws(DeferralFailure) -> [UInt8] {
    if let known = outputs.withLock({ $0[index][input] }) { return known }
    let output = try circuit.evaluate(input)
    outputs.withLock { $0[index][input] = output }
    return output
  }
}
