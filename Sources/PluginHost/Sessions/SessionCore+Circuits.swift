import Algebra
import CPluginRuntime
import Hashing

// What plugins say about themselves, and instances of their circuits.

extension SessionCore {
  /// The most circuits that a plugin may have.
  static let maximumCircuits = 1024
  /// Inputs and outputs are shorter than this: their commitments hold the length in one field element.
  static let maximumBytes = 1 << 29

  func readInfo() throws(PluginError) -> PluginInfo {
    let context = context(.describe, nil)
    let room = try region(1024, context)
    var request = SessionRequest(OPR_INFO)
    request.setOutput(room, 1024)
    let values = try demand(request, context).values
    guard let name = Int(exactly: values.0), let version = Int(exactly: values.1), name <= 512, version <= 512,
      let count = Int(exactly: values.2), let minor = Int(exactly: values.3)
    else { throw context.error(.invalidValue("name and version", expected: "at most 512 bytes each", found: "more")) }
    guard (1...Self.maximumCircuits).contains(count) else {
      throw context.error(
        .invalidValue("number of circuits", expected: "1 to \(Self.maximumCircuits)", found: "\(count)"))
    }
    var circuits: [PluginCircuit] = []
    for number in 0..<count { circuits.append(try readCircuit(number)) }
    return PluginInfo(
      name: SessionArena.printable(room.bytes(count: name)),
      version: SessionArena.printable(room.bytes(from: name, count: version)), abiMinor: minor, circuits: circuits)
  }

  private func readCircuit(_ number: Int) throws(PluginError) -> PluginCircuit {
    let context = context(.describe, "number \(number)")
    let room = try region(MemoryLayout<opr_description>.stride, context)
    var request = SessionRequest(OPR_DESCRIBE)
    request.number = UInt32(number)
    request.setTable(room, count: 0)
    try demand(request, context)
    do throws(PluginError.Reason) {
      return try PluginCircuit(checking: room.base.loadUnaligned(as: opr_description.self))
    } catch { throw context.error(error) }
  }

  // MARK: Instances

  func create(
    circuit: Int, index: Int, parameters: [PluginParameter], info: PluginInfo
  ) throws(PluginError) -> PluginInstance {
    let context = context(.create, info.circuits.indices.contains(circuit) ? info.circuits[circuit].id : nil)
    guard info.circuits.indices.contains(circuit) else {
      throw context.error(.badArgument("there is no circuit number \(circuit)"))
    }
    guard (0..<1024).contains(index) else { throw context.error(.badArgument("there is no deferral index \(index)")) }
    var request = SessionRequest(OPR_CREATE)
    var entries: [opr_parameter] = []
    func put(_ bytes: [UInt8]) throws(PluginError) -> opr_span {
      guard !bytes.isEmpty else { return opr_span() }
      let region = try region(holding: bytes, context)
      request.hold(region)
      return region.span(bytes.count)
    }
    for parameter in parameters {
      var entry = opr_parameter()
      entry.key = try put(Array(parameter.key.utf8))
      entry.reserved = parameter.reserved
      switch parameter.value {
      case .integer(let value): (entry.kind, entry.integer) = (0, value)
      case .boolean(let value): (entry.kind, entry.integer) = (1, value ? 1 : 0)
      case .text(let text): (entry.kind, entry.bytes) = (2, try put(Array(text.utf8)))
      case .file(let bytes): (entry.kind, entry.bytes) = (3, try put(bytes))
      }
      entries.append(entry)
    }
    request.number = UInt32(circuit)
    request.index = UInt32(index)
    request.setTable(try table(entries, context), count: entries.count)
    let answer = try demand(request, context)
    return PluginInstance(circuit: circuit, index: index, handle: answer.values.0)
  }

  func destroy(_ instance: PluginInstance, circuit: String?) throws(PluginError) {
    var request = SessionRequest(OPR_DESTROY)
    request.handle = instance.handle
    try demand(request, context(.destroy, circuit))
  }

  // MARK: Bytes in, bytes out

  /// Rooms for outputs start at this size and grow as the plugin asks.
  private static let firstCapacity = 1 << 16

  func eval(
    _ instance: PluginInstance, input: [UInt8], capacity: Int?, circuit: PluginCircuit
  ) throws(PluginError) -> [UInt8] {
    let context = context(.eval, circuit.id, inputs: [input])
    var request = SessionRequest(OPR_EVAL)
    request.handle = instance.handle
    request.setInput(try region(holding: input, context), input.count)
    let output = try bytes(
      request, capacity: capacity ?? min(circuit.maxOutputBytes, Self.firstCapacity), mayGrow: capacity == nil,
      limit: circuit.maxOutputBytes, context)
    guard output.count % 8 == 0 else { throw context.error(.outputNotWholeWords(length: output.count)) }
    return output
  }

  /// The output of a request, in a room that grows once if the plugin asks for it.
  private func bytes(
    _ request: SessionRequest, capacity: Int, mayGrow: Bool, limit: Int, _ context: PluginErrorContext
  ) throws(PluginError) -> [UInt8] {
    var capacity = max(capacity, 0)
    var mayGrow = mayGrow
    while true {
      let room = try region(capacity, context)
      var request = request
      request.setOutput(room, capacity)
      let answer = try exchange(request, context)
      let length = Int(clamping: answer.values.0)
      if answer.status == PluginStatus.tooSmall, mayGrow {
        guard length <= limit else { throw context.error(.outputTooLong(limit: limit, found: length)) }
        guard length > capacity else {
          throw context.error(
            .invalidValue("length that it needs", expected: "more than \(capacity)", found: "\(length)"))
        }
        (capacity, mayGrow) = (length, false)
        continue
      }
      if answer.status != 0 { throw context.error(failure(answer, context)) }
      guard length <= min(capacity, limit) else {
        throw context.error(.outputTooLong(limit: min(capacity, limit), found: length))
      }
      return room.bytes(count: length)
    }
  }

  func evalTogether(
    _ instance: PluginInstance, inputs: [[UInt8]], circuit: PluginCircuit
  ) throws(PluginError) -> [[UInt8]] {
    let context = context(.eval, circuit.id, inputs: inputs)
    var regions: [(input: ArenaRegion, output: ArenaRegion)] = []
    let capacity = min(circuit.maxOutputBytes, 1 << 20)
    var entries: [opr_evaluation] = []
    for input in inputs {
      let pair = (try region(holding: input, context), try region(capacity, context))
      regions.append(pair)
      var entry = opr_evaluation()
      entry.input = pair.0.span(input.count)
      entry.output = pair.1.span(capacity)
      entries.append(entry)
    }
    let table = try table(entries, context)
    var request = SessionRequest(OPR_EVAL_TOGETHER)
    request.handle = instance.handle
    request.setTable(table, count: entries.count)
    for pair in regions {
      request.hold(pair.input)
      request.hold(pair.output)
    }
    let answer = try demand(request, context)
    var outputs: [[UInt8]] = []
    for (number, pair) in regions.enumerated() {
      let entry = table.base.loadUnaligned(
        fromByteOffset: number * MemoryLayout<opr_evaluation>.stride, as: opr_evaluation.self)
      guard entry.status == 0 else {
        var failed = answer
        failed.status = entry.status
        throw context.error(failure(failed, context))
      }
      let length = Int(clamping: entry.length)
      guard length <= capacity else { throw context.error(.outputTooLong(limit: capacity, found: length)) }
      guard length % 8 == 0 else { throw context.error(.outputNotWholeWords(length: length)) }
      outputs.append(pair.output.bytes(count: length))
    }
    return outputs
  }

  func commitInput(
    _ instance: PluginInstance, input: [UInt8], circuit: String
  ) throws(PluginError) -> UnfoldedInputCommit {
    let context = context(.commitInput, circuit, inputs: [input])
    guard input.count < Self.maximumBytes else {
      throw context.error(.badArgument("an input of \(input.count) bytes; the limit is \(Self.maximumBytes - 1)"))
    }
    let room = try region(32, context)
    var request = SessionRequest(OPR_COMMIT_INPUT)
    request.handle = instance.handle
    request.setInput(try region(holding: input, context), input.count)
    request.setOutput(room, 32)
    try demand(request, context)
    guard let digest = InnerDigest(guestBytes: room.bytes(count: 32)) else {
      throw context.error(.invalidValue("input commitment", expected: "elements below the modulus", found: "a greater"))
    }
    return UnfoldedInputCommit(digest: digest)
  }

  func airBytes(_ instance: PluginInstance, circuit: String) throws(PluginError) -> [UInt8] {
    var request = SessionRequest(OPR_AIR_BYTES)
    request.handle = instance.handle
    return try bytes(
      request, capacity: Self.firstCapacity, mayGrow: true, limit: 1 << 28, context(.airBytes, circuit))
  }

  // MARK: Known answers, foreign functions, probes

  func knownAnswers(circuit: Int, id: String) throws(PluginError) -> [KnownAnswer] {
    let context = context(.knownAnswer, id)
    let capacity = min(1 << 24, options.memoryLimit / 4)
    let room = try region(capacity, context)
    var answers: [KnownAnswer] = []
    while answers.count < 1024 {
      var request = SessionRequest(OPR_KNOWN_ANSWER)
      request.number = UInt32(circuit)
      request.index = UInt32(answers.count)
      request.setOutput(room, capacity)
      let answer: Answer
      do throws(PluginError) {
        answer = try exchange(request, context)
      } catch {
        if case .noSuchFunction = error.reason { return [] }
        throw error
      }
      if answer.status == PluginStatus.badArgument { break }
      if answer.status != 0 { throw context.error(failure(answer, context)) }
      let (input, output) = (Int(clamping: answer.values.0), Int(clamping: answer.values.1))
      guard input <= capacity, output <= capacity - input else {
        throw context.error(.outputTooLong(limit: capacity, found: Int(clamping: answer.values.0)))
      }
      answers.append(
        KnownAnswer(input: room.bytes(count: input), output: room.bytes(from: input, count: output)))
    }
    return answers
  }

  func callForeign(_ number: Int, input: [UInt8]) throws(PluginError) -> [UInt8] {
    let context = context(.foreign, foreign.indices.contains(number) ? foreign[number].symbol : nil, inputs: [input])
    guard foreign.indices.contains(number) else {
      throw context.error(.badArgument("there is no foreign function number \(number)"))
    }
    var request = SessionRequest(OPR_FOREIGN)
    request.number = UInt32(number)
    request.setInput(try region(holding: input, context), input.count)
    let capacity = foreign[number].paddedOutputBytes
    let output = try bytes(request, capacity: capacity, mayGrow: false, limit: capacity, context)
    guard output.count % 8 == 0 else { throw context.error(.outputNotWholeWords(length: output.count)) }
    return output
  }

  func probe(_ probe: PluginProbe) throws(PluginError) -> Bool {
    func ask(_ kind: Int, circuit: Int = 0) throws(PluginError) -> Bool {
      var request = SessionRequest(OPR_PROBE)
      request.number = UInt32(kind)
      request.index = UInt32(clamping: circuit)
      return try demand(request, context(.probe, nil)).values.0 == 1
    }
    switch probe {
    case .entryIsIdempotent: return try ask(OPR_PROBE_ENTRY_AGAIN)
    case .acceptsFutureHost: return try ask(OPR_PROBE_FUTURE_HOST)
    case .acceptsPastHost(let circuit):
      let acceptsHost = try ask(OPR_PROBE_PAST_HOST)
      return try ask(OPR_PROBE_PAST_DESCRIPTION, circuit: circuit) && acceptsHost
    case .acceptsFutureDescription(let circuit): return try ask(OPR_PROBE_FUTURE_DESCRIPTION, circuit: circuit)
    case .refusesUnknownExtension: return try ask(OPR_PROBE_UNKNOWN_EXTENSION)
    case .refusesUnknownCircuit: return try ask(OPR_PROBE_UNKNOWN_CIRCUIT)
    }
  }
}
