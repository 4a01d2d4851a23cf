import Foundation
import Testing

@testable import PluginHost

#if canImport(Glibc)
  import Glibc
#endif

/// Workers that die are started again, once; then the plugin is faulty.
struct SupervisorTests {
  @Test func instancesLiveOnAfterACrash() throws {
    let supervisor = try TestSession.supervisor()
    let tripling = try supervisor.create(circuit: 0, index: 1, parameters: [.init(key: "factor", value: .integer(3))])
    let doubling = try supervisor.create(circuit: 0, index: 2, parameters: [])
    let error = try failure { () throws(PluginError) in try supervisor.eval(doubling, input: Array("!s".utf8)) }
    #expect(error.reason == .crashed(signal: Int(SIGSEGV), address: 16))
    #expect(supervisor.deaths == 1)
    #expect(supervisor.fault == nil)
    #expect(try supervisor.eval(tripling, input: [1]).first == 3)
    #expect(try supervisor.eval(doubling, input: [1]).first == 2)
    try supervisor.destroy(tripling)
    let gone = try failure { () throws(PluginError) in try supervisor.eval(tripling, input: [1]) }
    #expect(gone.reason == .unknownHandle)
  }

  @Test func theSecondCrashMakesFaulty() throws {
    let supervisor = try TestSession.supervisor()
    let instance = try supervisor.create(circuit: 0, index: 1, parameters: [])
    for how in ["!s", "!n"] {
      _ = try failure { () throws(PluginError) in try supervisor.eval(instance, input: Array(how.utf8)) }
    }
    #expect(supervisor.fault?.reason == .forbiddenSystemCall)
    let error = try failure { () throws(PluginError) in try supervisor.eval(instance, input: [1]) }
    guard case .faulty(let why) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(why.contains("forbidden system call"))
    #expect(error.circuit == TestPlugin.doubling)
  }

  /// Kills the present worker soon.
  private func killSoon(_ supervisor: PluginSupervisor) {
    let process = supervisor.processIdentifier
    let killer = Thread {
      usleep(150_000)
      if let process { kill(process, SIGKILL) }
    }
    killer.start()
  }

  @Test func callsOfWorkersThatWereKilledAreMadeAgain() throws {
    let supervisor = try TestSession.supervisor()
    let instance = try supervisor.create(circuit: 0, index: 1, parameters: [])
    let first = supervisor.processIdentifier
    killSoon(supervisor)
    #expect(try supervisor.eval(instance, input: Array("!B".utf8)) == [])
    #expect(supervisor.deaths == 1)
    #expect(supervisor.processIdentifier != first)
  }

  @Test func jobsOfWorkersThatWereKilledAreMadeAgain() throws {
    let supervisor = try TestSession.supervisor()
    let instance = try supervisor.create(circuit: 0, index: 1, parameters: [])
    let job = try supervisor.plan(instance, inputs: [Array("!W".utf8), [2]])
    killSoon(supervisor)
    let traces = try supervisor.fill(job, columns: [2, 1, 2])
    try supervisor.close(job)
    #expect(try traces.traces.last?.matrix()[row: 3, column: 1].canonical == 2_000_007)
    #expect(supervisor.deaths == 1)
  }

  @Test func theSecondKillingIsAnError() throws {
    let supervisor = try TestSession.supervisor()
    let instance = try supervisor.create(circuit: 0, index: 1, parameters: [])
    killSoon(supervisor)
    #expect(try supervisor.eval(instance, input: Array("!B".utf8)) == [])
    killSoon(supervisor)
    let error = try failure { () throws(PluginError) in try supervisor.eval(instance, input: Array("!B".utf8)) }
    #expect(error.reason == .killed)
    #expect(supervisor.fault?.reason == .killed)
  }

  @Test func workersThatVanishBetweenCallsAreReplaced() throws {
    let supervisor = try TestSession.supervisor()
    let instance = try supervisor.create(circuit: 0, index: 1, parameters: [])
    let job = try supervisor.plan(instance, inputs: [[1]])
    kill(try #require(supervisor.processIdentifier), SIGKILL)
    usleep(50_000)
    let traces = try supervisor.fill(job, columns: [1, 1, 1])
    #expect(traces.traces.count == 2)
    try supervisor.close(job)
    #expect(try supervisor.eval(instance, input: [1]).first == 2)
    #expect(supervisor.deaths == 1)
  }

  @Test func sessionsNoticeThatTheirWorkerVanished() throws {
    let session = try TestSession.worker()
    let instance = try session.create(circuit: 0, index: 1, parameters: [])
    kill(session.transport.processIdentifier, SIGKILL)
    usleep(50_000)
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: [1]) }
    #expect(error.reason == .killed)
    let later = try failure { () throws(PluginError) in try session.eval(instance, input: [1]) }
    #expect(later.reason == .closed)
  }

  @Test func cancelledWorkersDoNotCount() throws {
    let supervisor = try PluginSupervisor(
      library: TestSession.library(), options: TestSession.options(deadlines: PluginDeadlines(grace: 0.1)))
    let instance = try supervisor.create(circuit: 0, index: 1, parameters: [])
    for _ in 0..<2 {
      let canceller = Thread {
        usleep(200_000)
        supervisor.cancel()
      }
      canceller.start()
      let error = try failure { () throws(PluginError) in try supervisor.eval(instance, input: Array("!l".utf8)) }
      #expect(error.reason == .cancelled)
    }
    #expect(supervisor.deaths == 0)
    #expect(try supervisor.eval(instance, input: [1]).first == 2)
  }

  @Test func noProcessIsLeftBehind() throws {
    var session: WorkerSession? = try TestSession.worker()
    let process = try #require(session?.transport.processIdentifier)
    #expect(kill(process, 0) == 0)
    session = nil
    #expect(kill(process, 0) != 0)
  }

  @Test func callsFromSeveralThreadsWait() throws {
    let supervisor = try TestSession.supervisor()
    let instance = try supervisor.create(circuit: 0, index: 1, parameters: [])
    DispatchQueue.concurrentPerform(iterations: 64) { number in
      let input = [UInt8](repeating: UInt8(64 + number), count: 1000)
      let output = try? supervisor.eval(instance, input: input)
      let isRight = output == [UInt8](repeating: UInt8(truncatingIfNeeded: 2 * (64 + number)), count: 1000)
      #expect(isRight)
    }
  }
}
