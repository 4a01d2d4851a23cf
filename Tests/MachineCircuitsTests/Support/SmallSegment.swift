import Algebra
import CMachine
import Machine

@testable import MachineCircuits

/// A segment made by hand: a machine that knows the few instructions which the tests of the system AIRs need, simple
/// and slow, with nothing in common with the executor.
struct SmallSegment: SegmentRecords, @unchecked Sendable {
  // SAFE: the buffers are written once, and never freed.
  let program: Program
  var initialPC: UInt32
  var finalPC: UInt32
  var finalTimestamp: UInt32
  var exitCode: UInt32?
  var executionCounts: [UInt32]
  var touchedLeaves: [TouchedLeaf]
  let hints: UnsafeBufferPointer<HintRecord>
  let refreshes: UnsafeBufferPointer<RefreshRecord>
  private let executed: [Chip: UnsafeBufferPointer<ExecutionRecord>]

  func records(of chip: Chip) -> UnsafeBufferPointer<ExecutionRecord> {
    executed[chip] ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  /// Runs at most `steps` instructions from the program's base on. `memory` holds the words that are not 0. Accesses
  /// at the times in `refreshAt` are preceded by a refresh one timestamp before, where there is room for one.
  init(
    _ program: Program, memory: [WordAddress: UInt32] = [:], hintWords: [UInt32] = [], steps: Int = .max,
    refreshAt: Set<UInt32> = []
  ) {
    var run = Run(program: program, initial: memory, hintWords: hintWords, refreshAt: refreshAt)
    for _ in 0..<steps where !run.step() { break }
    self.program = program
    (initialPC, finalPC, finalTimestamp, exitCode) = (program.base, run.pc, run.time, run.exitCode)
    executionCounts = run.counts
    touchedLeaves = run.touchedLeaves
    func keep<T>(_ array: [T]) -> UnsafeBufferPointer<T> {
      let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: array.count)
      _ = buffer.initialize(from: array)
      return UnsafeBufferPointer(buffer)
    }
    hints = keep(run.hints)
    refreshes = keep(run.refreshes)
    executed = run.executed.mapValues { keep($0) }
  }

  /// The leaves of a memory with these words.
  static func leaves(_ words: [WordAddress: UInt32]) -> [MemoryLeaf] {
    var leaves: [WordAddress: MemoryLeaf] = [:]
    for (address, word) in words {
      let key = WordAddress(address.space, address.pointer / 8)
      var leaf =
        leaves[key] ?? MemoryLeaf(addressSpace: key.space, label: key.pointer, cells: .init(repeating: 0))
      for i in 0..<4 { leaf.cells[Int(address.pointer % 8) + i] = word >> UInt32(8 * i) & 255 }
      leaves[key] = leaf
    }
    return Array(leaves.values)
  }
}

/// An address space and a pointer, a multiple of 4.
struct WordAddress: Hashable {
  var space: UInt32
  var pointer: UInt32
  init(_ space: UInt32, _ pointer: UInt32) { (self.space, self.pointer) = (space, pointer) }
}

private struct Run {
  let program: Program
  let initial: [WordAddress: UInt32]
  var hintWords: [UInt32]
  let refreshAt: Set<UInt32>

  var pc: UInt32
  var time: UInt32 = 1
  var exitCode: UInt32?
  var counts: [UInt32]
  var words: [WordAddress: (word: UInt32, time: UInt32)] = [:]
  var executed: [Chip: [ExecutionRecord]] = [:]
  var hints: [HintRecord] = []
  var refreshes: [RefreshRecord] = []

  init(program: Program, initial: [WordAddress: UInt32], hintWords: [UInt32], refreshAt: Set<UInt32>) {
    self.program = program
    self.initial = initial
    self.hintWords = hintWords
    self.refreshAt = refreshAt
    pc = program.base
    counts = Array(repeating: 0, count: program.slots.count)
  }

  /// Leaves `word`, or what was there, and gives the word before and its time.
  private mutating func access(
    _ space: UInt32, _ pointer: UInt32, at time: UInt32, writing word: UInt32? = nil
  ) -> (word: UInt32, time: UInt32) {
    let address = WordAddress(space, pointer)
    var old = words[address] ?? (initial[address] ?? 0, 0)
    if time - old.time > 1 << 17 || refreshAt.contains(time), time - old.time > 1 {
      refreshes.append(
        RefreshRecord(
          address_space: space, pointer: pointer,
          cells: (old.word & 255, old.word >> 8 & 255, old.word >> 16 & 255, old.word >> 24), old_time: old.time,
          new_time: time - 1))
      old.time = time - 1
    }
    words[address] = (word ?? old.word, time)
    return old
  }

  /// Executes an instruction; false where there is none, or a TERMINATE.
  mutating func step() -> Bool {
    guard let instruction = program[pc], let slot = program.slot(at: pc) else { return false }
    counts[slot] += 1
    var record = ExecutionRecord()
    (record.pc, record.timestamp) = (pc, time)
    switch instruction.opcode {
    case .terminate:
      exitCode = instruction.c.canonical
      return false
    case .phantom:
      executed[.phantom, default: []].append(record)
      time += 1
    case .addImmediate:
      let x = access(1, instruction.b.canonical, at: time)
      let sum = x.word &+ UInt32(bitPattern: instruction.c.signed)
      let old = access(1, instruction.a.canonical, at: time + 1, writing: sum)
      (record.x, record.x_time, record.previous, record.write_time) = (x.word, x.time, old.word, old.time)
      executed[.addImmediate, default: []].append(record)
      time += 2
    case .hintWord, .hintBuffer:
      hint(instruction)
    default: return false
    }
    pc += 4
    return true
  }

  private mutating func hint(_ instruction: Instruction) {
    let isBuffer = instruction.opcode == .hintBuffer
    let pointer = access(1, instruction.b.canonical, at: time)
    let count = isBuffer ? access(1, instruction.a.canonical, at: time + 1) : (word: 1, time: 0)
    for i in 0..<count.word {
      let word = hintWords.removeFirst()
      let old = access(2, pointer.word + 4 * i, at: time + 3 * i + 2, writing: word)
      hints.append(
        HintRecord(
          pc: pc, timestamp: time + 3 * i, pointer: pointer.word + 4 * i, remaining: count.word - i, data: word,
          previous: old.word, pointer_time: i == 0 ? pointer.time : 0, count_time: i == 0 ? count.time : 0,
          write_time: old.time, is_first: i == 0 ? 1 : 0))
    }
    time += 3 * count.word
  }

  var touchedLeaves: [TouchedLeaf] {
    let labels = Set(words.keys.map { WordAddress($0.space, $0.pointer / 8) })
    return labels.sorted { ($0.space, $0.pointer) < ($1.space, $1.pointer) }.map { key in
      var leaf = TouchedLeaf(
        addressSpace: key.space, label: key.pointer, initial: .init(repeating: 0), final: .init(repeating: 0),
        times: [0, 0])
      for half in 0..<2 {
        let address = WordAddress(key.space, 8 * key.pointer + UInt32(4 * half))
        let before = initial[address] ?? 0
        let after = words[address] ?? (before, 0)
        leaf.times[half] = after.time
        for i in 0..<4 {
          leaf.initial[4 * half + i] = before >> UInt32(8 * i) & 255
          leaf.final[4 * half + i] = after.word >> UInt32(8 * i) & 255
        }
      }
      return leaf
    }
  }
}
