import Foundation
import Testing

@testable import PluginHost

#if canImport(Glibc)
  import Glibc
#endif

/// A plugin in Swift, with the runtime inside: it lives behind the worker's walls, and each of its traps is seen as
/// what it is.
struct SwiftPluginTests {
  /// Its function makes a dictionary, sorts, uses text, and traps in the way that the first byte says.
  static let source = #"""
    final class Box: @unchecked Sendable { var value: Int = 0 }
    nonisolated(unsafe) var host: UnsafePointer<outrigger_host_v1>?
    nonisolated(unsafe) var table: UnsafePointer<outrigger_plugin_v1>?
    let name: StaticString = "swift plugin"
    func text(_ string: StaticString) -> outrigger_text {
      outrigger_text(
        data: UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self),
        length: UInt64(string.utf8CodeUnitCount))
    }

    func describe(_ circuit: UInt32, _ d: UnsafeMutablePointer<outrigger_circuit>?) -> outrigger_status {
      guard circuit == 0, let d else { return 2 }
      d.pointee.id = text("dev.outrigger.tests.swift")
      d.pointee.version = text("1.0.0")
      (d.pointee.max_input_bytes, d.pointee.max_output_bytes) = (1000, 1000)
      (d.pointee.air_count, d.pointee.log_stacked_height, d.pointee.flags) = (1, 11, 1)
      return 0
    }

    func work(_ input: [UInt8]) -> [UInt8] {
      var counts: [UInt8: Int] = [:]
      for byte in input { counts[byte, default: 0] += 1 }
      let sorted = counts.sorted { $0.key < $1.key }
      let words = sorted.map { "\($0.key):\($0.value)" }.joined(separator: ",")
      var bytes = Array(words.utf8)
      while bytes.count % 8 != 0 { bytes.append(32) }
      return bytes
    }

    @inline(never) func deep(_ n: Int) -> Int { n == 0 ? 0 : deep(n &+ 1) / 3 ^ n }

    func trap(_ how: UInt8, _ input: [UInt8]) {
      switch how {
      case 1: fatalError("as asked")
      case 2: _ = input[input.count + Int(how)]
      case 3: print(Int.max &- 1 + Int(how))
      case 4: let none: Box? = input.isEmpty ? Box() : nil; print(none!.value)
      case 5: preconditionFailure("as asked")
      case 6: print(deep(Int(how)))
      case 7: _ = UnsafeMutablePointer<UInt8>(bitPattern: 64)!.pointee = 1
      case 8: var all: [[Int]] = []; while true { all.append(Array(repeating: all.count, count: 1 << 20)) }
      case 9: print("to standard output")
      default: break
      }
    }

    @_cdecl("outrigger_plugin_entry_v1")
    public func entry(_ theirs: UnsafePointer<outrigger_host_v1>?) -> UnsafePointer<outrigger_plugin_v1>? {
      host = theirs
      if let table { return table }
      let made = UnsafeMutablePointer<outrigger_plugin_v1>.allocate(capacity: 1)
      var all = outrigger_plugin_v1()
      all.struct_size = UInt32(MemoryLayout<outrigger_plugin_v1>.size)
      all.abi_major = 1
      all.name = text(name)
      all.version = text("1")
      all.circuit_count = 1
      all.describe = describe
      all.create = { _, _, _, _, _, _ in 0 }
      all.eval = { _, _, input, output in
        guard let output else { return 2 }
        let bytes = Array(UnsafeBufferPointer(start: input.data, count: Int(input.length)))
        if let first = bytes.first, first < 10 { trap(first, bytes) }
        let result = work(bytes)
        guard result.count <= output.pointee.capacity else { return 1 }
        for (place, byte) in result.enumerated() { output.pointee.data[place] = byte }
        output.pointee.length = UInt64(result.count)
        return 0
      }
      all.air_bytes = { _, _, _ in 7 }
      all.plan = { _, _, _, _, _, _ in 7 }
      all.fill = { _, _, _, _, _ in 7 }
      made.initialize(to: all)
      table = UnsafePointer(made)
      return table
    }
    """#

  private func session() throws -> WorkerSession {
    let library = try PluginLibrary(
      bytes: TestCompiler.library(Self.source, named: "plugin.swift"), path: "swift plugin")
    return try WorkerSession(library: library, options: TestSession.options())
  }

  @Test func swiftPluginsWork() throws {
    let session = try session()
    #expect(session.info.name == "swift plugin")
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    #expect(try session.eval(instance, input: Array("hello".utf8)) == Array("101:1,104:1,108:2,111:1 ".utf8))
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7] as [UInt8])
  func trapsAreSeenAsSignals(how: UInt8) throws {
    let session = try session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: [how]) }
    guard case .crashed(let signal, _) = error.reason else {
      Issue.record("\(error)")
      return
    }
    let expected = how < 6 ? [SIGILL, SIGTRAP] : [SIGSEGV]
    #expect(expected.map(Int.init).contains(signal))
    if how == 1 { #expect(error.lastWords.contains("as asked")) }
  }

  @Test func memoryIsLimitedInSwiftToo() throws {
    let session = try session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    let error = try failure { () throws(PluginError) in try session.eval(instance, input: [8]) }
    #expect(error.reason == .memoryLimit(bytes: 64 << 20))
  }

  @Test func printingIsHarmless() throws {
    let session = try session()
    let instance = try session.create(circuit: 0, index: 0, parameters: [])
    #expect(try session.eval(instance, input: [9]) == Array("9:1     ".utf8))
  }
}
