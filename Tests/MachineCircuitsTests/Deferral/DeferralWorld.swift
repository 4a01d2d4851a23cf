import AIR
import Algebra
import CMachine
import Hashing
import Machine

@testable import MachineCircuits

/// Deferral instructions written out by hand, row by row, as an honest or a cheating prover would, with memory that
/// fits whatever the rows say. It has nothing in common with the executor and the trace generators.
///
/// Make one, add instructions with their rows, and ask for the `world`.
struct DeferralWorld {
  typealias CallRow = DeferralCallColumns<BabyBear>
  typealias OutputRow = DeferralOutputColumns<BabyBear>
  typealias CommitRow = DeferralCommitColumns<BabyBear>
  typealias BlockRow = DeferralBlockColumns<BabyBear>

  static let base: UInt32 = 0x800
  /// Registers and addresses that all instructions use.
  static let destinationRegister: UInt32 = 20
  static let sourceRegister: UInt32 = 24
  static let destination: UInt32 = 0x1000
  static let source: UInt32 = 0x2000
  static let input: UInt32 = 0x3000
  static let modulus = BabyBear.modulus

  /// What memory holds where instructions find it, four cells a word; nothing is 0.
  var initial: [WordAddress: [BabyBear]] = [:]
  /// The access, counted from the first, that comes with a time from the future, where a refresh has put the word.
  var future: Int?
  /// What the program has in place of the instructions.
  var otherProgram: [Instruction]?

  private(set) var calls: [CallRow] = []
  private(set) var outputs: [OutputRow] = []
  private(set) var commits: [CommitRow] = []
  private(set) var blocks: [BlockRow] = []
  private(set) var instructions: [Instruction] = []
  private(set) var time: UInt32 = 1
  private var words: [WordAddress: (cells: [BabyBear], time: BabyBear)] = [:]
  private var refreshes: [RefreshRecord] = []
  private(set) var accessCount = 0

  init(destination: UInt32 = Self.destination, source: UInt32 = Self.source) {
    initial[WordAddress(1, Self.destinationRegister)] = Self.cells(destination)
    initial[WordAddress(1, Self.sourceRegister)] = Self.cells(source)
  }

  static func cells(_ word: UInt32) -> [BabyBear] { (0..<4).map { BabyBear(word >> UInt32(8 * $0) & 255) } }

  /// The word at an address in memory before the instructions.
  func word(_ pointer: UInt32, space: UInt32 = 2) -> [BabyBear] {
    initial[WordAddress(space, pointer)] ?? [0, 0, 0, 0]
  }

  /// An access at `time`; gives what was there and when.
  mutating func access(
    _ space: UInt32, _ pointer: UInt32, at time: UInt32, writing cells: [BabyBear]? = nil
  ) -> (cells: [BabyBear], time: BabyBear) {
    let address = WordAddress(space, pointer)
    var old = words[address] ?? (initial[address] ?? [0, 0, 0, 0], 0)
    if accessCount == future {
      let later = BabyBear(time + 1000)
      let cells = old.cells.map(\.canonical)
      refreshes.append(
        RefreshRecord(
          address_space: space, pointer: pointer, cells: (cells[0], cells[1], cells[2], cells[3]),
          old_time: old.time.canonical, new_time: later.canonical))
      old.time = later
    }
    accessCount += 1
    words[address] = (cells ?? old.cells, BabyBear(time))
    return old
  }

  // MARK: Instructions

  private mutating func begin(_ opcode: Opcode, index: Int) -> ExecutionState<BabyBear> {
    let pc = Self.base + 4 * UInt32(instructions.count)
    instructions.append(
      Instruction(opcode, a: BabyBear(Self.destinationRegister), b: BabyBear(Self.sourceRegister), c: BabyBear(index)))
    return ExecutionState(pc: BabyBear(pc), timestamp: BabyBear(time))
  }

  private static func commit(_ words: [[BabyBear]]) -> CommitColumns<BabyBear> {
    CommitColumns(
      words: [8 of Word<BabyBear>] { Word(cells: words[$0]) },
      inverses: [8 of BabyBear] { index in
        let gap = 120 - words[index][3]
        return gap == 0 ? 0 : gap.inverse
      })
  }

  static func digest(_ words: [[BabyBear]]) -> InnerDigest { InnerDigest(words.map { $0.composed(base: 256) }) }

  static func words(_ digest: InnerDigest) -> [[BabyBear]] { digest.elements.map { cells($0.canonical) } }

  /// A CALL that finds its input's commitment in memory and claims this output.
  mutating func call(
    index: Int, output: [[BabyBear]], length: [BabyBear], newInputs: InnerDigest? = nil, newOutputs: InnerDigest? = nil,
    accumulators: UInt32? = nil
  ) {
    let state = begin(.deferralCall, index: index)
    var row = CallRow(cells: [BabyBear](repeating: 0, count: CallRow.width))
    (row.isValid, row.state, row.index) = (1, state, BabyBear(index))
    (row.destinationPointer, row.sourcePointer) = (BabyBear(Self.destinationRegister), BabyBear(Self.sourceRegister))
    let destination = access(1, Self.destinationRegister, at: time)
    let source = access(1, Self.sourceRegister, at: time + 1)
    (row.destination, row.source) = (Word(cells: destination.cells), Word(cells: source.cells))
    (row.times[0], row.times[1]) = (destination.time, source.time)
    var input: [[BabyBear]] = []
    for i in 0..<8 {
      let word = access(2, address(source.cells, 4 * i), at: time + 2 + UInt32(i))
      input.append(word.cells)
      row.times[2 + i] = word.time
    }
    row.input = Self.commit(input)
    row.output = Self.commit(output)
    row.length = Word(cells: length)
    let pointer = accumulators ?? UInt32(16 * index)
    let old = (0..<4).map {
      words[WordAddress(4, pointer + 4 * UInt32($0))]?.cells ?? word(pointer + 4 * UInt32($0), space: 4)
    }
    row.oldInputs = InnerDigest(old[0] + old[1]).cells
    row.oldOutputs = InnerDigest(old[2] + old[3]).cells
    let inputs = newInputs ?? InnerConfiguration.compress(InnerDigest(old[0] + old[1]), Self.digest(input))
    let outputs = newOutputs ?? InnerConfiguration.compress(InnerDigest(old[2] + old[3]), Self.digest(output))
    (row.newInputs, row.newOutputs) = (inputs.cells, outputs.cells)
    let new = inputs.elements + outputs.elements
    for i in 0..<4 {
      row.times[10 + i] =
        access(
          4, pointer + UInt32(4 * i), at: time + 10 + UInt32(i), writing: Array(new[4 * i..<4 * i + 4])
        ).time
    }
    for i in 0..<10 {
      let cells = i < 8 ? output[i] : i == 8 ? length : [0, 0, 0, 0]
      let word = access(2, address(destination.cells, 4 * i), at: time + 14 + UInt32(i), writing: cells)
      row.previous[i] = Word(cells: word.cells)
      row.times[14 + i] = word.time
    }
    time += 24
    calls.append(row)
  }

  /// An OUTPUT of `bytes`, under the key that is in memory. Blocks start from `header`, the hash of index and length
  /// unless given.
  mutating func output(index: Int, bytes: [BabyBear], header: InnerDigest? = nil) {
    let state = begin(.deferralOutput, index: index)
    var row = OutputRow(cells: [BabyBear](repeating: 0, count: OutputRow.width))
    (row.isValid, row.state, row.index) = (1, state, BabyBear(index))
    (row.destinationPointer, row.sourcePointer) = (BabyBear(Self.destinationRegister), BabyBear(Self.sourceRegister))
    let destination = access(1, Self.destinationRegister, at: time)
    let source = access(1, Self.sourceRegister, at: time + 1)
    (row.destination, row.source) = (Word(cells: destination.cells), Word(cells: source.cells))
    (row.times[0], row.times[1]) = (destination.time, source.time)
    var key: [[BabyBear]] = []
    for i in 0..<10 {
      let word = access(2, address(source.cells, 4 * i), at: time + 2 + UInt32(i))
      key.append(word.cells)
      row.times[2 + i] = word.time
    }
    row.output = Self.commit(Array(key[..<8]))
    row.length = Word(cells: key[8])
    row.isEmpty = bytes.isEmpty ? 1 : 0
    let length = key[8].composed(base: 256)
    let halves = DeferralSponge.absorb(InnerDigest([BabyBear(index), length]), capacity: .init([]))
    let first = header ?? (bytes.isEmpty ? halves.digest : halves.capacity)
    row.header = first.cells
    run(
      bytes, isWrite: true, endsInDigest: true, start: time + 12, base: address(destination.cells, 0), state: first)
    time += 12 + UInt32(bytes.count / 4)
    outputs.append(row)
  }

  /// A COMMIT that finds its descriptor in memory. `isTail` are the flags of the bytes after `blockCount` full blocks.
  mutating func commit(
    index: Int, blockCount: Int, isTail: [BabyBear], header: InnerDigest? = nil, unfolded: InnerDigest? = nil,
    commit: [[BabyBear]]? = nil, blockBytes: [BabyBear]? = nil
  ) {
    let state = begin(.deferralCommit, index: index)
    var row = CommitRow(cells: [BabyBear](repeating: 0, count: CommitRow.width))
    (row.isValid, row.state, row.index) = (1, state, BabyBear(index))
    (row.destinationPointer, row.sourcePointer) = (BabyBear(Self.destinationRegister), BabyBear(Self.sourceRegister))
    let destination = access(1, Self.destinationRegister, at: time)
    let source = access(1, Self.sourceRegister, at: time + 1)
    (row.destination, row.source) = (Word(cells: destination.cells), Word(cells: source.cells))
    (row.times[0], row.times[1]) = (destination.time, source.time)
    let pointer = access(2, address(source.cells, 0), at: time + 2)
    let length = access(2, address(source.cells, 4), at: time + 3)
    (row.pointer, row.length) = (Word(cells: pointer.cells), Word(cells: length.cells))
    (row.times[2], row.times[3]) = (pointer.time, length.time)
    let flags = isTail + [BabyBear](repeating: 0, count: 7 - isTail.count)
    row.isTail = [7 of BabyBear] { flags[$0] }
    let blocksBefore = 8 * blockCount
    for half in 0..<2 where flags[4 * half] != 0 {
      let word = access(2, address(pointer.cells, blocksBefore + 4 * half), at: time + 4 + UInt32(half))
      row.tail[half] = Word(cells: word.cells)
      row.times[4 + half] = word.time
    }

    let total = length.cells.composed(base: 256)
    let halves = DeferralSponge.absorb(InnerDigest([BabyBear(index), total, 1]), capacity: .init([]))
    let isEmpty = blockCount == 0 && flags[0] == 0
    row.isEmpty = isEmpty ? 1 : 0
    let first = header ?? (isEmpty ? halves.digest : halves.capacity)
    row.header = first.cells
    let bytes = (0..<2 * blockCount).flatMap { word(address(pointer.cells, 4 * $0)) }
    let state2 = run(
      blockBytes ?? bytes, isWrite: false, endsInDigest: flags[0] == 0, start: time + 6,
      base: address(pointer.cells, 0), state: first)
    row.blocks = state2.cells
    var digest = state2
    if flags[0] != 0 {
      let tail = row.tail[0].bytes.elements + row.tail[1].bytes.elements
      digest = DeferralSponge.absorb(InnerDigest((0..<7).map { flags[$0] * tail[$0] }), capacity: state2).digest
    }
    digest = unfolded ?? digest
    row.unfolded = digest.cells
    let written = commit ?? Self.words(InnerConfiguration.compress(digest, .init([])))
    row.commit = Self.commit(written)
    for i in 0..<8 {
      let word = access(
        2, address(destination.cells, 4 * i), at: time + 6 + UInt32(2 * blockCount + i), writing: written[i])
      row.previous[i] = Word(cells: word.cells)
      row.times[6 + i] = word.time
    }
    time += 14 + UInt32(2 * blockCount)
    commits.append(row)
  }

  /// The rows of a run's blocks, which leave `bytes` in memory.
  @discardableResult
  private mutating func run(
    _ bytes: [BabyBear], isWrite: Bool, endsInDigest: Bool, start: UInt32, base: UInt32, state: InnerDigest
  ) -> InnerDigest {
    var state = state
    for position in 0..<bytes.count / 8 {
      let block = Array(bytes[8 * position..<8 * position + 8])
      var row = BlockRow(cells: [BabyBear](repeating: 0, count: BlockRow.width))
      (row.isValid, row.isWrite) = (1, isWrite ? 1 : 0)
      row.isLast = endsInDigest && position == bytes.count / 8 - 1 ? 1 : 0
      (row.start, row.base, row.position) = (BabyBear(start), BabyBear(base), BabyBear(position))
      for half in 0..<2 {
        let cells = Array(block[4 * half..<4 * half + 4])
        let place = UInt32(8 * position + 4 * half)
        let old = access(2, base + place, at: start + UInt32(2 * position + half), writing: cells)
        (row.bytes[half], row.previous[half], row.times[half]) = (Word(cells: cells), Word(cells: old.cells), old.time)
      }
      let halves = DeferralSponge.absorb(InnerDigest(block), capacity: state)
      row.state = state.cells
      state = row.isLast == 1 ? halves.digest : halves.capacity
      row.result = state.cells
      blocks.append(row)
    }
    return state
  }

  /// The address that cells say mod p, with an offset.
  private func address(_ cells: [BabyBear], _ offset: Int) -> UInt32 {
    (cells.composed(base: 256) + BabyBear(offset)).canonical
  }

  // MARK: The world

  /// All AIRs with what has happened.
  var world: SystemWorld {
    var segment = HandSegment(
      program: Program(base: Self.base, slots: instructions + [Instruction(.terminate)]), finalTimestamp: time)
    segment.touchedLeaves = leaves {
      (initial[$0] ?? [0, 0, 0, 0], 0)
    } final: {
      words[$0] ?? (initial[$0] ?? [0, 0, 0, 0], 0)
    }
    segment.finalPC = Self.base + 4 * UInt32(instructions.count)
    let before = Set(initial.keys.map { WordAddress($0.space, $0.pointer / 8) }).map { key in
      var leaf = MemoryLeaf(addressSpace: key.space, label: key.pointer, cells: .init(repeating: 0))
      for half in 0..<2 {
        let cells = initial[WordAddress(key.space, 8 * key.pointer + UInt32(4 * half))] ?? [0, 0, 0, 0]
        for i in 0..<4 { leaf.cells[4 * half + i] = cells[i].canonical }
      }
      return leaf
    }
    var world = SystemWorld(segment, tree: MemoryTree(before))
    if let otherProgram { world.program = Program(base: Self.base, slots: otherProgram + [Instruction(.terminate)]) }
    func add<C: AIRColumns>(_ air: some AIR, _ rows: [C]) where C.T == BabyBear {
      guard !rows.isEmpty else { return }
      // With padding.
      let matrix = FieldMatrix(height: (rows.count + 1).paddedToPowerOfTwo, width: C.width)
      for (row, columns) in rows.enumerated() {
        for (column, cell) in columns.cells.enumerated() { matrix[row: row, column: column] = cell }
      }
      world.parts[air.name] = SystemWorld.Part(air: CompiledAIR(air), trace: matrix)
    }
    add(DeferralCallAIR(), calls)
    add(DeferralOutputAIR(), outputs)
    add(DeferralCommitAIR(), commits)
    add(DeferralBlockAIR(), blocks)
    if !refreshes.isEmpty {
      let trace = refreshes.withUnsafeBufferPointer {
        RefreshTrace.make($0, counts: LookupCounts(), workers: Workers(1))
      }
      world.parts["RefreshAIR"] = SystemWorld.Part(air: CompiledAIR(RefreshAIR()), trace: trace)
    }
    return world
  }

  private func leaves(
    _ before: (WordAddress) -> (cells: [BabyBear], time: BabyBear),
    final: (WordAddress) -> (cells: [BabyBear], time: BabyBear)
  ) -> [TouchedLeaf] {
    // The tree has no others.
    Set(words.keys.filter { $0.pointer >> 29 == 0 }.map { WordAddress($0.space, $0.pointer / 8) })
      .sorted { ($0.space, $0.pointer) < ($1.space, $1.pointer) }
      .map { key in
        var leaf = TouchedLeaf(
          addressSpace: key.space, label: key.pointer, initial: .init(repeating: 0), final: .init(repeating: 0),
          times: [0, 0])
        for half in 0..<2 {
          let address = WordAddress(key.space, 8 * key.pointer + UInt32(4 * half))
          let (first, last) = (before(address), final(address))
          leaf.times[half] = last.time.canonical
          for i in 0..<4 {
            leaf.initial[4 * half + i] = first.cells[i].canonical
            leaf.final[4 * half + i] = last.cells[i].canonical
          }
        }
        return leaf
      }
  }
}

/// A segment without records: what its rows are is said elsewhere.
struct HandSegment: SegmentRecords {
  let program: Program
  var initialPC: UInt32 { program.base }
  var finalPC: UInt32 = 0
  var finalTimestamp: UInt32
  var exitCode: UInt32? { nil }
  var executionCounts: [UInt32] { [] }
  var touchedLeaves: [TouchedLeaf] = []

  init(program: Program, finalTimestamp: UInt32) {
    self.program = program
    self.finalTimestamp = finalTimestamp
  }

  func records(of chip: Chip) -> UnsafeBufferPointer<ExecutionRecord> { UnsafeBufferPointer(start: nil, count: 0) }
  var hints: UnsafeBufferPointer<HintRecord> { UnsafeBufferPointer(start: nil, count: 0) }
  var refreshes: UnsafeBufferPointer<RefreshRecord> { UnsafeBufferPointer(start: nil, count: 0) }
}
