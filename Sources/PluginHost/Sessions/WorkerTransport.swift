import CPluginRuntime
import Glibc

/// The dispatcher in a worker process.
final class WorkerTransport: PluginTransport, @unchecked Sendable {
  // SAFE: the session carries out one exchange at a time, and `shutDown` when none is under way.
  let arena: SessionArena
  private let worker: WorkerProcess
  private let memoryLimit: Int
  private let processorSeconds: Int
  private var isClosed = false

  /// Starts a worker and loads the library, if there is one, and the foreign functions into it.
  init(
    library: PluginLibrary?, foreign: [ForeignFunction], options: PluginSessionOptions
  ) throws(TransportFailure) {
    memoryLimit = max(options.memoryLimit, 1 << 20)
    processorSeconds = options.processorSeconds
    var settings = opr_settings()
    let regions: [ArenaRegion]
    do throws(PluginError.Reason) {
      let path = try WorkerLocator.find(named: options.workerPath)
      arena = try SessionArena(dataBytes: options.memoryLimit)
      worker = try WorkerProcess(path: path, arena: arena, library: library)
      regions = try Self.describe(options, foreign, arena: arena, in: &settings)
    } catch { throw TransportFailure(reason: error) }
    settings.memory_bytes = UInt64(memoryLimit)
    settings.has_library = library == nil ? 0 : 1
    let limits = ExchangeLimits(
      seconds: options.deadlines.load, grace: 0, isCancelled: { false })
    let exchange = try withExtendedLifetime(regions) { () throws(TransportFailure) in
      try send(settings)
      return try receive(sequence: 0, limits: limits)
    }
    guard Int(exchange.response.outcome) == OPR_DONE else {
      var failure = TransportFailure(reason: reason(for: exchange.response, words: arena.errorWords() ?? ""))
      worker.awaitEnd()
      failure.lastWords = worker.lastWords()
      throw failure
    }
  }

  /// Writes what a worker is told at first; the regions must live until it has answered.
  private static func describe(
    _ options: PluginSessionOptions, _ foreign: [ForeignFunction], arena: SessionArena, in settings: inout opr_settings
  ) throws(PluginError.Reason) -> [ArenaRegion] {
    settings.arena_bytes = UInt64(arena.byteCount)
    settings.scratch_bytes = UInt64(max(options.memoryLimit, 1 << 20))
    settings.cpu_seconds = UInt64(max(options.processorSeconds, 0))
    settings.threads = UInt32(options.threads)
    settings.foreign_count = UInt64(foreign.count)
    var regions: [ArenaRegion] = []
    var folders: [UInt8] = []
    for folder in options.libraryFolders where !folder.utf8.contains(0) { folders += Array(folder.utf8) + [0] }
    if !folders.isEmpty {
      let region = try arena.region(holding: folders)
      settings.folders = region.span(folders.count)
      regions.append(region)
    }
    if !foreign.isEmpty {
      let size = MemoryLayout<opr_foreign>.stride
      let table = try arena.region(byteCount: size * foreign.count)
      for (number, function) in foreign.enumerated() {
        let texts = (
          try arena.region(holding: Array(function.library.utf8)),
          try arena.region(holding: Array(function.symbol.utf8))
        )
        let description = function.description(
          library: texts.0.span(function.library.utf8.count), symbol: texts.1.span(function.symbol.utf8.count))
        table.base.storeBytes(of: description, toByteOffset: number * size, as: opr_foreign.self)
        regions += [texts.0, texts.1]
      }
      settings.foreign = table.span(size * foreign.count)
      regions.append(table)
    }
    return regions
  }

  /// For tests: the process.
  var processIdentifier: pid_t { worker.identifier }

  func exchange(_ request: opr_request, limits: ExchangeLimits) throws(TransportFailure) -> Exchange {
    guard !isClosed, worker.status == nil else { throw TransportFailure(reason: .closed) }
    try send(request)
    let exchange = try receive(sequence: request.sequence, limits: limits)
    guard exchange.response.call == request.call else {
      throw violation("an answer to call \(exchange.response.call), expected \(request.call)")
    }
    return exchange
  }

  func shutDown() {
    isClosed = true
    worker.end()
  }

  // MARK: Messages

  private func send<Message: BitwiseCopyable>(_ message: Message) throws(TransportFailure) {
    var message = message
    while true {
      let put = Glibc.send(
        worker.channel, &message, MemoryLayout<Message>.size, Int32(MSG_NOSIGNAL))
      if put == MemoryLayout<Message>.size { return }
      if put < 0, errno == EINTR { continue }
      throw death()
    }
  }

  private func receive(sequence: UInt64, limits: ExchangeLimits) throws(TransportFailure) -> Exchange {
    let start = ContinuousClock.now
    var isLate = false
    var givenUp: ContinuousClock.Instant?
    while true {
      var poll = pollfd(fd: worker.channel, events: Int16(POLLIN), revents: 0)
      let ready = Glibc.poll(&poll, 1, 20)
      if ready > 0 { break }
      let now = ContinuousClock.now
      if let givenUp {
        guard givenUp.duration(to: now) < .seconds(limits.grace) else {
          throw killed(isLate ? .timeout(seconds: limits.seconds) : .cancelled)
        }
      } else if start.duration(to: now) >= .seconds(limits.seconds) {
        isLate = true
        givenUp = now
        opr_cancel(arena.base, sequence)
      } else if limits.isCancelled() {
        givenUp = now
      }
    }
    var response = opr_response()
    let size = MemoryLayout<opr_response>.size
    let got = recv(worker.channel, &response, size, Int32(MSG_TRUNC))
    if got <= 0 { throw death() }
    guard got == size else { throw violation("an answer of \(got) bytes, expected \(size)") }
    guard response.sequence == sequence else {
      throw violation("an answer to request \(response.sequence), expected \(sequence)")
    }
    return Exchange(response: response, isLate: isLate)
  }

  // MARK: Ends

  private func killed(_ reason: PluginError.Reason) -> TransportFailure {
    worker.end()
    return TransportFailure(reason: reason, lastWords: worker.lastWords())
  }

  private func violation(_ what: String) -> TransportFailure { killed(.protocolViolation(what)) }

  /// The worker has closed its channel: why.
  private func death() -> TransportFailure {
    worker.awaitEnd()
    let status = worker.status ?? 0
    var failure = TransportFailure(reason: .exited(code: Int(status >> 8 & 0xff)), lastWords: worker.lastWords())
    let signal = status & 0x7f
    guard signal != 0 else { return failure }
    var address: UInt64 = 0
    var offset = UInt64.max
    var isOutOfMemory: UInt32 = 0
    let noted = opr_fault(arena.base, &address, &offset, &isOutOfMemory)
    switch signal {
    case SIGSYS: failure.reason = .forbiddenSystemCall
    case SIGKILL: failure.reason = .killed
    case SIGXCPU: failure.reason = .timeout(seconds: Double(processorSeconds))
    default:
      let isAccess = signal == SIGSEGV || signal == SIGBUS
      failure.reason =
        noted != 0 && isOutOfMemory != 0
        ? .memoryLimit(bytes: memoryLimit)
        : .crashed(signal: Int(signal), address: noted != 0 && isAccess ? address : nil)
      if noted != 0, isAccess { failure.faultOffset = Int(exactly: offset) }
    }
    return failure
  }
}
