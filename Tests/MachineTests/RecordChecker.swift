import Algebra
import Hashing
import Machine
import Testing

extension SegmentRecording {
  /// The heights of the segment, counted from its records.
  var heights: SegmentHeights {
    var heights = SegmentHeights()
    for chip in Chip.allCases { heights[chip] = records(of: chip).count }
    heights[.hintStore] = hints.count + hints.count { $0.is_first == 1 }
    heights[.deferralCall] = deferrals.calls.count
    heights[.deferralOutput] = deferrals.outputs.count
    heights[.deferralCommit] = deferrals.commits.count
    heights[.deferralBlock] = deferrals.blocks.count
    heights.refreshes = refreshes.count
    heights.leaves = touchedLeaves.count
    var nodes: Set<UInt32> = []
    for leaf in touchedLeaves {
      let index = (1 << 29) | (leaf.addressSpace - 1) << 26 | leaf.label
      for height: UInt32 in 1...29 { nodes.insert(index >> height) }
    }
    heights.nodes = nodes.count
    heights.timestamp = Int(finalTimestamp)
    heights.instructions = Int(instructionCount)
    return heights
  }
}

/// Replays the records of a segment against what they claim: the accesses of each word, one after the other in time,
/// starting from the touched leaves and ending there. It is what the memory bus, the execution bus and the program
/// demand of the traces.
struct RecordChecker {
  struct Address: Hashable {
    var space: UInt32
    var pointer: UInt32
  }
  struct Word: Equatable {
    var cells: [UInt32]
    var time: UInt32
  }
  enum Item {
    case instruction(ExecutionRecord, Chip)
    case hint(HintRecord)
    case call(DeferralCallRecord)
    case output(DeferralOutputRecord)
    case commit(DeferralCommitRecord)
  }

  let recording: SegmentRecording
  private var memory: [Address: Word] = [:]
  private var refreshed: [Address: [RefreshRecord]] = [:]

  static func check(_ recording: SegmentRecording) throws {
    var checker = RecordChecker(recording)
    try checker.check()
  }

  private init(_ recording: SegmentRecording) {
    self.recording = recording
    for leaf in recording.touchedLeaves {
      for half in 0..<2 {
        let pointer = 8 * leaf.label + 4 * UInt32(half)
        memory[Address(space: leaf.addressSpace, pointer: pointer)] = Word(
          cells: Self.word(leaf.initial, half), time: 0)
      }
    }
    for refresh in recording.refreshes {
      refreshed[Address(space: refresh.address_space, pointer: refresh.pointer), default: []].append(refresh)
    }
  }

  static func word(_ cells: [8 of UInt32], _ half: Int) -> [UInt32] { (0..<4).map { cells[4 * half + $0] } }

  static func cells(_ word: UInt32) -> [UInt32] { (0..<4).map { word >> (8 * UInt32($0)) & 255 } }

  private mutating func check() throws {
    var items: [(time: UInt32, item: Item)] = []
    for chip in Chip.allCases {
      var last: UInt32 = 0
      for record in recording.records(of: chip) {
        #expect(record.timestamp > last, "records of \(chip) in order of time")
        last = record.timestamp
        items.append((record.timestamp, .instruction(record, chip)))
      }
    }
    for hint in recording.hints { items.append((hint.timestamp, .hint(hint))) }
    items += recording.deferrals.calls.map { ($0.timestamp, .call($0)) }
    items += recording.deferrals.outputs.map { ($0.timestamp, .output($0)) }
    items += recording.deferrals.commits.map { ($0.timestamp, .commit($0)) }
    items.sort { $0.time < $1.time }

    var time: UInt32 = 1
    var pc = recording.initialPC
    var counts = [UInt32](repeating: 0, count: recording.program.slots.count)
    for (start, item) in items {
      #expect(start == time)
      switch item {
      case .instruction(let record, let chip):
        #expect(record.pc == pc)
        let instruction = try #require(recording.program[pc])
        #expect(instruction.opcode.chip == chip)
        counts[try #require(recording.program.slot(at: pc))] += 1
        time += try replay(record, instruction)
        pc = try nextPC(record, instruction)
      case .hint(let hint):
        #expect(hint.pc == pc)
        if hint.is_first == 1 { counts[try #require(recording.program.slot(at: pc))] += 1 }
        try replay(hint)
        time += 3
        if hint.remaining == 1 { pc += 4 }
      case .call, .output, .commit:
        let instruction = try #require(recording.program[pc])
        counts[try #require(recording.program.slot(at: pc))] += 1
        switch item {
        case .call(let record):
          #expect(record.pc == pc && instruction.opcode == .deferralCall)
          time += try replay(record, instruction)
        case .output(let record):
          #expect(record.pc == pc && instruction.opcode == .deferralOutput)
          time += try replay(record, instruction)
        case .commit(let record):
          #expect(record.pc == pc && instruction.opcode == .deferralCommit)
          time += try replay(record, instruction)
        default: break
        }
        pc += 4
      }
    }
    #expect(time == recording.finalTimestamp)
    #expect(pc == recording.finalPC)
    if recording.exitCode != nil { counts[try #require(recording.program.slot(at: pc))] += 1 }
    #expect(counts == recording.executionCounts)

    #expect(refreshed.values.allSatisfy { $0.isEmpty }, "every refresh has its access")
    for leaf in recording.touchedLeaves {
      #expect(leaf.times[0] != 0 || leaf.times[1] != 0)
      for half in 0..<2 {
        let address = Address(space: leaf.addressSpace, pointer: 8 * leaf.label + 4 * UInt32(half))
        #expect(memory[address] == Word(cells: Self.word(leaf.final, half), time: leaf.times[half]))
      }
    }
    let order = recording.touchedLeaves.map { UInt64($0.addressSpace) << 32 | UInt64($0.label) }
    #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// One access: the word must be as the last one left it, at most 2^17 timestamps ago.
  private mutating func access(
    _ space: UInt32, _ pointer: UInt32, old: UInt32, new: UInt32, since: UInt32, at time: UInt32
  ) throws {
    try access(space, pointer, old: Self.cells(old), new: Self.cells(new), since: since, at: time)
  }

  private mutating func access(
    _ space: UInt32, _ pointer: UInt32, old: [UInt32], new: [UInt32], since: UInt32, at time: UInt32
  ) throws {
    let address = Address(space: space, pointer: pointer & ~3)
    var word = try #require(memory[address], "untouched word \(address)")
    if let refresh = refreshed[address]?.first, refresh.new_time == time - 1 {
      #expect(refresh.old_time == word.time)
      #expect(time - refresh.old_time > 1 << 17, "a refresh only where it is needed")
      #expect(word.cells == [refresh.cells.0, refresh.cells.1, refresh.cells.2, refresh.cells.3])
      word.time = refresh.new_time
      refreshed[address]?.removeFirst()
    }
    #expect(word == Word(cells: old, time: since), "\(address) at \(time)")
    #expect(time > since && time - since <= 1 << 17)
    memory[address] = Word(cells: new, time: time)
  }

  private mutating func replay(_ hint: HintRecord) throws {
    let instruction = try #require(recording.program[hint.pc])
    if hint.is_first == 1 {
      try access(
        1, instruction.b.canonical, old: hint.pointer, new: hint.pointer, since: hint.pointer_time, at: hint.timestamp)
      if instruction.opcode == .hintBuffer {
        try access(
          1, instruction.a.canonical, old: hint.remaining, new: hint.remaining, since: hint.count_time,
          at: hint.timestamp + 1)
      } else {
        #expect(hint.count_time == 0 && hint.remaining == 1)
      }
    } else {
      #expect(hint.pointer_time == 0 && hint.count_time == 0)
    }
    try access(2, hint.pointer, old: hint.previous, new: hint.data, since: hint.write_time, at: hint.timestamp + 2)
  }

  private func signed(_ element: BabyBear) -> Int64 {
    let value = Int64(element.canonical)
    return value > Int64(BabyBear.modulus / 2) ? value - Int64(BabyBear.modulus) : value
  }

  /// Replays the accesses; returns how many timestamps they take.
  private mutating func replay(_ r: ExecutionRecord, _ i: Instruction) throws -> UInt32 {
    let (a, b, c) = (i.a.canonical, i.b.canonical, i.c.canonical)
    switch i.opcode {
    case .phantom:
      #expect(r.x == 0 && r.y == 0 && r.previous == 0 && r.x_time == 0 && r.y_time == 0 && r.write_time == 0)
      return 1
    case .loadConstant:
      let value = c | i.d.canonical << 8 | i.e.canonical << 16 | i.f.canonical << 24
      try access(1, a, old: r.previous, new: value, since: r.write_time, at: r.timestamp)
      return 1
    case .branchZero, .branchNotZero:
      try access(1, a, old: r.x, new: r.x, since: r.x_time, at: r.timestamp)
      return 1
    case .branchEqual, .branchNotEqual, .branchLessSigned, .branchNotLessSigned, .branchLessUnsigned,
      .branchNotLessUnsigned:
      try access(1, a, old: r.x, new: r.x, since: r.x_time, at: r.timestamp)
      try access(1, b, old: r.y, new: r.y, since: r.y_time, at: r.timestamp + 1)
      return 2
    case .loadWord, .loadByte, .loadHalf, .loadByteUnsigned, .loadHalfUnsigned:
      let address = UInt32(Int64(r.x) + signed(i.c))
      let part = r.y >> (8 * (address & 3))
      let value: UInt32 =
        switch i.opcode {
        case .loadWord: r.y
        case .loadByteUnsigned: part & 0xff
        case .loadHalfUnsigned: part & 0xffff
        case .loadByte: UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: part)))
        default: UInt32(bitPattern: Int32(Int16(truncatingIfNeeded: part)))
        }
      try access(1, b, old: r.x, new: r.x, since: r.x_time, at: r.timestamp)
      try access(2, address, old: r.y, new: r.y, since: r.y_time, at: r.timestamp + 1)
      try access(1, a, old: r.previous, new: value, since: r.write_time, at: r.timestamp + 2)
      return 3
    case .storeWord, .storeByte, .storeHalf, .reveal:
      let address = UInt32(Int64(r.x) + signed(i.c))
      let mask: UInt32 = i.opcode == .storeByte ? 0xff : i.opcode == .storeHalf ? 0xffff : .max
      let shift = 8 * (address & 3)
      let value = r.previous & ~(mask << shift) | (r.y & mask) << shift
      try access(1, b, old: r.x, new: r.x, since: r.x_time, at: r.timestamp)
      try access(1, a, old: r.y, new: r.y, since: r.y_time, at: r.timestamp + 1)
      try access(
        i.opcode == .reveal ? 3 : 2, address, old: r.previous, new: value, since: r.write_time, at: r.timestamp + 2)
      return 3
    case .add, .sub, .xor, .or, .and, .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .lessThanSigned,
      .lessThanUnsigned, .multiply, .multiplyHighSigned, .multiplyHighSignedUnsigned, .multiplyHighUnsigned,
      .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned:
      try access(1, b, old: r.x, new: r.x, since: r.x_time, at: r.timestamp)
      try access(1, c, old: r.y, new: r.y, since: r.y_time, at: r.timestamp + 1)
      try write(a, r, at: r.timestamp + 2)
      return 3
    default:
      #expect(r.y == 0 && r.y_time == 0)
      try access(1, b, old: r.x, new: r.x, since: r.x_time, at: r.timestamp)
      try write(a, r, at: r.timestamp + 1)
      return 2
    }
  }

  /// A write whose value the record does not hold: the next access of the word will say whether it was right. Here
  /// it is the RISC-V meaning that counts, which other tests compare; so it is taken from the instruction's operands.
  private mutating func write(_ pointer: UInt32, _ r: ExecutionRecord, at time: UInt32) throws {
    let value = try RISCVMeaning.result(of: try #require(recording.program[r.pc]), x: r.x, y: r.y)
    try access(1, pointer, old: r.previous, new: value, since: r.write_time, at: time)
  }

  private func nextPC(_ r: ExecutionRecord, _ i: Instruction) throws -> UInt32 {
    let (x, y) = (Int32(bitPattern: r.x), Int32(bitPattern: r.y))
    let isTaken: Bool
    switch i.opcode {
    case .loadConstant: return UInt32(Int64(r.pc) + signed(i.b))
    case .jumpRegister: return UInt32(Int64(r.x) + signed(i.c)) & ~1
    case .branchZero, .branchEqual: isTaken = r.x == r.y
    case .branchNotZero, .branchNotEqual: isTaken = r.x != r.y
    case .branchLessSigned: isTaken = x < y
    case .branchNotLessSigned: isTaken = x >= y
    case .branchLessUnsigned: isTaken = r.x < r.y
    case .branchNotLessUnsigned: isTaken = r.x >= r.y
    default: isTaken = false
    }
    return isTaken ? UInt32(Int64(r.pc) + signed(i.c)) : r.pc + 4
  }
}

/// The meaning of the machine's own operations, from the comments of `Opcode` alone.
enum RISCVMeaning {
  static func result(of i: Instruction, x: UInt32, y: UInt32) throws -> UInt32 {
    let (c, d, e) = (i.c.canonical, i.d.canonical, i.e.canonical)
    let bytes = c | d << 8 | e << 16 | e << 24
    let (sx, sy) = (Int64(Int32(bitPattern: x)), Int64(Int32(bitPattern: y)))
    func word(_ value: Int64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    func flag(_ value: Bool) -> UInt32 { value ? 1 : 0 }
    switch i.opcode {
    case .addImmediate: return word(Int64(x) + Int64(c) - (c > BabyBear.modulus / 2 ? Int64(BabyBear.modulus) : 0))
    case .add: return x &+ y
    case .sub: return x &- y
    case .xor: return x ^ y
    case .or: return x | y
    case .and: return x & y
    case .xorImmediate: return x ^ bytes
    case .orImmediate: return x | bytes
    case .andImmediate: return x & bytes
    case .shiftLeft: return x << (y % 32)
    case .shiftRightLogical: return x >> (y % 32)
    case .shiftRightArithmetic: return word(sx >> Int64(y % 32))
    case .shiftLeft0: return x << (16 - c)
    case .shiftLeft1: return c == 0 ? 0 : x << (32 - c)
    case .shiftRightLogical0: return x >> c
    case .shiftRightLogical1: return x >> (16 + c)
    case .shiftRightArithmetic0: return word(sx >> Int64(c))
    case .shiftRightArithmetic1: return word(sx >> Int64(16 + c))
    case .lessThanSigned: return flag(sx < sy)
    case .lessThanUnsigned: return flag(x < y)
    case .lessThanImmediateSigned: return flag(sx < Int64(Int32(bitPattern: c | (d ^ 0x8000) << 16)))
    case .lessThanImmediateUnsigned: return flag(x < c | d << 16)
    case .multiply: return x &* y
    case .multiplyHighSigned: return word((sx * sy) >> 32)
    case .multiplyHighSignedUnsigned: return word((sx * Int64(y)) >> 32)
    case .multiplyHighUnsigned: return UInt32((UInt64(x) * UInt64(y)) >> 32)
    case .divideSigned: return y == 0 ? .max : word(sx / sy)
    case .divideUnsigned: return y == 0 ? .max : x / y
    case .remainderSigned: return y == 0 ? x : word(sx % sy)
    case .remainderUnsigned: return y == 0 ? x : x % y
    case .jumpRegister: return d | e << 8 | i.f.canonical << 16 | i.g.canonical << 24
    default: throw ReferenceInterpreter.Failure.illegal
    }
  }
}

// Deferral instructions, from the comments of `Opcode` and chapter 40, sections 4.2 to 4.5.
extension RecordChecker {
  private mutating func registers(
    _ i: Instruction, destination: UInt32, source: UInt32, times: (UInt32, UInt32), at time: UInt32
  ) throws {
    try access(1, i.a.canonical, old: destination, new: destination, since: times.0, at: time)
    try access(1, i.b.canonical, old: source, new: source, since: times.1, at: time + 1)
  }

  private mutating func replay(_ r: DeferralCallRecord, _ i: Instruction) throws -> UInt32 {
    let t = r.timestamp
    try registers(i, destination: r.destination, source: r.source, times: (r.times[0], r.times[1]), at: t)
    let input = r.input.digest.elements.map(\.canonical)
    for word in 0..<8 {
      let k = 2 + word
      let pointer = r.source + 4 * UInt32(word)
      try access(2, pointer, old: input[word], new: input[word], since: r.times[k], at: t + UInt32(k))
    }
    for (number, (old, commit)) in [
      (r.inputAccumulator, r.input.digest), (r.outputAccumulator, r.output.digest),
    ].enumerated() {
      let new = InnerConfiguration.compress(old, commit)
      for half in 0..<2 {
        let k = 10 + 2 * number + half
        try access(
          4, 16 * i.c.canonical + UInt32(8 * number + 4 * half),
          old: old.elements[4 * half..<4 * half + 4].map(\.canonical),
          new: new.elements[4 * half..<4 * half + 4].map(\.canonical), since: r.times[k], at: t + UInt32(k))
      }
    }
    for (word, new) in (r.output.digest.elements.map(\.canonical) + [r.outputLength, 0]).enumerated() {
      let k = 14 + word
      let pointer = r.destination + 4 * UInt32(word)
      try access(2, pointer, old: r.previous[word], new: new, since: r.times[k], at: t + UInt32(k))
    }
    return 24
  }

  private mutating func replay(_ r: DeferralOutputRecord, _ i: Instruction) throws -> UInt32 {
    let t = r.timestamp
    try registers(i, destination: r.destination, source: r.source, times: (r.times[0], r.times[1]), at: t)
    for (word, value) in (r.commit.digest.elements.map(\.canonical) + [r.length, 0]).enumerated() {
      let k = 2 + word
      try access(
        2, r.source + 4 * UInt32(word), old: value, new: value, since: r.times[k], at: t + UInt32(k))
    }
    var bytes: [UInt8] = []
    for block in 0..<r.blockCount {
      let record = recording.deferrals.blocks[r.firstBlock + block]
      for half in 0..<2 {
        let place = UInt32(8 * block + 4 * half)
        try access(
          2, r.destination + place, old: record.previous[half], new: record.words[half], since: record.times[half],
          at: t + 12 + UInt32(2 * block + half))
        bytes.append(word: record.words[half])
      }
    }
    #expect(OutputCommit(index: Int(i.c.canonical), bytes: bytes) == r.commit)
    return 12 + 2 * UInt32(r.blockCount)
  }

  private mutating func replay(_ r: DeferralCommitRecord, _ i: Instruction) throws -> UInt32 {
    let (t, blocks) = (r.timestamp, UInt32(r.blockCount))
    try registers(i, destination: r.destination, source: r.source, times: (r.times[0], r.times[1]), at: t)
    try access(2, r.source, old: r.pointer, new: r.pointer, since: r.times[2], at: t + 2)
    try access(2, r.source + 4, old: r.length, new: r.length, since: r.times[3], at: t + 3)
    var tail: [UInt8] = []
    for half in 0..<2 where r.tailLength > 4 * half {
      let word = r.tail[half]
      try access(
        2, r.pointer + 8 * blocks + UInt32(4 * half), old: word, new: word, since: r.times[4 + half],
        at: t + 4 + UInt32(half))
      tail.append(word: word)
    }
    var bytes: [UInt8] = []
    for block in 0..<r.blockCount {
      let record = recording.deferrals.blocks[r.firstBlock + block]
      for half in 0..<2 {
        #expect(record.words[half] == record.previous[half])
        try access(
          2, r.pointer + UInt32(8 * block + 4 * half), old: record.words[half], new: record.words[half],
          since: record.times[half], at: t + 6 + UInt32(2 * block + half))
        bytes.append(word: record.words[half])
      }
    }
    bytes += tail.prefix(r.tailLength)
    #expect(UnfoldedInputCommit(index: Int(i.c.canonical), bytes: bytes).folded() == r.commit)
    for (word, new) in r.commit.digest.elements.map(\.canonical).enumerated() {
      try access(
        2, r.destination + 4 * UInt32(word), old: r.previous[word], new: new, since: r.times[6 + word],
        at: t + 6 + 2 * blocks + UInt32(word))
    }
    return 14 + 2 * blocks
  }
}
