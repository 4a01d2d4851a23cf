import Algebra
import COutriggerPlugin
import Glibc

/// A plugin's library in this process, with as much of a host as a template needs.
struct LoadedPlugin {
  struct Failure: Error {
    var status: outrigger_status
  }

  private let table: UnsafePointer<outrigger_plugin_v1>
  private let instance: OpaquePointer

  init?(_ path: String) {
    typealias Entry = @convention(c) (UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>?
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "outrigger_plugin_entry_v1")
    else { return nil }
    // The host's table stays for as long as the library does: for good.
    let host = UnsafeMutablePointer<outrigger_host_v1>.allocate(capacity: 1)
    host.initialize(to: outrigger_host_v1())
    host.pointee.struct_size = UInt32(MemoryLayout<outrigger_host_v1>.size)
    host.pointee.abi_major = 1
    host.pointee.fail = { _, _, _, _ in }
    host.pointee.cancelled = { _ in 0 }
    guard let table = unsafeBitCast(symbol, to: Entry.self)(host) else { return nil }
    var instance: OpaquePointer?
    guard table.pointee.create?(nil, 0, 0, nil, 0, &instance) == 0, let instance else { return nil }
    self.table = table
    self.instance = instance
  }

  var circuitID: String {
    var description = outrigger_circuit()
    description.struct_size = UInt32(MemoryLayout<outrigger_circuit>.size)
    guard table.pointee.describe?(0, &description) == 0 else { return "" }
    return description.id.data.map {
      String(decoding: UnsafeRawBufferPointer(start: $0, count: Int(description.id.length)), as: UTF8.self)
    } ?? ""
  }

  func evaluate(_ input: [UInt8]) throws -> [UInt8] {
    try filled { buffer in
      input.withUnsafeBufferPointer {
        table.pointee.eval?(nil, instance, outrigger_bytes(data: $0.baseAddress, length: UInt64($0.count)), &buffer)
      }
    }
  }

  func airBytes() throws -> [UInt8] {
    try filled { table.pointee.air_bytes?(nil, instance, &$0) }
  }

  // Asks for the size first.
  private func filled(_ body: (inout outrigger_buffer) -> outrigger_status?) throws -> [UInt8] {
    var buffer = outrigger_buffer(data: nil, capacity: 0, length: 0)
    guard body(&buffer) == 1 else { throw Failure(status: 1) }
    var bytes = [UInt8](repeating: 0xaa, count: Int(buffer.length))
    let status = bytes.withUnsafeMutableBufferPointer { target in
      buffer = outrigger_buffer(data: target.baseAddress, capacity: UInt64(target.count), length: 0)
      return body(&buffer)
    }
    guard status == 0, buffer.length == UInt64(bytes.count) else { throw Failure(status: status ?? 0) }
    return bytes
  }

  /// The trace of the circuit's one AIR.
  func trace(_ inputs: [[UInt8]], width: Int) throws -> FieldMatrix {
    // SAFE: the bytes stay where they are until the job is closed.
    let copies = inputs.map { input in
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(input.count, 1))
      _ = copy.initialize(from: input)
      return outrigger_bytes(data: UnsafePointer(copy.baseAddress), length: UInt64(input.count))
    }
    defer { for copy in copies { copy.data.deallocate() } }
    var logHeight: UInt8 = 0
    var job: OpaquePointer?
    return try copies.withUnsafeBufferPointer { list in
      let planned = table.pointee.plan?(nil, instance, list.baseAddress, UInt64(list.count), &logHeight, &job)
      guard planned == 0 else { throw Failure(status: planned ?? 0) }
      defer { table.pointee.close?(job) }
      let rows = 1 << Int(logHeight)
      // Row-major with a gap, to see that strides are kept to.
      var cells = [UInt32](repeating: 0, count: rows * (width + 3))
      try cells.withUnsafeMutableBufferPointer { target in
        var view = outrigger_view(
          air: 0, part: 0, data: target.baseAddress, rows: UInt64(rows), columns: UInt64(width),
          row_stride: UInt64(width + 3), column_stride: 1)
        let filled = table.pointee.fill?(nil, job, &view, 1, nil)
        guard filled == 0 else { throw Failure(status: filled ?? 0) }
      }
      let matrix = FieldMatrix(height: rows, width: width)
      for row in 0..<rows {
        for column in 0..<width { matrix[row: row, column: column] = BabyBear(cells[row * (width + 3) + column]) }
      }
      return matrix
    }
  }
}
