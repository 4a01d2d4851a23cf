import CPluginRuntime
import Testing

@testable import PluginHost

#if canImport(Glibc)
  import Glibc
#endif

/// The dispatcher and the host's reading of the shared memory, with numbers that nobody should send.
struct DispatcherTests {
  /// A generator with a fixed seed.
  struct Numbers {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 16 ^ state << 48
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    /// A number at the edge of something.
    mutating func edge(_ arenaBytes: Int) -> UInt64 {
      let edges: [UInt64] = [
        0, 1, 7, 8, 64, 4095, 4096, 65_535, 65_536, 65_600, UInt64(arenaBytes) - 64, UInt64(arenaBytes),
        UInt64(arenaBytes) + 1, 1 << 31, 1 << 32, 1 << 61, 1 << 62, 1 << 63, .max, .max - 7, .max - 63,
      ]
      return below(4) == 0 ? next() : edges[below(edges.count)]
    }
  }

  /// The dispatcher in this process, without the checks that a session makes first.
  private func transport() throws -> InProcessTransport {
    try InProcessTransport(
      library: TestSession.library(), options: PluginSessionOptions(memoryLimit: 1 << 20, threads: 0))
  }

  private let limits = ExchangeLimits(seconds: 60, grace: 1, isCancelled: { false })

  @Test func wildRequestsAreRefused() throws {
    let transport = try transport()
    let arena = transport.arena
    var numbers = Numbers(state: 60)
    // Calls that take a length from the request and would be believed: what is refused is refused before the plugin.
    for round in 0..<100_000 {
      var request = opr_request()
      request.sequence = UInt64(round + 1)
      request.call = UInt32(truncatingIfNeeded: numbers.below(24))
      request.number = UInt32(truncatingIfNeeded: numbers.edge(arena.byteCount))
      request.index = UInt32(truncatingIfNeeded: numbers.below(1024))
      request.flags = UInt32(truncatingIfNeeded: numbers.below(4))
      request.handle = numbers.edge(arena.byteCount)
      request.count = numbers.edge(arena.byteCount)
      for span in [\opr_request.input, \.output, \.table] {
        request[keyPath: span] = opr_span(offset: numbers.edge(arena.byteCount), length: numbers.edge(arena.byteCount))
      }
      if Int(request.call) == OPR_FILL || Int(request.call) == OPR_KNOWN_ANSWER { request.number %= 3 }
      _ = try transport.exchange(request, limits: limits)
    }
    var request = opr_request()
    request.call = UInt32(OPR_NOTHING)
    #expect(try transport.exchange(request, limits: limits).response.outcome == 0)
  }

  @Test func wildViewsAreRefused() throws {
    let transport = try transport()
    let arena = transport.arena
    func exchange(_ request: opr_request) throws -> opr_response {
      try transport.exchange(request, limits: limits).response
    }
    var request = opr_request()
    request.call = UInt32(OPR_CREATE)
    request.table = opr_span(offset: 65_536, length: 0)
    request.handle = try exchange(request).values.0
    let input = try arena.region(byteCount: 64)
    let table = try arena.region(byteCount: 4096)
    let heights = try arena.region(byteCount: 64)
    request.call = UInt32(OPR_PLAN)
    request.count = 1
    table.base.storeBytes(of: input.span(3), as: opr_span.self)
    request.table = table.span()
    request.output = heights.span(3)
    let planned = try exchange(request)
    #expect(planned.outcome == 0 && planned.status == 0)
    request = opr_request()
    request.call = UInt32(OPR_FILL)
    request.handle = planned.values.0
    request.table = table.span()
    var numbers = Numbers(state: 61)
    var refused = 0
    for _ in 0..<20_000 {
      var view = opr_wire_view()
      view.offset = numbers.edge(arena.byteCount)
      // Views that are good are filled, so they stay small.
      view.rows = numbers.below(2) == 0 ? UInt64(numbers.below(5)) : numbers.edge(arena.byteCount) | 1 << 40
      view.columns = UInt64(numbers.below(5))
      view.row_stride = numbers.edge(arena.byteCount)
      view.column_stride = numbers.edge(arena.byteCount)
      // Good guard pages would be the view's own: these are none.
      view.guard_before = numbers.edge(arena.byteCount) | 1 << 40
      view.guard_behind = numbers.edge(arena.byteCount) | 1
      table.base.storeBytes(of: view, as: opr_wire_view.self)
      // A good view may lie on the table or the heights: keep it off.
      guard view.columns > 0, view.rows > 0 else { continue }
      request.count = 1
      request.flags = numbers.below(2) == 0 ? 0 : OPR_GUARDED
      let response = try exchange(request)
      refused += response.outcome == 0 ? 0 : 1
    }
    #expect(refused > 1000)
  }

  @Test func handlesAreNotUsedAgain() throws {
    let transport = try transport()
    var request = opr_request()
    request.call = UInt32(OPR_CREATE)
    request.table = opr_span(offset: 65_536, length: 0)
    let first = try transport.exchange(request, limits: limits).response.values.0
    request = opr_request()
    request.call = UInt32(OPR_DESTROY)
    request.handle = first
    #expect(try transport.exchange(request, limits: limits).response.outcome == 0)
    #expect(try Int(transport.exchange(request, limits: limits).response.outcome) == OPR_NO_SUCH_HANDLE)
    request = opr_request()
    request.call = UInt32(OPR_CREATE)
    request.table = opr_span(offset: 65_536, length: 0)
    #expect(try transport.exchange(request, limits: limits).response.values.0 != first)
  }

  @Test func controlBlocksAreNotBelieved() throws {
    let arena = try SessionArena(dataBytes: 1 << 16)
    var numbers = Numbers(state: 62)
    for _ in 0..<20 {
      for place in stride(from: 0, to: Int(OPR_CONTROL_BYTES), by: 8) {
        arena.base.storeBytes(of: numbers.next(), toByteOffset: place, as: UInt64.self)
      }
      _ = arena.errorWords()
      _ = arena.logLines()
      var (done, total) = (UInt64(0), UInt64(0))
      opr_progress(arena.base, &done, &total)
    }
  }

  @Test func regionsDoNotOverlap() throws {
    let arena = try SessionArena(dataBytes: 1 << 20)
    var numbers = Numbers(state: 63)
    var held: [ArenaRegion] = []
    for _ in 0..<3000 {
      if numbers.below(3) == 0, !held.isEmpty {
        held.remove(at: numbers.below(held.count))
      } else if let region = try? arena.region(
        byteCount: numbers.below(20_000), alignment: [64, 4096][numbers.below(2)], isZeroed: true)
      {
        let isZero = region.bytes(count: region.byteCount).allSatisfy { $0 == 0 }
        #expect(isZero)
        memset(region.base, 0xff, region.byteCount)
        for other in held {
          #expect(
            region.offset + region.byteCount <= other.offset || other.offset + other.byteCount <= region.offset)
        }
        held.append(region)
      }
    }
    held = []
    // All of it is one stretch again.
    let whole = try arena.region(byteCount: 1 << 20)
    #expect(whole.byteCount == 1 << 20)
  }
}
