import CPluginRuntime
import Hashing

/// A plugin in a process of its own, behind walls: no files, no network, limited memory and time. What happens to it
/// there happens to nobody else. After the process has ended every call throws; `PluginSupervisor` starts another.
public final class WorkerSession: CoreSession {
  public let info: PluginInfo
  let core: SessionCore
  let transport: WorkerTransport

  /// Starts a worker and loads the plugin, the foreign functions, or both.
  public init(
    library: PluginLibrary?, foreign: [ForeignFunction] = [], options: PluginSessionOptions = PluginSessionOptions()
  ) throws(PluginError) {
    let name = library?.path ?? foreign.first?.library ?? "without a library"
    do throws(TransportFailure) {
      transport = try WorkerTransport(library: library, foreign: foreign, options: options)
    } catch { throw PluginError(loading: name, error) }
    core = SessionCore(transport: transport, plugin: name, options: options, foreign: foreign)
    info = library == nil ? .none : try core.readInfo()
  }

  deinit { core.shutDown() }
}

/// A plugin in this process: for builds that you trust. Its crash is the process's.
public final class InProcessSession: CoreSession {
  public let info: PluginInfo
  let core: SessionCore

  public init(library: PluginLibrary, options: PluginSessionOptions = PluginSessionOptions()) throws(PluginError) {
    let transport: InProcessTransport
    do throws(TransportFailure) {
      transport = try InProcessTransport(library: library, options: options)
    } catch { throw PluginError(loading: library.path, error) }
    core = SessionCore(transport: transport, plugin: library.path, options: options, foreign: [])
    info = try core.readInfo()
  }

  deinit { core.shutDown() }
}

extension PluginInfo {
  /// Of a session without a plugin.
  static let none = PluginInfo(name: "", version: "", abiMinor: 0, circuits: [])
}

extension PluginError {
  fileprivate init(loading plugin: String, _ failure: TransportFailure) {
    self = PluginErrorContext(plugin: plugin, circuit: nil, call: .load).error(failure.reason)
    lastWords = failure.lastWords
    isWorkerGone = true
  }
}

/// A session whose calls go through a core.
protocol CoreSession: PluginSession {
  var core: SessionCore { get }
}

extension CoreSession {
  private func circuit(_ number: Int, _ call: PluginCall) throws(PluginError) -> PluginCircuit {
    guard info.circuits.indices.contains(number) else {
      throw core.context(call, nil).error(.badArgument("there is no circuit number \(number)"))
    }
    return info.circuits[number]
  }

  public func create(
    circuit: Int, index: Int, parameters: [PluginParameter]
  ) throws(PluginError) -> PluginInstance {
    try core.create(circuit: circuit, index: index, parameters: parameters, info: info)
  }

  public func destroy(_ instance: PluginInstance) throws(PluginError) {
    try core.destroy(instance, circuit: circuit(instance.circuit, .destroy).id)
  }

  public func eval(_ instance: PluginInstance, input: [UInt8], capacity: Int?) throws(PluginError) -> [UInt8] {
    try core.eval(instance, input: input, capacity: capacity, circuit: circuit(instance.circuit, .eval))
  }

  public func evalTogether(_ instance: PluginInstance, inputs: [[UInt8]]) throws(PluginError) -> [[UInt8]] {
    try core.evalTogether(instance, inputs: inputs, circuit: circuit(instance.circuit, .eval))
  }

  public func commitInput(
    _ instance: PluginInstance, input: [UInt8]
  ) throws(PluginError) -> UnfoldedInputCommit {
    try core.commitInput(instance, input: input, circuit: circuit(instance.circuit, .commitInput).id)
  }

  public func airBytes(_ instance: PluginInstance) throws(PluginError) -> [UInt8] {
    try core.airBytes(instance, circuit: circuit(instance.circuit, .airBytes).id)
  }

  public func preprocessed(
    _ instance: PluginInstance, air: Int, columns: Int, layout: TraceLayout
  ) throws(PluginError) -> PluginTrace {
    try core.preprocessed(
      instance, air: air, columns: columns, layout: layout, circuit: circuit(instance.circuit, .preprocessed).id)
  }

  public func cached(
    _ instance: PluginInstance, input: [UInt8]?, air: Int, part: Int, logHeight: Int, columns: Int,
    layout: TraceLayout
  ) throws(PluginError) -> PluginTrace {
    try core.cached(
      instance, input: input, air: air, part: part, logHeight: logHeight, columns: columns, layout: layout,
      circuit: circuit(instance.circuit, .cached).id)
  }

  public func plan(_ instance: PluginInstance, inputs: [[UInt8]]) throws(PluginError) -> PluginJob {
    try core.plan(instance, inputs: inputs, circuit: circuit(instance.circuit, .plan))
  }

  public func fill(_ job: PluginJob, columns: [Int], layout: TraceLayout) throws(PluginError) -> PluginTraces {
    try core.fill(job, columns: columns, layout: layout, circuit: circuit(job.instance.circuit, .fill).id)
  }

  public func close(_ job: PluginJob) throws(PluginError) {
    try core.close(job, circuit: circuit(job.instance.circuit, .close).id)
  }

  public func knownAnswers(circuit number: Int) throws(PluginError) -> [KnownAnswer] {
    try core.knownAnswers(circuit: number, id: circuit(number, .knownAnswer).id)
  }

  public func callForeign(_ number: Int, input: [UInt8]) throws(PluginError) -> [UInt8] {
    try core.callForeign(number, input: input)
  }

  public func probe(_ probe: PluginProbe) throws(PluginError) -> Bool { try core.probe(probe) }

  public func cancel() { core.cancel() }

  public var progress: (done: UInt64, total: UInt64) { core.progress }

  public func shutDown() { core.shutDown() }

  /// An empty call, to see whether the other side answers.
  func ping() throws(PluginError) {
    try core.demand(SessionRequest(OPR_NOTHING), core.context(.probe, nil))
  }
}
