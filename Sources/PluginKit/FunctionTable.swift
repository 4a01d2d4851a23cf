// The functions of the plugin header. Every argument is checked: whatever a host passes, the answer is a result, and
// the reason goes to the host's error record.

/// What of the flags the kit says: the standard set, and calls side by side.
private let circuitFlags: UInt32 = 1 | 2
private let absent: UInt8 = 0xff

func functionTable(name: String, version: String, circuits: Int) -> outrigger_plugin_v1 {
  var table = outrigger_plugin_v1()
  table.struct_size = UInt32(MemoryLayout<outrigger_plugin_v1>.size)
  table.abi_major = 1
  table.abi_minor = 0
  table.name = name.staticText()
  table.version = version.staticText()
  table.circuit_count = UInt32(circuits)
  table.describe = { describe($0, $1) }
  table.create = { create($0, $1, $2, $3, $4, $5) }
  table.destroy = { handle in
    _ = Plugin.shared.withLock { $0.instances.removeValue(forKey: UInt(bitPattern: handle)) }
  }
  table.eval = { evaluate($0, $1, $2, $3) }
  table.air_bytes = { airBytes($0, $1, $2) }
  table.preprocessed_height = { preprocessedHeight($0, $1, $2, $3) }
  table.preprocessed = { preprocessed($0, $1, $2) }
  table.plan = { plan($0, $1, $2, $3, $4, $5) }
  table.fill = { fill($0, $1, $2, $3, $4) }
  table.close = { handle in
    _ = Plugin.shared.withLock { $0.jobs.removeValue(forKey: UInt(bitPattern: handle)) }
  }
  table.known_answer = { knownAnswer($0, $1, $2, $3) }
  return table
}

private func describe(_ number: UInt32, _ target: UnsafeMutablePointer<outrigger_circuit>?) -> outrigger_status {
  guard let circuit = Plugin.circuit(number), let target else { return Status.badArgument }
  // SAFE: a struct begins with its size, which says how much may be written.
  let size = Int(UnsafeRawPointer(target).loadUnaligned(as: UInt32.self))
  guard size >= 8 else { return Status.badArgument }
  let description = circuit.type.description
  var result = outrigger_circuit()
  result.id = circuit.id
  result.version = circuit.version
  result.max_input_bytes = UInt64(description.maxInputBytes)
  result.max_output_bytes = UInt64(description.maxOutputBytes)
  result.air_count = UInt32(description.airCount)
  result.log_stacked_height = UInt32(description.logStackedHeight)
  result.flags = circuitFlags
  result.max_log_batch = UInt32(description.maxLogBatch)
  result.struct_size = UInt32(size)
  withUnsafeBytes(of: result) { bytes in
    UnsafeMutableRawPointer(target).copyMemory(
      from: bytes.baseAddress ?? UnsafeRawPointer(target), byteCount: min(size, bytes.count))
  }
  return Status.ok
}

private func create(
  _ call: OpaquePointer?, _ number: UInt32, _ deferralIndex: UInt32,
  _ parameters: UnsafePointer<outrigger_parameter>?, _ parameterCount: UInt64,
  _ target: UnsafeMutablePointer<OpaquePointer?>?
) -> outrigger_status {
  Plugin.answer(call, "create") { _ throws(CircuitError) in
    guard let target else { throw .badArgument("no place for the instance") }
    guard let circuit = Plugin.circuit(number) else { throw .badArgument("there is no circuit \(number)") }
    guard deferralIndex < 1024 else { throw .badArgument("deferral index \(deferralIndex), at most 1023") }
    let parameters = try CircuitParameters(parameters, count: parameterCount)
    let instance = try Instance(circuit.type.init(deferralIndex: Int(deferralIndex), parameters: parameters))
    let handle = Plugin.shared.withLock { plugin in
      let handle = plugin.newHandle()
      plugin.instances[handle] = instance
      return handle
    }
    target.pointee = OpaquePointer(bitPattern: handle)
    return Status.ok
  }
}

private func checkedInstance(_ handle: OpaquePointer?) throws(CircuitError) -> Instance {
  guard let instance = Plugin.instance(handle) else { throw .badArgument("there is no such instance") }
  return instance
}

private func checkedInput(_ input: outrigger_bytes, of instance: Instance) throws(CircuitError) -> [UInt8] {
  let limit = instance.description.maxInputBytes
  guard input.length <= UInt64(limit) else {
    throw .badInput("\(input.length) bytes, at most \(limit) are possible")
  }
  guard let bytes = [UInt8](input) else { throw .badArgument("an input of \(input.length) bytes without a pointer") }
  return bytes
}

private func evaluate(
  _ call: OpaquePointer?, _ handle: OpaquePointer?, _ input: outrigger_bytes,
  _ output: UnsafeMutablePointer<outrigger_buffer>?
) -> outrigger_status {
  Plugin.answer(call, "eval") { call throws(CircuitError) in
    let instance = try checkedInstance(handle)
    guard let output else { throw .badArgument("no buffer for the output") }
    let result = try instance.circuit.evaluate(try checkedInput(input, of: instance), call)
    guard result.count % 8 == 0, result.count <= instance.description.maxOutputBytes else {
      throw .fault("an output of \(result.count) bytes")
    }
    return output.write(result)
  }
}

private func airBytes(
  _ call: OpaquePointer?, _ handle: OpaquePointer?, _ target: UnsafeMutablePointer<outrigger_buffer>?
) -> outrigger_status {
  Plugin.answer(call, "air_bytes") { _ throws(CircuitError) in
    let instance = try checkedInstance(handle)
    guard let target else { throw .badArgument("no buffer for the AIR bytes") }
    return target.write(instance.encodedAIRs())
  }
}

private func preprocessedTrace(_ handle: OpaquePointer?, _ air: UInt32) throws(CircuitError) -> FieldMatrix {
  let airs = try checkedInstance(handle).circuit.airs
  guard airs.indices.contains(Int(air)), let matrix = airs[Int(air)].preprocessedTrace else {
    throw .badArgument("AIR \(air) has no preprocessed part")
  }
  guard matrix.height > 0, matrix.height & (matrix.height - 1) == 0, matrix.width > 0 else {
    throw .fault("the preprocessed part of AIR \(air) has \(matrix.height) rows")
  }
  return matrix
}

private func preprocessedHeight(
  _ call: OpaquePointer?, _ handle: OpaquePointer?, _ air: UInt32, _ target: UnsafeMutablePointer<UInt8>?
) -> outrigger_status {
  Plugin.answer(call, "preprocessed_height") { _ throws(CircuitError) in
    let matrix = try preprocessedTrace(handle, air)
    guard let target else { throw .badArgument("no place for the height") }
    target.pointee = UInt8(truncatingIfNeeded: matrix.height.trailingZeroBitCount)
    return Status.ok
  }
}

private func preprocessed(
  _ call: OpaquePointer?, _ handle: OpaquePointer?, _ target: UnsafePointer<outrigger_view>?
) -> outrigger_status {
  Plugin.answer(call, "preprocessed") { call throws(CircuitError) in
    guard var view = target?.pointee else { throw .badArgument("no view") }
    let matrix = try preprocessedTrace(handle, view.air)
    view.part = 0
    guard let trace = TraceView(view, rows: matrix.height, columns: matrix.width) else {
      throw .badArgument("the view is not of \(matrix.height) rows and \(matrix.width) columns, or cells overlap")
    }
    trace.write(matrix)
    return Status.ok
  }
}

private func plan(
  _ call: OpaquePointer?, _ handle: OpaquePointer?, _ inputs: UnsafePointer<outrigger_bytes>?, _ count: UInt64,
  _ logHeights: UnsafeMutablePointer<UInt8>?, _ target: UnsafeMutablePointer<OpaquePointer?>?
) -> outrigger_status {
  Plugin.answer(call, "plan") { call throws(CircuitError) in
    let instance = try checkedInstance(handle)
    guard let logHeights, let target, let inputs else { throw .badArgument("no inputs, or no place for the plan") }
    guard count >= 1, count <= UInt64(1 << instance.description.maxLogBatch) else {
      throw .badArgument("\(count) calls, 1 to \(1 << instance.description.maxLogBatch) are possible")
    }
    var copies: [[UInt8]] = []
    for index in 0..<Int(count) { copies.append(try checkedInput(inputs[index], of: instance)) }
    let job = try Job(try instance.circuit.plan(copies, call), of: instance)
    for (index, shape) in job.shapes.enumerated() {
      // SAFE: the host has room for as many as the circuit has AIRs, and `Job` has checked that there are so many.
      logHeights[index] = shape.map { UInt8(truncatingIfNeeded: $0.logHeight) } ?? absent
    }
    let number = Plugin.shared.withLock { plugin in
      let number = plugin.newHandle()
      plugin.jobs[number] = job
      return number
    }
    target.pointee = OpaquePointer(bitPattern: number)
    return Status.ok
  }
}

private func fill(
  _ call: OpaquePointer?, _ handle: OpaquePointer?, _ views: UnsafePointer<outrigger_view>?, _ count: UInt64,
  _ publicValues: UnsafeMutablePointer<UInt32>?
) -> outrigger_status {
  Plugin.answer(call, "fill") { call throws(CircuitError) in
    guard let job = Plugin.job(handle) else { throw .badArgument("there is no such job") }
    guard publicValues == nil else { throw .badArgument("public values of a circuit that has none") }
    let present = job.shapes.enumerated().compactMap { index, shape in shape.map { (index, $0) } }
    guard count == UInt64(present.count) else {
      throw .badArgument("\(count) views for \(present.count) AIRs that are present")
    }
    var traces: [TraceView] = []
    for (position, (air, shape)) in present.enumerated() {
      guard let view = views?[position] else { throw .badArgument("no views") }
      guard view.air == UInt32(air) else { throw .badArgument("view \(position) is of AIR \(view.air), not \(air)") }
      guard let trace = TraceView(view, rows: 1 << shape.logHeight, columns: shape.width) else {
        throw .badArgument(
          "view \(position) is not of 2^\(shape.logHeight) rows and \(shape.width) columns, or its cells overlap")
      }
      traces.append(trace)
    }
    try job.job.fill(traces, call)
    return Status.ok
  }
}

private func knownAnswer(
  _ number: UInt32, _ answer: UInt32, _ input: UnsafeMutablePointer<outrigger_bytes>?,
  _ output: UnsafeMutablePointer<outrigger_bytes>?
) -> outrigger_status {
  guard let circuit = Plugin.circuit(number), let input, let output else { return Status.badArgument }
  let answers =
    circuit.knownAnswers
    ?? circuit.type.knownAnswers.map {
      (outrigger_bytes(staticCopyOf: $0.input), outrigger_bytes(staticCopyOf: $0.output))
    }
  Plugin.shared.withLock { plugin in
    if plugin.circuits.indices.contains(Int(number)) { plugin.circuits[Int(number)].knownAnswers = answers }
  }
  guard answers.indices.contains(Int(answer)) else { return Status.badArgument }
  input.pointee = answers[Int(answer)].input
  output.pointee = answers[Int(answer)].output
  return Status.ok
}
