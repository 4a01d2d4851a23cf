import AIR
import Algebra
import COutriggerPlugin
import Keccak256Circuit
import PluginKit
import SHA256Circuit
import Synchronization

/// The entry of a plugin with circuits 0, SHA-256, and 1, Keccak-256. A process has one plugin made with the kit.
func swiftPlugins(_ host: UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>? {
  export([SHA256Circuit.self, Keccak256Circuit.self], name: "test", version: "1.0.0", to: host)
}

/// A plugin through the functions of its table, as a host uses it, in this process.
///
/// Traces are handed out with strides and with guard cells between columns, which must stay as they are.
struct PluginBench: @unchecked Sendable {
  // SAFE: the table is never changed.
  let table: outrigger_plugin_v1

  enum Failure: Error, Equatable {
    case status(UInt32, String)
    case noTable
    case guardCell(Int)
    case cellNotCanonical(Int)
  }

  typealias Entry = (UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>?

  init(_ entry: Entry) throws {
    var host = TestHost.table
    guard let table = entry(&host) else { throw Failure.noTable }
    self.table = table.pointee
  }

  /// What the plugin last told the host about a failure.
  static var reason: String { TestHost.reason.withLock { $0 } }

  private static func check(_ status: outrigger_status) throws {
    if status != 0 { throw Failure.status(status, reason) }
  }

  func describe(_ circuit: UInt32 = 0) throws -> outrigger_circuit {
    var description = outrigger_circuit()
    description.struct_size = UInt32(MemoryLayout<outrigger_circuit>.size)
    try Self.check(table.describe(circuit, &description))
    return description
  }

  func create(_ circuit: UInt32 = 0, index: UInt32 = 0) throws -> OpaquePointer? {
    var instance: OpaquePointer?
    try Self.check(table.create(nil, circuit, index, nil, 0, &instance))
    return instance
  }

  /// Calls `body` with a buffer, first without room and then with as much as was asked for.
  private func output(_ body: (UnsafeMutablePointer<outrigger_buffer>) -> outrigger_status) throws -> [UInt8] {
    var buffer = outrigger_buffer(data: nil, capacity: 0, length: 0)
    let first = body(&buffer)
    if first == 0, buffer.length == 0 { return [] }
    guard first == 1 else {
      try Self.check(first == 0 ? 7 : first)
      return []
    }
    var bytes = [UInt8](repeating: 0xee, count: Int(buffer.length) + 16)
    let length = try bytes.withUnsafeMutableBufferPointer { memory in
      buffer = outrigger_buffer(data: memory.baseAddress, capacity: buffer.length, length: 0)
      try Self.check(body(&buffer))
      return Int(buffer.length)
    }
    guard bytes.suffix(16).allSatisfy({ $0 == 0xee }) else { throw Failure.guardCell(length) }
    return Array(bytes.prefix(length))
  }

  func evaluate(_ instance: OpaquePointer?, _ input: [UInt8]) throws -> [UInt8] {
    try input.withUnsafeBufferPointer { input in
      let bytes = outrigger_bytes(data: input.baseAddress, length: UInt64(input.count))
      return try output { table.eval(nil, instance, bytes, $0) }
    }
  }

  func airBytes(_ instance: OpaquePointer?) throws -> [UInt8] { try output { table.air_bytes(nil, instance, $0) } }

  /// The answers that the plugin knows.
  func knownAnswers(_ circuit: UInt32 = 0) -> [(input: [UInt8], output: [UInt8])] {
    var answers: [(input: [UInt8], output: [UInt8])] = []
    while true {
      var (input, output) = (outrigger_bytes(), outrigger_bytes())
      guard table.known_answer(circuit, UInt32(answers.count), &input, &output) == 0 else { return answers }
      answers.append((Self.bytes(input), Self.bytes(output)))
    }
  }

  private static func bytes(_ bytes: outrigger_bytes) -> [UInt8] {
    Array(UnsafeBufferPointer(start: bytes.data, count: Int(bytes.length)))
  }

  /// The traces of the calls with `inputs`, filled through views in which columns and rows are apart.
  func instances(_ instance: OpaquePointer?, _ inputs: [[UInt8]]) throws -> [AIRInstance] {
    let set = try AIRSet(decoding: try airBytes(instance))
    let held = inputs.map { input in
      let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(input.count, 1))
      _ = memory.update(fromContentsOf: input)
      return memory
    }
    defer { for memory in held { memory.deallocate() } }
    let bytes = UnsafeMutableBufferPointer<outrigger_bytes>.allocate(capacity: inputs.count)
    defer { bytes.deallocate() }
    for (index, (input, memory)) in zip(inputs, held).enumerated() {
      bytes[index] = outrigger_bytes(data: UnsafePointer(memory.baseAddress), length: UInt64(input.count))
    }
    var logHeights = [UInt8](repeating: 0x77, count: set.airs.count)
    var job: OpaquePointer?
    try Self.check(table.plan(nil, instance, bytes.baseAddress, UInt64(bytes.count), &logHeights, &job))
    defer { table.close(job) }
    let present = set.airs.indices.filter { logHeights[$0] != 0xff }
    var memories: [GuardedTrace] = []
    for air in present {
      memories.append(GuardedTrace(rows: 1 << Int(logHeights[air]), columns: set.airs[air].air.width.commonMain))
    }
    let views = zip(present, memories).map { $1.view(air: UInt32($0)) }
    try Self.check(table.fill(nil, job, views, UInt64(views.count), nil))
    return try zip(present, memories).map {
      AIRInstance(air: set.airs[$0].air, commonMain: try $1.matrix())
    }
  }
}

/// Memory for a trace in which no two cells are neighbours.
private final class GuardedTrace {
  let rows: Int
  let columns: Int
  private let columnStride: Int
  private let memory: UnsafeMutableBufferPointer<UInt32>
  private static let guardValue: UInt32 = 0xfeed_beef
  private static let rowStride = 2

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    columnStride = rows * Self.rowStride + 1
    memory = .allocate(capacity: columns * columnStride)
    memory.initialize(repeating: Self.guardValue)
    for column in 0..<columns {
      for row in 0..<rows { memory[column * columnStride + row * Self.rowStride] = 0 }
    }
  }

  deinit { memory.deallocate() }

  func view(air: UInt32) -> outrigger_view {
    outrigger_view(
      air: air, part: 0, data: memory.baseAddress, rows: UInt64(rows), columns: UInt64(columns),
      row_stride: UInt64(Self.rowStride), column_stride: UInt64(columnStride))
  }

  func matrix() throws -> FieldMatrix {
    let matrix = FieldMatrix(height: rows, width: columns)
    for position in memory.indices {
      let (column, offset) = position.quotientAndRemainder(dividingBy: columnStride)
      guard offset % Self.rowStride == 0, offset / Self.rowStride < rows else {
        guard memory[position] == Self.guardValue else { throw PluginBench.Failure.guardCell(position) }
        continue
      }
      guard let cell = BabyBear(canonical: memory[position]) else {
        throw PluginBench.Failure.cellNotCanonical(position)
      }
      matrix[row: offset / Self.rowStride, column: column] = cell
    }
    return matrix
  }
}

/// What of a host a plugin's tests need: somewhere to put reasons, and a loop that goes backwards.
enum TestHost {
  static let reason = Mutex("")

  static var table: outrigger_host_v1 {
    var host = outrigger_host_v1()
    host.struct_size = UInt32(MemoryLayout<outrigger_host_v1>.size)
    host.abi_major = 1
    host.fail = { _, _, _, message in
      let text = String(
        decoding: UnsafeRawBufferPointer(start: message.data, count: Int(message.length)), as: UTF8.self)
      TestHost.reason.withLock { $0 = text }
    }
    host.cancelled = { _ in 0 }
    host.parallel_for = { _, count, body, user in
      for index in (0..<count).reversed() { body?(index, user) }
    }
    return host
  }
}
