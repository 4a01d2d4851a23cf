import Synchronization

/// Makes a plugin of one circuit: what the entry function of a plugin returns. NULL where the host is not one that the
/// kit can work with.
public func export(
  _ circuit: any DeferralCircuit.Type, to host: UnsafePointer<outrigger_host_v1>?
) -> UnsafePointer<outrigger_plugin_v1>? {
  export([circuit], name: circuit.description.id, version: circuit.description.version, to: host)
}

/// Makes a plugin of several circuits, in this order.
public func export(
  _ circuits: [any DeferralCircuit.Type], name: String, version: String, to host: UnsafePointer<outrigger_host_v1>?
) -> UnsafePointer<outrigger_plugin_v1>? {
  guard let host = readHost(host) else { return nil }
  return Plugin.shared.withLock { shared in
    if let table = shared.table {
      // One library, one plugin: the same answer each time.
      guard shared.circuits.map({ ObjectIdentifier($0.type) }) == circuits.map({ ObjectIdentifier($0) }) else {
        return nil
      }
      shared.host = host
      return UnsafePointer(table)
    }
    guard !circuits.isEmpty, circuits.allSatisfy({ $0.description.isExportable }) else { return nil }
    shared.host = host
    shared.circuits = circuits.map { ExportedCircuit($0) }
    let table = UnsafeMutablePointer<outrigger_plugin_v1>.allocate(capacity: 1)
    table.initialize(to: functionTable(name: name, version: version, circuits: circuits.count))
    shared.table = table
    return UnsafePointer(table)
  }
}

/// The host's table as far as it goes, with nothing beyond; nil for another major version or a table without a head.
private func readHost(_ pointer: UnsafePointer<outrigger_host_v1>?) -> outrigger_host_v1? {
  guard let pointer else { return nil }
  // SAFE: a table begins with its size, which says how much may be read.
  let size = Int(UnsafeRawPointer(pointer).loadUnaligned(as: UInt32.self))
  guard size >= 8 else { return nil }
  var host = outrigger_host_v1()
  withUnsafeMutableBytes(of: &host) { bytes in
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: min(size, bytes.count)))
  }
  return host.abi_major == 1 ? host : nil
}

/// A circuit of the plugin, and what of it lives until the process ends.
struct ExportedCircuit: @unchecked Sendable {
  // SAFE: texts and bytes are never changed.
  let type: any DeferralCircuit.Type
  let id: outrigger_text
  let version: outrigger_text
  var knownAnswers: [(input: outrigger_bytes, output: outrigger_bytes)]?

  init(_ type: any DeferralCircuit.Type) {
    self.type = type
    id = type.description.id.staticText()
    version = type.description.version.staticText()
  }
}

/// The state of a plugin: one for each library, since the kit is part of it.
struct Plugin: @unchecked Sendable {
  // SAFE: reached through the mutex alone; the table is never changed once it is made.
  static let shared = Mutex(Plugin())

  var host = outrigger_host_v1()
  var circuits: [ExportedCircuit] = []
  var table: UnsafeMutablePointer<outrigger_plugin_v1>?
  /// What was handed out, by number. A handle is a number and no address, so that one that was never handed out, or
  /// has been given back, is noticed.
  var instances: [UInt: Instance] = [:]
  var jobs: [UInt: Job] = [:]
  private var lastHandle: UInt = 0

  mutating func newHandle() -> UInt {
    lastHandle += 16
    return lastHandle
  }

  static func instance(_ handle: OpaquePointer?) -> Instance? {
    shared.withLock { $0.instances[UInt(bitPattern: handle)] }
  }

  static func job(_ handle: OpaquePointer?) -> Job? {
    shared.withLock { $0.jobs[UInt(bitPattern: handle)] }
  }

  static func circuit(_ number: UInt32) -> ExportedCircuit? {
    shared.withLock { $0.circuits.indices.contains(Int(number)) ? $0.circuits[Int(number)] : nil }
  }

  /// Runs `body` and turns what it throws into a result, after telling the host why.
  static func answer(
    _ call: OpaquePointer?, _ function: StaticString,
    _ body: (HostCall) throws(CircuitError) -> outrigger_status
  ) -> outrigger_status {
    let call = HostCall(host: shared.withLock { $0.host }, call: call)
    do {
      return try body(call)
    } catch {
      call.fail("\(error)", file: "\(function)", line: 0)
      return error.status
    }
  }
}

/// A circuit at a deferral index.
final class Instance: Sendable {
  let circuit: any DeferralCircuit
  let description: CircuitDescription
  private let airBytes = Mutex<[UInt8]?>(nil)

  init(_ circuit: any DeferralCircuit) throws(CircuitError) {
    self.circuit = circuit
    description = type(of: circuit).description
    let airs = circuit.airs
    guard airs.count == description.airCount else {
      throw .fault("\(airs.count) AIRs, the description says \(description.airCount)")
    }
    for air in airs where !air.width.cachedMains.isEmpty || air.publicValueCount != 0 || air.width.commonMain < 1 {
      throw .fault("\(air.name) has cached parts or public values, or no columns")
    }
  }

  /// The AIR bytes, made once.
  func encodedAIRs() -> [UInt8] {
    airBytes.withLock { bytes in
      if let bytes { return bytes }
      let encoded = circuit.airSet.encode()
      bytes = encoded
      return encoded
    }
  }
}

/// A job of an instance.
final class Job: Sendable {
  let job: any ProvingJob
  /// Log height and width of each AIR; nil for absent ones.
  let shapes: [(logHeight: Int, width: Int)?]

  init(_ job: any ProvingJob, of instance: Instance) throws(CircuitError) {
    self.job = job
    let (airs, logHeights) = (instance.circuit.airs, job.logHeights)
    guard logHeights.count == airs.count else { throw .fault("\(logHeights.count) heights for \(airs.count) AIRs") }
    for logHeight in logHeights.compactMap({ $0 }) {
      guard logHeight >= 0 else { throw .fault("a height of 2^\(logHeight)") }
      guard logHeight <= instance.description.logStackedHeight else {
        throw .limit("a trace of 2^\(logHeight) rows, at most 2^\(instance.description.logStackedHeight) are possible")
      }
    }
    shapes = zip(airs, logHeights).map { air, logHeight in logHeight.map { ($0, air.width.commonMain) } }
  }
}

extension CircuitDescription {
  /// Whether a host would take it.
  var isExportable: Bool {
    !id.isEmpty && id.utf8.count <= 128 && !version.isEmpty && maxInputBytes >= 0 && maxOutputBytes >= 0
      && maxOutputBytes % 8 == 0 && (1...256).contains(airCount) && (11...24).contains(logStackedHeight)
      && (0...16).contains(maxLogBatch)
  }
}
