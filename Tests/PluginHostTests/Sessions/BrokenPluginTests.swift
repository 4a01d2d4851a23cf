import Foundation
import Synchronization
import Testing

@testable import PluginHost

#if canImport(Glibc)
  import Glibc
#endif

/// Plugins that break the rules while they run: the host lives on and says what happened.
struct BrokenPluginTests {
  /// What `eval` of an input that makes the plugin misbehave throws, in a worker.
  private func evalFailure(_ how: String, options: PluginSessionOptions? = nil) throws -> PluginError {
    let session = try TestSession.worker(options: options)
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: Array(how.utf8)) }
    #expect(error.call == .eval)
    #expect(error.circuit == TestPlugin.doubling)
    #expect(error.plugin == "tiny")
    return error
  }

  @Test(arguments: [("!s", SIGSEGV), ("!a", SIGABRT), ("!o", SIGSEGV), ("!d", SIGFPE)])
  func crashesAreNamed(how: String, signal: Int32) throws {
    let error = try evalFailure(how)
    guard case .crashed(let found, let address) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(found == Int(signal))
    #expect((address != nil) == (signal == SIGSEGV))
    if how == "!s" { #expect(address == 16) }
    #expect(error.isWorkerGone)
    #expect(!error.isGuestsFault)
  }

  @Test func trapsAreNamed() throws {
    let error = try evalFailure("!t")
    guard case .crashed(let signal, _) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect([Int(SIGILL), Int(SIGTRAP)].contains(signal))
  }

  @Test func theInputIsNamedByItsHash() throws {
    // SHA-256 of the two bytes "!s".
    #expect(
      try evalFailure("!s").inputHash == hexadecimal(SHA256Reference.hash(Array("!s".utf8))))
  }

  @Test func lastWordsAreKept() throws {
    let error = try evalFailure("!y")
    #expect(error.lastWords == "these are my last words")
    #expect("\(error)".contains("these are my last words"))
    #expect(try evalFailure("!j").lastWords == "printed")
  }

  @Test(arguments: ["!n", "!w", "!r", "!e", "!f", "!p", "!k", "!K", "!g", "!G"])
  func forbiddenCallsEndTheWorker(how: String) throws {
    #expect(try evalFailure(how).reason == .forbiddenSystemCall, "\(how)")
  }

  @Test func exitIsNamed() throws {
    #expect(try evalFailure("!x").reason == .exited(code: 3))
  }

  @Test func endlessLoopsAreStopped() throws {
    let deadlines = PluginDeadlines(eval: 0.3, grace: 0.2)
    let start = ContinuousClock.now
    let error = try evalFailure("!l", options: TestSession.options(deadlines: deadlines))
    #expect(error.reason == .timeout(seconds: 0.3))
    #expect(error.isWorkerGone)
    #expect(start.duration(to: .now) < .seconds(20))
  }

  @Test(arguments: SessionKind.allCases)
  func politePluginsOutliveADeadline(kind: SessionKind) throws {
    let deadlines = PluginDeadlines(eval: 0.2, grace: 5)
    let session = try kind.session(options: TestSession.options(deadlines: deadlines))
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: Array("!c".utf8)) }
    #expect(error.reason == .timeout(seconds: 0.2))
    #expect(!error.isWorkerGone)
    #expect(try session.eval(instance, input: [1]).first == 2)
  }

  @Test func memoryHasALimit() throws {
    let error = try evalFailure("!m", options: TestSession.options(memory: 64 << 20))
    #expect(error.reason == .memoryLimit(bytes: 64 << 20))
  }

  @Test(arguments: SessionKind.allCases)
  func wrongAnswersAreRefused(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    func reason(_ how: String) throws -> PluginError.Reason {
      try failure { () throws(PluginError) in try session.eval(instance, input: Array(how.utf8)) }.reason
    }
    #expect(try reason("!L") == .outputTooLong(limit: 65_536, found: 65_544))
    #expect(try reason("!7") == .outputNotWholeWords(length: 7))
    #expect(try reason("!T") == .outputTooLong(limit: 1 << 21, found: 1 << 40))
    #expect(
      try reason("!U") == .invalidValue("length that it needs", expected: "more than 65536", found: "8"))
    #expect(try reason("!b") == .badInput(words: "not a picture (tiny.c:7)"))
    #expect(try reason("!i") == .status(code: 7, name: "INTERNAL", words: nil))
    #expect(try reason("!u") == .status(code: 0x1005, name: "a result of its own", words: "the moon is full"))
    #expect(try reason("!v") == .status(code: 99, name: "a result that does not exist", words: nil))
    // None of that has done any harm.
    #expect(try session.eval(instance, input: [1]).first == 2)
  }

  @Test func badInputIsTheGuestsFault() throws {
    #expect(try evalFailure("!b").isGuestsFault)
  }

  @Test func forgedMessagesEndTheWorker() throws {
    let short = try evalFailure("!q")
    #expect(short.reason == .protocolViolation("an answer of 13 bytes, expected 64"))
    #expect(short.isWorkerGone)
    guard case .protocolViolation(let what) = try evalFailure("!Q").reason else {
      Issue.record("a forged answer was believed")
      return
    }
    #expect(what.hasPrefix("an answer to request 1099511627776"))
  }

  // MARK: Traces

  private func fillFailure(
    _ how: String, layout: TraceLayout = TraceLayout(), circuit: Int = 0, kind: SessionKind = .worker
  ) throws -> PluginError {
    let session = try kind.session()
    let instance = try session.create(circuit: circuit, index: 0, parameters: [])
    let job = try session.plan(instance, inputs: [Array(how.utf8)])
    let error = try failure { () throws(PluginError) in try session.fill(job, columns: [7, 9, 3], layout: layout) }
    if !error.isWorkerGone { try session.close(job) }
    #expect(error.call == .fill)
    #expect(error.inputHash == hexadecimal(SHA256Reference.hash(Array(how.utf8))))
    return error
  }

  @Test(arguments: [TraceLayout.Order.columnMajor, .rowMajor])
  func writesOutsideAViewAreNoticed(order: TraceLayout.Order) throws {
    let layout = TraceLayout(order: order, hasGuardPages: true)
    // Right behind and right before, where alignment leaves room: seen afterwards.
    #expect(try fillFailure("!G", layout: layout).reason == .wroteOutside(air: 2, isBehind: true))
    #expect(try fillFailure("!B", layout: layout).reason == .wroteOutside(air: 2, isBehind: false))
    // Farther away, on the pages: the worker ends.
    for (how, isBehind) in [("!P", true), ("!Q", false)] {
      let error = try fillFailure(how, layout: layout)
      #expect(error.reason == .wroteOutside(air: 2, isBehind: isBehind))
      #expect(error.isWorkerGone)
    }
  }

  @Test func writesBetweenColumnsAreNoticed() throws {
    let session = try TestSession.worker()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let traces = try session.traces(
      instance, inputs: [Array("!g".utf8)], columns: [7, 9, 3], layout: TraceLayout(gap: 5))
    #expect(traces.traces.map { $0.touchedGap() } == [nil, 4])
  }

  @Test(arguments: SessionKind.allCases)
  func cellsAreChecked(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let traces = try session.traces(instance, inputs: [Array("!N".utf8)], columns: [7, 9, 3])
    let last = try #require(traces.traces.last)
    let error = try failure { () throws(PluginError) in try last.matrix() }
    #expect(error.reason == .cellNotCanonical(air: 2, row: 0, column: 0, value: 2_013_265_921))
  }

  @Test func publicValuesAreChecked() throws {
    guard case .invalidValue(let what, _, _) = try fillFailure("!V", circuit: 1).reason else {
      Issue.record("no invalid value")
      return
    }
    #expect(what == "public value 16")
  }

  @Test(arguments: SessionKind.allCases)
  func heightsAndWidthsAreChecked(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let error = try failure { () throws(PluginError) in try session.plan(instance, inputs: [Array("!H".utf8)]) }
    #expect(error.reason == .invalidValue("log height of AIR 0", expected: "0 to 27, or 255", found: "60"))
    let job = try session.plan(instance, inputs: [[1]])
    for columns in [[1], [1, 1, 0], [1, 1, -1], [1, 1, Int.max]] {
      let error = try failure { () throws(PluginError) in try session.fill(job, columns: columns) }
      guard case .badArgument = error.reason else {
        Issue.record("\(error)")
        continue
      }
    }
    // Too large for the shared memory.
    let large = try failure { () throws(PluginError) in try session.fill(job, columns: [1 << 24, 1, 1]) }
    guard case .noRoom = large.reason else {
      Issue.record("\(large)")
      return
    }
    #expect(try session.fill(job, columns: [1, 1, 1]).traces.count == 2)
    try session.close(job)
    let closed = try failure { () throws(PluginError) in try session.fill(job, columns: [1, 1, 1]) }
    #expect(closed.reason == .unknownHandle)
  }

  @Test func crashesWhileFillingAreNamed() throws {
    #expect(try fillFailure("!s").reason == .crashed(signal: Int(SIGSEGV), address: 16))
    #expect(try fillFailure("!n").reason == .forbiddenSystemCall)
    #expect(try fillFailure("!E", kind: .inProcess).reason == .status(code: 5, name: "LIMIT", words: nil))
  }

  // MARK: Cancelling

  @Test(arguments: SessionKind.allCases)
  func cancellingIsQuick(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let cancelledAt = Mutex<ContinuousClock.Instant?>(nil)
    let canceller = Thread {
      // Until the call is under way and has said so.
      while session.progress.total != 7 { usleep(1000) }
      #expect(session.progress.done == 3)
      cancelledAt.withLock { $0 = .now }
      session.cancel()
    }
    canceller.start()
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: Array("!c".utf8)) }
    let start = try #require(cancelledAt.withLock { $0 })
    #expect(error.reason == .cancelled)
    #expect(start.duration(to: .now) < .seconds(1))
    print("cancelled after \(start.duration(to: .now))")
    // The next call is not.
    #expect(try session.eval(instance, input: [1]).first == 2)
    session.cancel()
    #expect(try session.eval(instance, input: [1]).first == 2)
  }

  @Test func whoDoesNotGiveUpIsKilled() throws {
    let session = try TestSession.worker(options: TestSession.options(deadlines: PluginDeadlines(grace: 0.1)))
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let canceller = Thread {
      usleep(200_000)
      session.cancel()
    }
    canceller.start()
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: Array("!l".utf8)) }
    #expect(error.reason == .cancelled)
    #expect(error.isWorkerGone)
  }

  @Test(arguments: SessionKind.allCases)
  func endedSessionsSaySo(kind: SessionKind) throws {
    let session = try kind.session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let traces = try session.traces(instance, inputs: [[1]], columns: [1, 1, 1])
    session.shutDown()
    session.shutDown()
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: [1]) }
    #expect(error.reason == .closed)
    // Traces outlive their session.
    #expect(try traces.traces.first?.matrix().height == 16)
  }
}
