import Foundation
import Hashing

/// A plugin in a worker that is started again when it has died.
///
/// A call whose worker dies fails with the reason, unless the process was killed from outside or had gone before the
/// call: then the call is made once more. Instances and jobs live on: they are made again in the new worker. After
/// `restarts` deaths the next one marks the plugin as faulty, and every later call throws `.faulty`. Workers that are
/// killed because a cancelled call did not give up do not count.
public final class PluginSupervisor: PluginSession, @unchecked Sendable {
  // SAFE: what changes is guarded by `lock`.
  public let info: PluginInfo
  public let restarts: Int
  private let library: PluginLibrary?
  private let foreign: [ForeignFunction]
  private let options: PluginSessionOptions
  private let name: String
  /// Guards everything below.
  private let lock = NSLock()
  private var session: WorkerSession?
  /// Counts the workers.
  private var generation = 0
  private var deathCount = 0
  private var knownFault: PluginError?
  private var isClosed = false
  private var nextHandle: UInt64 = 0
  private var instances: [UInt64: InstanceRecord] = [:]
  private var jobs: [UInt64: JobRecord] = [:]

  private struct InstanceRecord {
    var parameters: [PluginParameter]
    /// The instance in the worker of a generation.
    var instance: PluginInstance
    var generation: Int
  }

  private struct JobRecord {
    var inputs: [[UInt8]]
    /// The job in the worker of a generation.
    var job: PluginJob
    var generation: Int
  }

  public init(
    library: PluginLibrary?, foreign: [ForeignFunction] = [],
    options: PluginSessionOptions = PluginSessionOptions(), restarts: Int = 1
  ) throws(PluginError) {
    let session = try WorkerSession(library: library, foreign: foreign, options: options)
    self.library = library
    self.foreign = foreign
    self.options = options
    self.restarts = restarts
    name = library?.path ?? foreign.first?.library ?? "without a library"
    info = session.info
    self.session = session
  }

  /// Why the plugin is marked as faulty; nil while it is not.
  public var fault: PluginError? { lock.withLock { knownFault } }
  /// How many workers have died of the plugin's doing or from outside.
  public var deaths: Int { lock.withLock { deathCount } }
  /// For tests: the present worker's process.
  var processIdentifier: Int32? { lock.withLock { session }?.transport.processIdentifier }

  // MARK: Workers

  private func context(_ call: PluginCall, _ circuit: Int?) -> PluginErrorContext {
    let id = circuit.flatMap { info.circuits.indices.contains($0) ? info.circuits[$0].id : nil }
    return PluginErrorContext(plugin: name, circuit: id, call: call)
  }

  /// The present worker, started if there is none, and its generation.
  private func present(_ context: PluginErrorContext) throws(PluginError) -> Present {
    lock.lock()
    defer { lock.unlock() }
    if isClosed { throw context.error(.closed) }
    if let known = knownFault { throw context.error(.faulty("\(known.call.rawValue): \(known.reason)")) }
    if let session { return Present(session: session, generation: generation) }
    let started = try WorkerSession(library: library, foreign: foreign, options: options)
    guard started.info == info else {
      throw context.error(.invalidValue("description", expected: "the same as before", found: "another"))
    }
    generation += 1
    session = started
    return Present(session: started, generation: generation)
  }

  private struct Present {
    var session: WorkerSession
    var generation: Int
  }

  /// Notes that a worker has died of an error.
  private func bury(_ error: PluginError, generation dead: Int) {
    lock.lock()
    defer { lock.unlock() }
    guard generation == dead, session != nil else { return }
    session = nil
    if error.reason == .cancelled { return }
    deathCount += 1
    if deathCount > restarts { knownFault = error }
  }

  /// Makes a call on the present worker, and once more on the next one where the plugin is not to blame for the end of
  /// the first.
  private func perform<Result>(
    _ call: PluginCall, _ circuit: Int?, _ body: (Present) throws(PluginError) -> Result
  ) throws(PluginError) -> Result {
    var isSecond = false
    while true {
      let present = try present(context(call, circuit))
      do throws(PluginError) {
        return try body(present)
      } catch {
        if error.isWorkerGone { bury(error, generation: present.generation) }
        guard error.isWorkerGone, error.reason == .killed || error.reason == .closed, !isSecond, fault == nil else {
          throw error
        }
        isSecond = true
      }
    }
  }

  /// The instance in the present worker, made again where it was made in an earlier one.
  private func resolve(
    _ instance: PluginInstance, _ present: Present, _ call: PluginCall
  ) throws(PluginError) -> PluginInstance {
    lock.lock()
    defer { lock.unlock() }
    guard var record = instances[instance.handle] else {
      throw context(call, instance.circuit).error(.unknownHandle)
    }
    if record.generation != present.generation {
      record.instance = try present.session.create(
        circuit: record.instance.circuit, index: record.instance.index, parameters: record.parameters)
      record.generation = present.generation
      instances[instance.handle] = record
    }
    return record.instance
  }

  /// The same for a job: planned again.
  private func resolve(
    _ job: PluginJob, _ present: Present, _ call: PluginCall
  ) throws(PluginError) -> PluginJob {
    guard var record = lock.withLock({ jobs[job.handle] }) else {
      throw context(call, job.instance.circuit).error(.unknownHandle)
    }
    if record.generation != present.generation {
      let instance = try resolve(job.instance, present, call)
      record.job = try present.session.plan(instance, inputs: record.inputs)
      record.generation = present.generation
      guard record.job.logHeights == job.logHeights else {
        throw context(call, job.instance.circuit).error(
          .invalidValue("heights of a second plan", expected: "those of the first", found: "others"))
      }
      lock.withLock { jobs[job.handle] = record }
    }
    return record.job
  }

  private func newHandle() -> UInt64 {
    nextHandle += 1
    return nextHandle
  }

  // MARK: Calls

  public func create(
    circuit: Int, index: Int, parameters: [PluginParameter]
  ) throws(PluginError) -> PluginInstance {
    try perform(.create, circuit) { present throws(PluginError) in
      let made = try present.session.create(circuit: circuit, index: index, parameters: parameters)
      return lock.withLock {
        let own = PluginInstance(circuit: circuit, index: index, handle: newHandle())
        instances[own.handle] = InstanceRecord(
          parameters: parameters, instance: made, generation: present.generation)
        return own
      }
    }
  }

  public func destroy(_ instance: PluginInstance) throws(PluginError) {
    try perform(.destroy, instance.circuit) { present throws(PluginError) in
      let record = lock.withLock { instances[instance.handle] }
      guard let record else { throw context(.destroy, instance.circuit).error(.unknownHandle) }
      // An instance of a worker that is gone has gone with it.
      if record.generation == present.generation { try present.session.destroy(record.instance) }
      lock.withLock { _ = instances.removeValue(forKey: instance.handle) }
    }
  }

  public func eval(_ instance: PluginInstance, input: [UInt8], capacity: Int?) throws(PluginError) -> [UInt8] {
    try perform(.eval, instance.circuit) { present throws(PluginError) in
      try present.session.eval(resolve(instance, present, .eval), input: input, capacity: capacity)
    }
  }

  public func evalTogether(_ instance: PluginInstance, inputs: [[UInt8]]) throws(PluginError) -> [[UInt8]] {
    try perform(.eval, instance.circuit) { present throws(PluginError) in
      try present.session.evalTogether(resolve(instance, present, .eval), inputs: inputs)
    }
  }

  public func commitInput(
    _ instance: PluginInstance, input: [UInt8]
  ) throws(PluginError) -> UnfoldedInputCommit {
    try perform(.commitInput, instance.circuit) { present throws(PluginError) in
      try present.session.commitInput(resolve(instance, present, .commitInput), input: input)
    }
  }

  public func airBytes(_ instance: PluginInstance) throws(PluginError) -> [UInt8] {
    try perform(.airBytes, instance.circuit) { present throws(PluginError) in
      try present.session.airBytes(resolve(instance, present, .airBytes))
    }
  }

  public func preprocessed(
    _ instance: PluginInstance, air: Int, columns: Int, layout: TraceLayout
  ) throws(PluginError) -> PluginTrace {
    try perform(.preprocessed, instance.circuit) { present throws(PluginError) in
      try present.session.preprocessed(
        resolve(instance, present, .preprocessed), air: air, columns: columns, layout: layout)
    }
  }

  public func cached(
    _ instance: PluginInstance, input: [UInt8]?, air: Int, part: Int, logHeight: Int, columns: Int,
    layout: TraceLayout
  ) throws(PluginError) -> PluginTrace {
    try perform(.cached, instance.circuit) { present throws(PluginError) in
      try present.session.cached(
        resolve(instance, present, .cached), input: input, air: air, part: part, logHeight: logHeight,
        columns: columns, layout: layout)
    }
  }

  public func plan(_ instance: PluginInstance, inputs: [[UInt8]]) throws(PluginError) -> PluginJob {
    try perform(.plan, instance.circuit) { present throws(PluginError) in
      let made = try present.session.plan(resolve(instance, present, .plan), inputs: inputs)
      return lock.withLock {
        var own = made
        own.instance = instance
        own.handle = newHandle()
        jobs[own.handle] = JobRecord(inputs: inputs, job: made, generation: present.generation)
        return own
      }
    }
  }

  public func fill(_ job: PluginJob, columns: [Int], layout: TraceLayout) throws(PluginError) -> PluginTraces {
    try perform(.fill, job.instance.circuit) { present throws(PluginError) in
      try present.session.fill(resolve(job, present, .fill), columns: columns, layout: layout)
    }
  }

  public func close(_ job: PluginJob) throws(PluginError) {
    try perform(.close, job.instance.circuit) { present throws(PluginError) in
      guard let record = lock.withLock({ jobs.removeValue(forKey: job.handle) }) else {
        throw context(.close, job.instance.circuit).error(.unknownHandle)
      }
      if record.generation == present.generation { try present.session.close(record.job) }
    }
  }

  public func knownAnswers(circuit: Int) throws(PluginError) -> [KnownAnswer] {
    try perform(.knownAnswer, circuit) { present throws(PluginError) in
      try present.session.knownAnswers(circuit: circuit)
    }
  }

  public func callForeign(_ number: Int, input: [UInt8]) throws(PluginError) -> [UInt8] {
    try perform(.foreign, nil) { present throws(PluginError) in
      try present.session.callForeign(number, input: input)
    }
  }

  public func probe(_ probe: PluginProbe) throws(PluginError) -> Bool {
    try perform(.probe, nil) { present throws(PluginError) in try present.session.probe(probe) }
  }

  public func cancel() { lock.withLock { session }?.cancel() }

  public var progress: (done: UInt64, total: UInt64) { lock.withLock { session }?.progress ?? (0, 0) }

  public func shutDown() {
    let last = lock.withLock {
      isClosed = true
      defer { session = nil }
      return session
    }
    last?.shutDown()
  }
}
