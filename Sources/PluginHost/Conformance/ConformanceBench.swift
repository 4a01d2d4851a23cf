import AIR
import Algebra
import Deferral
import Hashing
import StarkProver
import StarkVerifier

/// What checks share: the plugin's sessions, and what was found out with them so far. Used by one thread.
final class ConformanceBench {
  let library: PluginLibrary
  let subject: ConformanceSubject
  let options: ConformanceOptions
  let info: PluginInfo
  /// Number of the circuit in `info`.
  let number: Int
  let workers: Workers
  /// Cells that could be changed unnoticed, for the report.
  var survivors: [MutationSurvivor] = []

  private let sessions: ConformanceSessions
  private var instanceMissing: Finding?
  private var shared: (session: any PluginSession, instance: PluginInstance?)?

  init(
    library: PluginLibrary, subject: ConformanceSubject, options: ConformanceOptions, sessions: ConformanceSessions,
    info: PluginInfo, number: Int
  ) {
    self.library = library
    self.subject = subject
    self.options = options
    self.sessions = sessions
    self.info = info
    self.number = number
    workers = Workers(options.threads)
  }

  deinit { shared?.session.shutDown() }

  var circuit: PluginCircuit { info.circuits[number] }

  // MARK: Sessions

  /// Lends a session that nobody else uses.
  func withFreshSession<Value>(
    _ body: (any PluginSession) throws(Finding) -> Value
  ) throws(Finding) -> Value {
    let session = try attempt("starting a worker") { () throws(PluginError) in try sessions.make() }
    defer { session.shutDown() }
    return try body(session)
  }

  /// Lends a session and an instance that nobody else uses.
  func withFreshInstance<Value>(
    _ body: (any PluginSession, PluginInstance) throws(Finding) -> Value
  ) throws(Finding) -> Value {
    try withFreshSession { session throws(Finding) in try body(session, try makeInstance(session)) }
  }

  /// Lends the session that most checks share. After an error that ended its worker the next check gets another.
  func withInstance<Value>(
    _ body: (any PluginSession, PluginInstance) throws(Finding) -> Value
  ) throws(Finding) -> Value {
    let session: any PluginSession
    if let shared {
      session = shared.session
    } else {
      session = try attempt("starting a worker") { () throws(PluginError) in try sessions.make() }
      shared = (session, nil)
    }
    do throws(Finding) {
      let instance: PluginInstance
      if let made = shared?.instance { instance = made } else { instance = try makeInstance(session) }
      shared?.instance = instance
      return try body(session, instance)
    } catch {
      // Whatever went wrong, what follows starts afresh.
      session.shutDown()
      shared = nil
      throw error
    }
  }

  /// An instance, at the circuit's own index unless another is given. Once none could be made, nothing more is tried.
  func makeInstance(_ session: any PluginSession, index: Int? = nil) throws(Finding) -> PluginInstance {
    if let instanceMissing { throw .skip("there is no instance: \(instanceMissing.reason)") }
    do throws(Finding) {
      return try attempt("create") { () throws(PluginError) in
        try session.create(circuit: number, index: index ?? subject.index, parameters: subject.parameters)
      }
    } catch {
      instanceMissing = error
      throw error
    }
  }

  // MARK: Evidence, each found once

  private var knownAnswersFound: Evidence<[KnownAnswer]>?
  private var probesFound: ProbeSet?
  private var answersFound: Evidence<[Answer]>?
  /// See `greatest`.
  var greatestFound: Probe?
  private var airBytesFound: Evidence<[UInt8]>?
  private var airSetFound: Evidence<AIRSet>?
  private var preprocessedFound: Evidence<[Int: FieldMatrix]>?
  private var circuitsFound: [CircuitKey: Evidence<DeferralCircuit>] = [:]
  /// Why there is no circuit.
  private(set) var circuitFault: DeferralCircuitError?
  private var keysFound: [CircuitKey: Evidence<DeferralProvingKey>] = [:]
  private var reportsFound: Evidence<[JobReport]>?

  /// What the plugin did with a probe.
  struct Answer {
    var probe: Probe
    var result: Result<[UInt8], PluginError>

    /// The output; nil where there is none.
    var output: [UInt8]? { try? result.get() }
  }

  func knownAnswers() throws(Finding) -> [KnownAnswer] {
    try Evidence.once(&knownAnswersFound) { () throws(Finding) in
      try withInstance { session, _ throws(Finding) in
        do throws(PluginError) { return try session.knownAnswers(circuit: number) } catch {
          if case .noSuchFunction = error.reason { return [] }
          throw Finding(error, during: "known_answer")
        }
      }
    }
  }

  /// The probes. A plugin whose known answers cannot be read has fewer.
  func probes() -> ProbeSet {
    if let probesFound { return probesFound }
    let known = (try? knownAnswers()) ?? []
    let probes = ProbeSet(knownAnswers: known, maxInputBytes: circuit.maxInputBytes, seed: options.seed)
    probesFound = probes
    return probes
  }

  /// The output of an input: of the plugin's own function, or of the foreign one that stands for it.
  func evaluate(
    _ session: any PluginSession, _ instance: PluginInstance, _ input: [UInt8]
  ) throws(PluginError) -> [UInt8] {
    subject.function?.role == .eval
      ? try session.callForeign(0, input: input) : try session.eval(instance, input: input)
  }

  private static let tolerableCrashes = 3

  /// What became of each probe, on an instance of its own.
  func answers() throws(Finding) -> [Answer] {
    try Evidence.once(&answersFound) { () throws(Finding) in
      var answers: [Answer] = []
      var rest = probes().probes[...]
      // A probe that ends the worker costs the instance, not the probes behind it; after a few it's enough.
      for _ in 0..<Self.tolerableCrashes where !rest.isEmpty {
        try withFreshInstance { session, instance throws(Finding) in
          while let probe = rest.popFirst() {
            do throws(PluginError) {
              answers.append(Answer(probe: probe, result: .success(try evaluate(session, instance, probe.input))))
            } catch {
              answers.append(Answer(probe: probe, result: .failure(error)))
              if error.isWorkerGone { return }
            }
          }
        }
      }
      return answers
    }
  }

  /// Probes that have an output.
  func accepted() throws(Finding) -> [DeferralJob.Call] {
    let calls = try answers().compactMap { answer in
      answer.output.map { DeferralJob.Call(input: answer.probe.input, output: $0) }
    }
    guard !calls.isEmpty else {
      throw .skip("no probe was accepted: known answers would help")
    }
    return calls
  }

  func airBytes(isOwner: Bool = false) throws(Finding) -> [UInt8] {
    try Evidence.once(&airBytesFound, isOwner: isOwner) { () throws(Finding) in
      try withInstance { session, instance throws(Finding) in
        try attempt("air_bytes") { () throws(PluginError) in try session.airBytes(instance) }
      }
    }
  }

  func airSet(isOwner: Bool = false) throws(Finding) -> AIRSet {
    try Evidence.once(&airSetFound, isOwner: isOwner) { () throws(Finding) in
      let bytes = try airBytes()
      do throws(AIRBytesError) { return try AIRSet(decoding: bytes) } catch { throw .fail("\(error)") }
    }
  }

  /// Preprocessed traces by AIR.
  func preprocessed() throws(Finding) -> [Int: FieldMatrix] {
    try Evidence.once(&preprocessedFound) { () throws(Finding) in try readPreprocessed() }
  }

  /// Asks the plugin for its preprocessed traces.
  func readPreprocessed() throws(Finding) -> [Int: FieldMatrix] {
    let set = try airSet()
    return try withInstance { session, instance throws(Finding) in
      var matrices: [Int: FieldMatrix] = [:]
      for (air, described) in set.airs.enumerated() {
        guard let columns = described.air.width.preprocessed else { continue }
        matrices[air] = try attempt("preprocessed, AIR \(air)") { () throws(PluginError) in
          try session.preprocessed(instance, air: air, columns: columns, layout: TraceLayout()).matrix()
        }
      }
      return matrices
    }
  }

  /// Which of the circuit's variants.
  struct CircuitKey: Hashable {
    var logBatch: Int
    /// For proofs; checks of traces are not concerned.
    var parameters: SystemParameters
  }

  /// The parameters of an application's proofs.
  func productionParameters() throws(Finding) -> SystemParameters {
    do throws(ParameterError) { return try .app(logStackedHeight: circuit.logStackedHeight) } catch {
      throw .fail("log_stacked_height: \(error)")
    }
  }

  func deferralCircuit(_ key: CircuitKey) throws(Finding) -> DeferralCircuit {
    try Evidence.once(&circuitsFound[key]) { () throws(Finding) in
      let set = try airSet()
      let preprocessed = try preprocessed()
      do throws(DeferralCircuitError) {
        return try DeferralCircuit(
          set: set, preprocessed: preprocessed, index: subject.index, logBatch: key.logBatch,
          parameters: key.parameters)
      } catch {
        circuitFault = error
        throw .fail("\(error)")
      }
    }
  }

  /// A key for checks and proofs; the circuit's own with production parameters and the subject's batch.
  func provingKey(_ key: CircuitKey) throws(Finding) -> DeferralProvingKey {
    try Evidence.once(&keysFound[key]) { () throws(Finding) in
      let circuit = try deferralCircuit(key)
      do throws(KeygenError) { return try DeferralProvingKey.generate(circuit, workers: workers) } catch {
        throw .fail("no key can be made: \(error)")
      }
    }
  }

  /// The circuit's variant that the manifest asks for.
  func ownKey() throws(Finding) -> CircuitKey {
    CircuitKey(logBatch: subject.logBatch, parameters: try productionParameters())
  }

  /// `def_circuit_commit`; nil where there is no key.
  func circuitCommit() -> InnerDigest? { (try? provingKey(ownKey()))?.circuitCommit }

  /// What checking a few jobs of one call each gave.
  func jobReports() throws(Finding) -> [JobReport] {
    try Evidence.once(&reportsFound) { () throws(Finding) in try checkedSingleCalls() }
  }
}

/// Something that was found out, or why it could not be.
enum Evidence<Value> {
  case found(Value)
  case missing(Finding)

  /// What is in `slot`, or what `find` puts there. Why there is nothing is told to who looks first, and to the owner: the
  /// check whose concern it is. For others there is nothing to look at.
  static func once(
    _ slot: inout Evidence<Value>?, isOwner: Bool = false, _ find: () throws(Finding) -> Value
  ) throws(Finding) -> Value {
    switch slot {
    case .found(let value): return value
    case .missing(let finding): throw isOwner ? finding : .skip(finding.reason)
    case nil:
      do throws(Finding) {
        let value = try find()
        slot = .found(value)
        return value
      } catch {
        slot = .missing(error)
        throw error
      }
    }
  }
}
