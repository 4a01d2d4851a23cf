import CPluginRuntime
import Synchronization

/// What all sessions share: requests, one at a time, over a transport, with every answer checked and every failure
/// turned into an error that names plugin, circuit and call.
final class SessionCore: Sendable {
  let transport: any PluginTransport
  let plugin: String
  let options: PluginSessionOptions
  let foreign: [ForeignFunction]
  let state = Mutex(State())
  /// Number of the request under way, or 0; and of the one that was asked to give up.
  private let underWay = Atomic<UInt64>(0)
  private let cancelled = Atomic<UInt64>(0)

  struct State {
    var sequence: UInt64 = 0
    var isClosed = false
    var jobs: [UInt64: JobRecord] = [:]
  }

  /// What a job needs until it is closed.
  struct JobRecord {
    var inputs: [[UInt8]]
    var regions: [ArenaRegion]
    var usesStandardIO: Bool
  }

  init(transport: any PluginTransport, plugin: String, options: PluginSessionOptions, foreign: [ForeignFunction]) {
    self.transport = transport
    self.plugin = plugin
    self.options = options
    self.foreign = foreign
  }

  var arena: SessionArena { transport.arena }

  func context(_ call: PluginCall, _ circuit: String?, inputs: [[UInt8]] = []) -> PluginErrorContext {
    PluginErrorContext(plugin: plugin, circuit: circuit, call: call, inputs: inputs)
  }

  // MARK: Exchanges

  /// The answer of a request that was carried out, whatever the plugin said.
  struct Answer {
    var status: UInt32
    var values: (UInt64, UInt64, UInt64, UInt64, UInt64)
    /// What the plugin told `fail`.
    var words: String?
    var isLate: Bool
  }

  /// Carries a request out; throws where it could not be.
  func exchange(_ request: SessionRequest, _ context: PluginErrorContext) throws(PluginError) -> Answer {
    try state.withLock { state throws(PluginError) in
      guard !state.isClosed else { throw context.error(.closed) }
      state.sequence += 1
      var request = request
      request.sequence = state.sequence
      // Nobody else gets the memory that the other side works on.
      return try withExtendedLifetime(request.regions) { () throws(PluginError) in
        try exchangeAlone(request.wire, context)
      }
    }
  }

  private func exchangeAlone(_ request: opr_request, _ context: PluginErrorContext) throws(PluginError) -> Answer {
    let sequence = request.sequence
    underWay.store(sequence, ordering: .sequentiallyConsistent)
    defer { underWay.store(0, ordering: .sequentiallyConsistent) }
    let limits = ExchangeLimits(
      seconds: options.deadlines.seconds(of: context.call), grace: options.deadlines.grace,
      isCancelled: { self.cancelled.load(ordering: .relaxed) == sequence })
    let exchange: Exchange
    do throws(TransportFailure) {
      exchange = try transport.exchange(request, limits: limits)
    } catch {
      var failure = context.error(error.reason)
      failure.lastWords = error.lastWords
      failure.isWorkerGone = error.isWorkerGone
      if let offset = error.faultOffset { failure.faultOffset = offset }
      throw failure
    }
    if let log = options.log {
      for line in arena.logLines() {
        log(
          PluginLogLine(
            plugin: plugin, call: context.call, severity: .init(rawValue: line.severity) ?? .error, text: line.text))
      }
    }
    let response = exchange.response
    guard Int(response.outcome) == OPR_DONE else {
      var failure = reason(for: response, words: arena.errorWords() ?? "")
      if case .noSuchFunction = failure { failure = .noSuchFunction(context.call.rawValue) }
      throw context.error(failure)
    }
    return Answer(
      status: response.status, values: response.values, words: response.status == 0 ? nil : arena.errorWords(),
      isLate: exchange.isLate)
  }

  /// Carries a request out; throws unless the plugin's answer is OK.
  @discardableResult
  func demand(_ request: SessionRequest, _ context: PluginErrorContext) throws(PluginError) -> Answer {
    let answer = try exchange(request, context)
    if answer.status != 0 { throw context.error(failure(answer, context)) }
    return answer
  }

  /// What a status other than OK means.
  func failure(_ answer: Answer, _ context: PluginErrorContext) -> PluginError.Reason {
    switch answer.status {
    case PluginStatus.badInput: .badInput(words: answer.words)
    case PluginStatus.cancelled:
      answer.isLate ? .timeout(seconds: options.deadlines.seconds(of: context.call)) : .cancelled
    default:
      .status(
        code: answer.status, name: PluginStatus.name(answer.status), words: answer.words ?? reasonWords(answer.status))
    }
  }

  /// The plugin's own words for a status of its own.
  private func reasonWords(_ status: UInt32) -> String? {
    guard status >= PluginStatus.pluginBase, let region = try? arena.region(byteCount: 512) else { return nil }
    var request = SessionRequest(OPR_REASON)
    request.number = status
    request.setOutput(region, 512)
    guard let answer = try? exchange(request, context(.describe, nil)),
      let length = Int(exactly: answer.values.0), (1...512).contains(length)
    else { return nil }
    return SessionArena.printable(region.bytes(count: length))
  }

  // MARK: Regions

  func region(
    _ byteCount: Int, _ context: PluginErrorContext, alignment: Int = 64, isZeroed: Bool = false
  ) throws(PluginError) -> ArenaRegion {
    do throws(PluginError.Reason) {
      return try arena.region(byteCount: byteCount, alignment: alignment, isZeroed: isZeroed)
    } catch { throw context.error(error) }
  }

  func region(holding bytes: [UInt8], _ context: PluginErrorContext) throws(PluginError) -> ArenaRegion {
    do throws(PluginError.Reason) { return try arena.region(holding: bytes) } catch { throw context.error(error) }
  }

  /// A table of entries in a region of its own.
  func table<Entry: BitwiseCopyable>(
    _ entries: [Entry], _ context: PluginErrorContext
  ) throws(PluginError) -> ArenaRegion {
    let stride = MemoryLayout<Entry>.stride
    let region = try region(max(entries.count, 1) * stride, context)
    for (number, entry) in entries.enumerated() {
      region.base.storeBytes(of: entry, toByteOffset: number * stride, as: Entry.self)
    }
    return region
  }

  // MARK: From other threads

  func cancel() {
    let sequence = underWay.load(ordering: .sequentiallyConsistent)
    guard sequence != 0 else { return }
    cancelled.store(sequence, ordering: .relaxed)
    opr_cancel(arena.base, sequence)
  }

  var progress: (done: UInt64, total: UInt64) {
    var done: UInt64 = 0
    var total: UInt64 = 0
    opr_progress(arena.base, &done, &total)
    return (done, total)
  }

  func shutDown() {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.isClosed = true
      state.jobs = [:]
      transport.shutDown()
    }
  }
}

/// Results of plugins, as the header numbers them.
enum PluginStatus {
  static let ok: UInt32 = 0
  static let tooSmall: UInt32 = 1
  static let badArgument: UInt32 = 2
  static let badInput: UInt32 = 3
  static let cancelled: UInt32 = 6
  static let pluginBase: UInt32 = 0x1000

  static func name(_ status: UInt32) -> String {
    let names = ["OK", "TOO_SMALL", "BAD_ARGUMENT", "BAD_INPUT", "UNSUPPORTED", "LIMIT", "CANCELLED", "INTERNAL"]
    if let index = Int(exactly: status), index < names.count { return names[index] }
    return status >= pluginBase ? "a result of its own" : "a result that does not exist"
  }
}
