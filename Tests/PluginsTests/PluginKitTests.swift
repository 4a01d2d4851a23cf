import COutriggerPlugin
import PluginKit
import Testing

/// Whatever a host passes, the kit answers with a result.
struct PluginKitTests {
  private let bench: PluginBench
  private var table: outrigger_plugin_v1 { bench.table }
  private let ok: UInt32 = 0
  private let badArgument: UInt32 = 2

  init() throws { bench = try PluginBench(swiftPlugins) }

  // MARK: Entry and description

  @Test func entryAnswersTheSameEachTime() {
    var host = TestHost.table
    let first = swiftPlugins(&host)
    #expect(first != nil && first == swiftPlugins(&host))
    #expect(first?.pointee.abi_major == 1 && first?.pointee.reserved == 0)
  }

  @Test func refusesHostsOfAnotherKind() {
    var host = TestHost.table
    #expect(swiftPlugins(nil) == nil)
    host.abi_major = 2
    #expect(swiftPlugins(&host) == nil)
    host = TestHost.table
    host.struct_size = 4
    #expect(swiftPlugins(&host) == nil)
  }

  @Test func worksWithEarlierAndLaterHosts() throws {
    var host = TestHost.table
    // The head alone: no service at all.
    host.struct_size = 8
    #expect(swiftPlugins(&host) != nil)
    host = TestHost.table
    host.struct_size += 64
    let later = UnsafeMutableRawPointer.allocate(byteCount: Int(host.struct_size), alignment: 8)
    defer { later.deallocate() }
    later.initializeMemory(as: UInt8.self, repeating: 0xff, count: Int(host.struct_size))
    later.copyMemory(from: &host, byteCount: MemoryLayout<outrigger_host_v1>.size)
    #expect(swiftPlugins(UnsafePointer(later.assumingMemoryBound(to: outrigger_host_v1.self))) != nil)
    host = TestHost.table
    #expect(swiftPlugins(&host) != nil)
  }

  @Test func describesAsFarAsTheHostKnows() throws {
    let whole = try bench.describe()
    #expect(whole.air_count == 4 && whole.flags == 3 && whole.log_stacked_height == 18 && whole.max_log_batch == 16)
    var half = outrigger_circuit()
    half.struct_size = 44
    #expect(table.describe(0, &half) == ok)
    #expect(half.struct_size == 44 && half.max_input_bytes & 0xffff_ffff == whole.max_input_bytes)
    #expect(half.air_count == 0)
    #expect(table.describe(2, &half) == badArgument)
    #expect(table.describe(0, nil) == badArgument)
    half.struct_size = 2
    #expect(table.describe(0, &half) == badArgument)
  }

  // MARK: Instances

  @Test func instancesComeAndGoInAnyOrder() throws {
    let instances = try (0..<100).map { try bench.create(0, index: UInt32($0)) }
    for instance in instances.reversed() + instances { table.destroy(instance) }
    #expect(throws: PluginBench.Failure.status(2, "bad argument: there is no such instance")) {
      try bench.evaluate(instances[3], [])
    }
    table.destroy(nil)
    table.destroy(OpaquePointer(bitPattern: 0x1234))
  }

  @Test func refusesInstancesThatCannotBe() {
    var instance: OpaquePointer?
    #expect(table.create(nil, 0, 1024, nil, 0, &instance) == badArgument)
    #expect(table.create(nil, 7, 0, nil, 0, &instance) == badArgument)
    #expect(table.create(nil, 0, 0, nil, 0, nil) == badArgument)
    #expect(table.create(nil, 0, 0, nil, 1, &instance) == badArgument)
    #expect(table.create(nil, 0, 0, nil, .max, &instance) == badArgument)
    let key: StaticString = "rounds"
    key.withUTF8Buffer { bytes in
      var parameter = outrigger_parameter()
      parameter.key = outrigger_text(
        data: UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self), length: UInt64(bytes.count))
      #expect(table.create(nil, 0, 0, &parameter, 1, &instance) == badArgument)
      #expect(PluginBench.reason == "bad argument: unknown parameter \"rounds\"")
    }
    #expect(instance == nil)
  }

  // MARK: The function

  @Test func refusesInputsThatAreTooLongOrNotThere() throws {
    let instance = try bench.create()
    defer { table.destroy(instance) }
    var buffer = outrigger_buffer(data: nil, capacity: 0, length: 0)
    #expect(table.eval(nil, instance, outrigger_bytes(data: nil, length: 1 << 20), &buffer) == 3)
    #expect(table.eval(nil, instance, outrigger_bytes(data: nil, length: .max), &buffer) == 3)
    #expect(table.eval(nil, instance, outrigger_bytes(data: nil, length: 5), &buffer) == badArgument)
    #expect(table.eval(nil, instance, outrigger_bytes(data: nil, length: 0), nil) == badArgument)
    #expect(table.eval(nil, nil, outrigger_bytes(data: nil, length: 0), &buffer) == badArgument)
    #expect(table.eval(nil, instance, outrigger_bytes(data: nil, length: 0), &buffer) == 1)
    #expect(buffer.length == 32)
    buffer.capacity = 32
    #expect(table.eval(nil, instance, outrigger_bytes(data: nil, length: 0), &buffer) == badArgument)
  }

  @Test func refusesPartsThatAreNotThere() throws {
    let instance = try bench.create()
    defer { table.destroy(instance) }
    var (height, view) = (UInt8(0), outrigger_view())
    #expect(table.preprocessed_height(nil, instance, 0, &height) == badArgument)
    #expect(table.preprocessed_height(nil, instance, .max, nil) == badArgument)
    #expect(table.preprocessed(nil, instance, &view) == badArgument)
    #expect(table.preprocessed(nil, instance, nil) == badArgument)
    #expect(table.known_answer(0, 0, nil, nil) == badArgument)
    #expect(table.known_answer(9, 0, nil, nil) == badArgument)
  }

  // MARK: Jobs

  @Test func refusesJobsThatCannotBe() throws {
    let instance = try bench.create()
    defer { table.destroy(instance) }
    var (heights, job) = ([UInt8](repeating: 0, count: 4), OpaquePointer?.none)
    var input = outrigger_bytes(data: nil, length: 0)
    #expect(table.plan(nil, instance, &input, 0, &heights, &job) == badArgument)
    #expect(table.plan(nil, instance, &input, 1 << 17, &heights, &job) == badArgument)
    #expect(table.plan(nil, instance, nil, 1, &heights, &job) == badArgument)
    #expect(table.plan(nil, instance, &input, 1, nil, &job) == badArgument)
    #expect(table.plan(nil, instance, &input, 1, &heights, nil) == badArgument)
    input.length = 1 << 40
    #expect(table.plan(nil, instance, &input, 1, &heights, &job) == 3)
    #expect(job == nil)
  }

  @Test func refusesViewsThatAreNotThoseOfThePlan() throws {
    let instance = try bench.create()
    defer { table.destroy(instance) }
    var (heights, job) = ([UInt8](repeating: 0, count: 4), OpaquePointer?.none)
    var input = outrigger_bytes(data: nil, length: 0)
    #expect(table.plan(nil, instance, &input, 1, &heights, &job) == ok)
    #expect(heights == [0, 4, 0xff, 0xff])
    let memory = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 16 * 454)
    defer { memory.deallocate() }
    func view(_ air: UInt32, _ rows: UInt64, _ columns: UInt64) -> outrigger_view {
      outrigger_view(
        air: air, part: 0, data: memory.baseAddress, rows: rows, columns: columns, row_stride: 1, column_stride: rows)
    }
    let good = [view(0, 1, 542), view(1, 16, 454)]
    func status(_ change: (inout [outrigger_view]) -> Void) -> UInt32 {
      var views = good
      change(&views)
      return table.fill(nil, job, views, UInt64(views.count), nil)
    }
    #expect(status { _ in } == ok)
    #expect(status { $0.removeLast() } == badArgument)
    #expect(status { $0.append($0[1]) } == badArgument)
    #expect(status { $0.swapAt(0, 1) } == badArgument)
    #expect(status { $0[0].data = nil } == badArgument)
    #expect(status { $0[0].part = 1 } == badArgument)
    #expect(status { $0[1].rows = 8 } == badArgument)
    #expect(status { $0[1].columns = 455 } == badArgument)
    #expect(status { $0[1].row_stride = 0 } == badArgument)
    #expect(status { $0[1].column_stride = 8 } == badArgument)
    #expect(status { $0[1].column_stride = .max } == badArgument)
    #expect(status { $0[1].row_stride = 1 << 62 } == badArgument)
    #expect(table.fill(nil, nil, good, 2, nil) == badArgument)
    #expect(table.fill(nil, job, nil, 2, nil) == badArgument)
    var publicValue: UInt32 = 0
    #expect(table.fill(nil, job, good, 2, &publicValue) == badArgument)
    table.close(job)
    #expect(table.fill(nil, job, good, 2, nil) == badArgument)
    table.close(job)
    table.close(nil)
  }
}
