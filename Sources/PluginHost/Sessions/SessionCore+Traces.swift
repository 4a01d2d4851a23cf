import Algebra
import CPluginRuntime
import Glibc

// Calls that fill traces: jobs, preprocessed and cached parts.

/// A view before it is filled: its region, and how its cells lie in it.
private struct PlannedView {
  static let pageBytes = 4096
  /// What lies between a view and its guard pages.
  static let mark: UInt8 = 0xc5

  var trace: PluginTrace
  var wire: opr_wire_view
  /// Bytes from the first cell to the last.
  var length: Int
  var isGuarded: Bool

  var region: ArenaRegion { trace.region }
  var end: Int { trace.start + length }
  /// Where the page behind begins, in the region.
  var guardBehind: Int { (end + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes }

  func mark() {
    guard isGuarded else { return }
    memset(region.base + Self.pageBytes, Int32(Self.mark), trace.start - Self.pageBytes)
    memset(region.base + end, Int32(Self.mark), guardBehind - end)
  }

  /// On which side something was written outside the view, if it was.
  func damage() -> PluginError.Reason? {
    guard isGuarded else { return nil }
    func isWhole(_ range: Range<Int>) -> Bool {
      UnsafeRawBufferPointer(start: region.base + range.lowerBound, count: range.count).allSatisfy { $0 == Self.mark }
    }
    if !isWhole(Self.pageBytes..<trace.start) { return .wroteOutside(air: trace.air, isBehind: false) }
    if !isWhole(end..<guardBehind) { return .wroteOutside(air: trace.air, isBehind: true) }
    return nil
  }

  /// The same for an access that ended the worker.
  func damage(at offset: Int) -> PluginError.Reason? {
    let place = offset - region.offset
    guard isGuarded, place >= 0, place < region.byteCount else { return nil }
    if place < Self.pageBytes { return .wroteOutside(air: trace.air, isBehind: false) }
    return place >= guardBehind ? .wroteOutside(air: trace.air, isBehind: true) : nil
  }
}

extension SessionCore {
  /// The most rows that any trace has, as a logarithm: what the field's roots of unity allow.
  static let maximumLogHeight = 27

  func plan(
    _ instance: PluginInstance, inputs: [[UInt8]], circuit: PluginCircuit
  ) throws(PluginError) -> PluginJob {
    let context = context(.plan, circuit.id, inputs: inputs)
    guard (1...(1 << circuit.maxLogBatch)).contains(inputs.count) else {
      throw context.error(
        .badArgument("a job of \(inputs.count) calls; 1 to \(1 << circuit.maxLogBatch) are possible"))
    }
    var regions: [ArenaRegion] = []
    for input in inputs { regions.append(try region(holding: input, context)) }
    let table = try table(zip(regions, inputs).map { $0.span($1.count) }, context)
    let heights = try region(circuit.airCount, context, isZeroed: true)
    var request = SessionRequest(OPR_PLAN)
    request.handle = instance.handle
    request.setTable(table, count: inputs.count)
    for region in regions { request.hold(region) }
    request.setOutput(heights, circuit.airCount)
    let handle = try demand(request, context).values.0
    var job = PluginJob(instance: instance, callCount: inputs.count, logHeights: [], handle: handle)
    state.withLock {
      $0.jobs[handle] = JobRecord(inputs: inputs, regions: regions, usesStandardIO: circuit.usesStandardIO)
    }
    for (air, height) in heights.bytes(count: circuit.airCount).enumerated() {
      guard height == 0xff || height <= Self.maximumLogHeight else {
        try? close(job, circuit: circuit.id)
        throw context.error(
          .invalidValue(
            "log height of AIR \(air)", expected: "0 to \(Self.maximumLogHeight), or 255", found: "\(height)"))
      }
      job.logHeights.append(height == 0xff ? nil : Int(height))
    }
    return job
  }

  func fill(
    _ job: PluginJob, columns: [Int], layout: TraceLayout, circuit: String
  ) throws(PluginError) -> PluginTraces {
    let record = state.withLock { $0.jobs[job.handle] }
    let context = context(.fill, circuit, inputs: record?.inputs ?? [])
    guard let record else { throw context.error(.unknownHandle) }
    guard columns.count == job.logHeights.count else {
      throw context.error(.badArgument("widths of \(columns.count) AIRs; there are \(job.logHeights.count)"))
    }
    var views: [PlannedView] = []
    for (air, logHeight) in job.logHeights.enumerated() {
      guard let logHeight else { continue }
      views.append(
        try view(air: air, part: nil, logHeight: logHeight, columns: columns[air], layout: layout, context))
    }
    let values = record.usesStandardIO ? nil : try region(17 * 4, context)
    var request = SessionRequest(OPR_FILL)
    request.handle = job.handle
    if let values { request.setOutput(values, 17 * 4) }
    let traces = try filled(views, request, context)
    var publicValues: [UInt32]?
    if let values {
      let words = (0..<17).map { values.base.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
      for (place, word) in words.enumerated() where word >= BabyBear.modulus {
        throw context.error(
          .invalidValue("public value \(place)", expected: "a number below the modulus", found: "\(word)"))
      }
      publicValues = words
    }
    return PluginTraces(traces: traces, publicValues: publicValues)
  }

  func close(_ job: PluginJob, circuit: String) throws(PluginError) {
    var request = SessionRequest(OPR_CLOSE)
    request.handle = job.handle
    defer { _ = state.withLock { $0.jobs.removeValue(forKey: job.handle) } }
    try demand(request, context(.close, circuit))
  }

  func preprocessed(
    _ instance: PluginInstance, air: Int, columns: Int, layout: TraceLayout, circuit: String
  ) throws(PluginError) -> PluginTrace {
    let context = context(.preprocessed, circuit)
    var request = SessionRequest(OPR_PREPROCESSED_HEIGHT)
    request.handle = instance.handle
    request.number = UInt32(clamping: air)
    let height = try demand(request, context).values.0
    guard let logHeight = Int(exactly: height), logHeight <= Self.maximumLogHeight else {
      throw context.error(
        .invalidValue(
          "log height of AIR \(air)'s preprocessed part", expected: "0 to \(Self.maximumLogHeight)", found: "\(height)")
      )
    }
    let view = try view(air: air, part: nil, logHeight: logHeight, columns: columns, layout: layout, context)
    request.call = UInt32(OPR_PREPROCESSED)
    request.number = 0
    return try filled([view], request, context)[0]
  }

  func cached(
    _ instance: PluginInstance, input: [UInt8]?, air: Int, part: Int, logHeight: Int, columns: Int,
    layout: TraceLayout, circuit: String
  ) throws(PluginError) -> PluginTrace {
    let context = context(.cached, circuit, inputs: input.map { [$0] } ?? [])
    guard (0...Self.maximumLogHeight).contains(logHeight), part >= 0 else {
      throw context.error(.badArgument("part \(part) of log height \(logHeight)"))
    }
    let view = try view(air: air, part: part, logHeight: logHeight, columns: columns, layout: layout, context)
    var request = SessionRequest(OPR_CACHED)
    request.handle = instance.handle
    if let input {
      request.flags = OPR_HAS_INPUT
      request.setInput(try region(holding: input, context), input.count)
    }
    return try filled([view], request, context)[0]
  }

  // MARK: Views

  /// Takes memory for a view. What is too large for the arena is refused before anything is computed that could
  /// overflow.
  private func view(
    air: Int, part: Int?, logHeight: Int, columns: Int, layout: TraceLayout, _ context: PluginErrorContext
  ) throws(PluginError) -> PlannedView {
    guard (0..<65_536).contains(air), (1...1 << 24).contains(columns), (0...1 << 20).contains(layout.gap) else {
      throw context.error(.badArgument("AIR \(air) with \(columns) columns and gaps of \(layout.gap) cells"))
    }
    let rows = 1 << logHeight
    let isColumnMajor = layout.order == .columnMajor
    // < 2^27 + 2^24 + 2^20, times 2^27: no overflow.
    let stride = (isColumnMajor ? rows : columns) + layout.gap
    let cells = ((isColumnMajor ? columns : rows) - 1) * stride + (isColumnMajor ? rows : columns)
    let length = 4 * cells
    let page = PlannedView.pageBytes
    let start: Int
    let size: Int
    if layout.hasGuardPages {
      let inner = (length + page - 1) / page * page
      // As far behind as alignment allows.
      start = page + (inner - length) / 64 * 64
      size = inner + 2 * page
    } else {
      (start, size) = (0, length)
    }
    let region = try region(
      size, context, alignment: layout.hasGuardPages ? page : 64, isZeroed: true)
    let trace = PluginTrace(
      air: air, cachedPart: part, rows: rows, columns: columns, rowStride: isColumnMajor ? 1 : stride,
      columnStride: isColumnMajor ? stride : 1, region: region, start: start, origin: context)
    var wire = opr_wire_view()
    wire.air = UInt32(air)
    wire.part = part.map { UInt32(clamping: $0 + 1) } ?? 0
    wire.offset = UInt64(region.offset + start)
    wire.rows = UInt64(rows)
    wire.columns = UInt64(columns)
    wire.row_stride = UInt64(trace.rowStride)
    wire.column_stride = UInt64(trace.columnStride)
    let view = PlannedView(trace: trace, wire: wire, length: length, isGuarded: layout.hasGuardPages)
    guard layout.hasGuardPages else { return view }
    var guarded = view
    guarded.wire.guard_before = UInt64(region.offset)
    guarded.wire.guard_behind = UInt64(region.offset + view.guardBehind)
    return guarded
  }

  /// Has the plugin fill the views, and looks at what lies around them.
  private func filled(
    _ views: [PlannedView], _ request: SessionRequest, _ context: PluginErrorContext
  ) throws(PluginError) -> [PluginTrace] {
    let table = try table(views.map(\.wire), context)
    for view in views { view.mark() }
    var request = request
    request.setTable(table, count: views.count)
    for view in views { request.hold(view.region) }
    if views.contains(where: \.isGuarded) { request.flags |= OPR_GUARDED }
    do throws(PluginError) {
      try demand(request, context)
    } catch {
      var error = error
      if let offset = error.faultOffset, let damage = views.lazy.compactMap({ $0.damage(at: offset) }).first {
        error.reason = damage
      }
      throw error
    }
    for view in views {
      if let damage = view.damage() { throw context.error(damage) }
    }
    return views.map(\.trace)
  }
}
