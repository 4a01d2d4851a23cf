import CMachine
import Hashing

/// CALL, OUTPUT and COMMIT, which the instruction loop leaves to the host (chapter 40, sections 4.4 and 4.5; chapter
/// 60, section 9).
///
/// Each checks everything before it changes anything, so that an instruction happens as a whole or not at all.
extension VirtualMachine {
  /// The calls that the run has made so far by index of their circuit, each circuit's in order.
  public var deferralCalls: [[DeferralCall]] { deferrals.calls }

  /// Performs the deferral instruction at `pc`. Where a number of words comes back, there is no room to write them
  /// down, and nothing has happened.
  func performDeferral(_ mode: Mode) throws(ExecutionError) -> Int? {
    guard let slot = state.pointee.ip?.pointee, let opcode = program[pc]?.opcode else {
      throw error(.undefinedInstruction)
    }
    let operands = Operands(
      index: Int(slot.imm), destinationRegister: slot.a, sourceRegister: slot.b,
      destination: register(Int(slot.a)), source: register(Int(slot.b)))
    do throws(DeferralState.Failure) {
      switch opcode {
      case .deferralCall: return try call(operands, mode)
      case .deferralOutput: return try output(operands, mode)
      default: return try commit(operands, mode)
      }
    } catch {
      throw self.error(error.kind)
    }
  }

  private struct Operands {
    var index: Int
    var destinationRegister: UInt8
    var sourceRegister: UInt8
    var destination: UInt32
    var source: UInt32
  }

  // MARK: The instructions. Each returns a number of words where there is no room for them.

  private func call(_ operands: Operands, _ mode: Mode) throws(DeferralState.Failure) -> Int? {
    let index = operands.index
    try checkWords(at: operands.source, byteCount: 32)
    try checkWords(at: operands.destination, byteCount: 40)
    let input = InputCommit(digest: try digest(at: operands.source, index: index))
    guard try hasRoom(words: 24, timestamps: 24, mode) else { return 24 }
    let (output, bytes) = try deferrals.result(index: index, of: input)
    let before = deferrals.accumulators[index]
    try deferrals.call(index: index, input: input, output: output, bytes: bytes)

    let access = HostAccess(state, mode: mode)
    var times = [24 of UInt32](repeating: 0)
    var previous = [10 of UInt32](repeating: 0)
    times[0] = access.register(operands.destinationRegister, at: 0)
    times[1] = access.register(operands.sourceRegister, at: 1)
    for word in 0..<8 { times[2 + word] = access.read(operands.source + 4 * UInt32(word), at: 2 + word) }
    for word in 0..<4 {
      times[10 + word] = access.accumulator(
        word < 2 ? before.input : before.output, from: 4 * (word % 2), pointer: UInt32(16 * index + 4 * word),
        at: 10 + word)
    }
    let key = output.digest.elements.map(\.canonical) + [UInt32(bytes.count), 0]
    for word in 0..<10 {
      (previous[word], times[14 + word]) = access.write(
        key[word], to: operands.destination + 4 * UInt32(word), at: 14 + word)
    }
    if mode == .preflight {
      deferralRecords.calls.append(
        DeferralCallRecord(
          pc: pc, timestamp: access.timestamp, destination: operands.destination, source: operands.source, input: input,
          output: output, outputLength: UInt32(bytes.count), inputAccumulator: before.input,
          outputAccumulator: before.output, previous: previous, times: times))
    }
    access.finish(timestamps: 24, rows: [(.deferralCall, 1)])
    return nil
  }

  private func output(_ operands: Operands, _ mode: Mode) throws(DeferralState.Failure) -> Int? {
    let index = operands.index
    try checkWords(at: operands.source, byteCount: 40)
    let commit = OutputCommit(digest: try digest(at: operands.source, index: index))
    let length = word(at: operands.source + 32) | word(at: operands.source + 36) << 32
    let bytes = try deferrals.output(index: index, commit: commit, length: length)
    try checkWords(at: operands.destination, byteCount: bytes.count)
    let blocks = bytes.count / 8
    guard try hasRoom(words: 12 + 2 * blocks, timestamps: 12 + 2 * blocks, mode) else { return 12 + 2 * blocks }

    let access = HostAccess(state, mode: mode)
    var times = [12 of UInt32](repeating: 0)
    times[0] = access.register(operands.destinationRegister, at: 0)
    times[1] = access.register(operands.sourceRegister, at: 1)
    for word in 0..<10 { times[2 + word] = access.read(operands.source + 4 * UInt32(word), at: 2 + word) }
    let firstBlock = deferralRecords.blocks.count
    for block in 0..<blocks {
      var record = DeferralBlockRecord(
        words: .init(repeating: 0), previous: .init(repeating: 0), times: .init(repeating: 0))
      for half in 0..<2 {
        let place = 8 * block + 4 * half
        let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
        record.words[half] = word
        (record.previous[half], record.times[half]) = access.write(
          word, to: operands.destination + UInt32(place), at: 12 + 2 * block + half)
      }
      if mode == .preflight { deferralRecords.blocks.append(record) }
    }
    if mode == .preflight {
      deferralRecords.outputs.append(
        DeferralOutputRecord(
          pc: pc, timestamp: access.timestamp, destination: operands.destination, source: operands.source,
          commit: commit, length: UInt32(bytes.count), times: times, firstBlock: firstBlock))
    }
    access.finish(timestamps: 12 + 2 * blocks, rows: [(.deferralOutput, 1), (.deferralBlock, blocks)])
    return nil
  }

  private func commit(_ operands: Operands, _ mode: Mode) throws(DeferralState.Failure) -> Int? {
    let index = operands.index
    let binding = deferrals.bindings[index]
    guard binding.allowsCommit else { throw DeferralState.Failure(kind: .deferralCommitRefused(index: index)) }
    try checkWords(at: operands.source, byteCount: 8)
    try checkWords(at: operands.destination, byteCount: 32)
    let pointer = UInt32(truncatingIfNeeded: word(at: operands.source))
    let length = Int(word(at: operands.source + 4))
    let limit = min(binding.maxInputBytes, MachineLimits.maxDeferralBytes)
    guard length <= limit else {
      throw DeferralState.Failure(kind: .deferralInputLength(index: index, limit: limit, found: length))
    }
    try checkWords(at: pointer, byteCount: length)
    let blocks = length / 8
    guard try hasRoom(words: 14 + 2 * blocks, timestamps: 14 + 2 * blocks, mode) else { return 14 + 2 * blocks }
    let commit = try deferrals.commit(index: index, to: bytes(at: pointer, count: length) ?? [])

    let access = HostAccess(state, mode: mode)
    var times = [14 of UInt32](repeating: 0)
    var tail = [2 of UInt32](repeating: 0)
    var previous = [8 of UInt32](repeating: 0)
    times[0] = access.register(operands.destinationRegister, at: 0)
    times[1] = access.register(operands.sourceRegister, at: 1)
    for word in 0..<2 { times[2 + word] = access.read(operands.source + 4 * UInt32(word), at: 2 + word) }
    // Only words that hold a byte of the input.
    for word in 0..<2 where length % 8 > 4 * word {
      let address = pointer + UInt32(8 * blocks + 4 * word)
      tail[word] = access.word(at: address)
      times[4 + word] = access.read(address, at: 4 + word)
    }
    let firstBlock = deferralRecords.blocks.count
    for block in 0..<blocks {
      var record = DeferralBlockRecord(
        words: .init(repeating: 0), previous: .init(repeating: 0), times: .init(repeating: 0))
      for half in 0..<2 {
        let address = pointer + UInt32(8 * block + 4 * half)
        record.words[half] = access.word(at: address)
        record.times[half] = access.read(address, at: 6 + 2 * block + half)
      }
      record.previous = record.words
      if mode == .preflight { deferralRecords.blocks.append(record) }
    }
    for (word, element) in commit.digest.elements.enumerated() {
      (previous[word], times[6 + word]) = access.write(
        element.canonical, to: operands.destination + 4 * UInt32(word), at: 6 + 2 * blocks + word)
    }
    if mode == .preflight {
      deferralRecords.commits.append(
        DeferralCommitRecord(
          pc: pc, timestamp: access.timestamp, destination: operands.destination, source: operands.source,
          pointer: pointer, length: UInt32(length), commit: commit, tail: tail, previous: previous, times: times,
          firstBlock: firstBlock))
    }
    access.finish(timestamps: 14 + 2 * blocks, rows: [(.deferralCommit, 1), (.deferralBlock, blocks)])
    return nil
  }

  // MARK: Checks

  /// That the words which hold `byteCount` bytes from `address` on are in memory. Where there are no bytes, only that
  /// the address is one, or the one after the last.
  private func checkWords(at address: UInt32, byteCount: Int) throws(DeferralState.Failure) {
    guard Int(address) + byteCount <= 1 << MachineLimits.pointerBits else {
      throw DeferralState.Failure(kind: .accessOutOfRange(address: Int64(address) + Int64(max(byteCount, 1)) - 1))
    }
    guard address % 4 == 0 || byteCount == 0 else {
      throw DeferralState.Failure(kind: .misalignedAccess(address: Int64(address)))
    }
  }

  /// The word at an address that has been checked.
  private func word(at address: UInt32) -> UInt64 { UInt64(HostAccess(state, mode: .pure).word(at: address)) }

  /// The commitment at an address that has been checked.
  private func digest(at address: UInt32, index: Int) throws(DeferralState.Failure) -> InnerDigest {
    let bytes = bytes(at: address, count: 32) ?? []
    guard let digest = InnerDigest(guestBytes: bytes) else {
      throw DeferralState.Failure(kind: .nonCanonicalCommit(index: index, bytes: bytes))
    }
    return digest
  }

  /// Whether there is room to write down `words` accesses and what may come before the next look; fails where there are
  /// not enough timestamps.
  private func hasRoom(words: Int, timestamps: Int, _ mode: Mode) throws(DeferralState.Failure) -> Bool {
    guard mode == .metered || mode == .preflight else { return true }
    // Both are bounded: these modes run in stretches.
    let left = Int(clamping: state.pointee.remaining)
    let leaves = Int(state.pointee.leaf_capacity - state.pointee.leaf_count)
    if mode == .metered {
      return Int(state.pointee.journal_capacity - state.pointee.journal_count) >= words + left
        && leaves >= words + left + Int(CM_REGISTER_COUNT)
    }
    guard state.timestamp + timestamps < 1 << MachineLimits.timestampBits else {
      throw DeferralState.Failure(kind: .segmentTooLong)
    }
    return leaves >= words + left
      && Int(state.pointee.refresh_capacity - state.pointee.refresh_count) >= words + 3 * left
  }
}
