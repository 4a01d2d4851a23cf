import Algebra
import Deferral
import Hashing
import Machine

/// A plugin's circuit at a deferral index: its key in the host, its function and traces from the session.
///
/// Whatever the plugin returns is checked before it is used: lengths, cells, shapes. What no check here can see, such as
/// a wrong output, ends in a proof that does not verify.
public struct PluginCircuitHandle: DeferralHandle {
  public let circuit: PluginCircuit
  public let key: DeferralProvingKey
  /// The library, as the manifest names it.
  public let plugin: String
  let instance: PluginInstance
  let session: any PluginSession
  /// The place among the session's foreign functions of the one that is the deferral function.
  let foreignFunction: Int?
  private let workers: Workers

  init(
    circuit: PluginCircuit, plugin: String, instance: PluginInstance, session: any PluginSession,
    key: DeferralProvingKey, foreignFunction: Int?, workers: Workers
  ) {
    self.circuit = circuit
    self.plugin = plugin
    self.instance = instance
    self.session = session
    self.key = key
    self.foreignFunction = foreignFunction
    self.workers = workers
  }

  public var circuitID: String { circuit.id }
  public var maxInputBytes: Int { circuit.maxInputBytes }

  public func evaluate(_ input: [UInt8]) throws(DeferralFailure) -> [UInt8] {
    guard input.count <= circuit.maxInputBytes else {
      throw .badInput("\(input.count) bytes, at most \(circuit.maxInputBytes)")
    }
    do throws(PluginError) {
      if let foreignFunction { return try session.callForeign(foreignFunction, input: input) }
      return try session.eval(instance, input: input)
    } catch { throw DeferralFailure(error) }
  }

  public func inputCommit(_ input: [UInt8]) throws(DeferralFailure) -> InputCommit {
    if key.circuit.usesStandardIO { return UnfoldedInputCommit(index: key.circuit.index, bytes: input).folded() }
    // Cached parts of an input would be part of its commitment.
    guard key.circuit.airSet.airs.allSatisfy({ $0.air.width.cachedMains.isEmpty }) else {
      throw .fault("cached parts of inputs are not supported yet")
    }
    do throws(PluginError) { return try session.commitInput(instance, input: input).folded() } catch {
      throw DeferralFailure(error)
    }
  }

  public func job(for calls: [DeferralCall]) throws(DeferralFailure) -> DeferralJob {
    do throws(PluginError) {
      let traces = try session.traces(
        instance, inputs: calls.map(\.input), columns: key.circuit.airSet.airs.map(\.air.width.commonMain))
      var byAIR = [DeferralTrace?](repeating: nil, count: key.circuit.airSet.airs.count)
      for trace in traces.traces where byAIR.indices.contains(trace.air) {
        byAIR[trace.air] = DeferralTrace(commonMain: try trace.matrix(workers: workers))
      }
      let publicValues = (traces.publicValues ?? []).map { BabyBear($0) }
      return DeferralJob(
        calls: calls.map { .init(input: $0.input, output: $0.output) }, traces: byAIR, publicValues: publicValues)
    } catch { throw DeferralFailure(error) }
  }

  /// Heights are known once the plugin has planned the job; before that, the preset's bound on what a proof may take.
  public func memoryBytes(for calls: [DeferralCall]) -> Int {
    let heights = try? session.heights(instance, inputs: calls.map(\.input))
    return key.circuit.shape(
      calls: calls.map { ($0.input.count, $0.output.count) },
      ownHeights: heights?.map { $0.map { 1 << $0 } } ?? key.circuit.airSet.airs.map { _ in nil }
    ).memoryBytes
  }
}

extension PluginSession {
  /// Logarithms of the heights that a job would have.
  func heights(_ instance: PluginInstance, inputs: [[UInt8]]) throws(PluginError) -> [Int?] {
    let job = try plan(instance, inputs: inputs)
    try close(job)
    return job.logHeights
  }
}

extension DeferralFailure {
  /// BAD_INPUT is the guest's fault, everything else the plugin's.
  init(_ error: PluginError) {
    self = error.isGuestsFault ? .badInput(error.description) : .fault(error.description)
  }
}
