import AIR
import COutriggerPlugin

/// The entry of the plugin in C, compiled into the tests under this name.
@_silgen_name("sum_of_squares_entry_v1")
private func sumOfSquaresEntry(_ host: UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>?

/// The circuit of the plugin in C, by way of its AIR bytes.
enum SumOfSquares {
  struct Failure: Error {}

  static func airs() throws -> [CompiledAIR] {
    var host = outrigger_host_v1()
    host.struct_size = UInt32(MemoryLayout<outrigger_host_v1>.size)
    host.abi_major = 1
    guard let plugin = sumOfSquaresEntry(&host)?.pointee else { throw Failure() }
    var instance: OpaquePointer?
    guard plugin.create(nil, 0, 0, nil, 0, &instance) == 0 else { throw Failure() }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let length = bytes.withUnsafeMutableBufferPointer { memory in
      var buffer = outrigger_buffer(data: memory.baseAddress, capacity: UInt64(memory.count), length: 0)
      return plugin.air_bytes(nil, instance, &buffer) == 0 ? Int(buffer.length) : 0
    }
    return try AIRSet(decoding: Array(bytes.prefix(length))).airs.map(\.air)
  }
}
