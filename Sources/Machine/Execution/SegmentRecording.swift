import CMachine

/// A recorded segment. Immutable once made.
// SAFE: nothing is written after the recorder is done with it, so threads may share it.
public final class SegmentRecording: SegmentRecords, @unchecked Sendable {
  public let program: Program
  public let initialPC: UInt32
  public let finalPC: UInt32
  public let finalTimestamp: UInt32
  public let exitCode: UInt32?
  public let executionCounts: [UInt32]
  public let touchedLeaves: [TouchedLeaf]
  public let deferrals: DeferralRecords
  /// Number of the first instruction, counted from the start of the run.
  public let firstInstruction: UInt64
  public let instructionCount: UInt64

  private let arenas: RecordArenas

  init(
    program: Program, initialPC: UInt32, finalPC: UInt32, finalTimestamp: UInt32, exitCode: UInt32?,
    executionCounts: [UInt32], touchedLeaves: [TouchedLeaf], deferrals: DeferralRecords, firstInstruction: UInt64,
    instructionCount: UInt64, arenas: RecordArenas
  ) {
    self.program = program
    self.initialPC = initialPC
    self.finalPC = finalPC
    self.finalTimestamp = finalTimestamp
    self.exitCode = exitCode
    self.executionCounts = executionCounts
    self.touchedLeaves = touchedLeaves
    self.deferrals = deferrals
    self.firstInstruction = firstInstruction
    self.instructionCount = instructionCount
    self.arenas = arenas
  }

  public func records(of chip: Chip) -> UnsafeBufferPointer<ExecutionRecord> { arenas.records[chip.rawValue].elements }
  public var hints: UnsafeBufferPointer<HintRecord> { arenas.hints.elements }
  public var refreshes: UnsafeBufferPointer<RefreshRecord> { arenas.refreshes.elements }
}

/// Where preflight puts what it records.
final class RecordArenas {
  let records: [GrowingArray<ExecutionRecord>]
  let hints: GrowingArray<HintRecord>
  let refreshes: GrowingArray<RefreshRecord>
  let leaves: GrowingArray<cm_leaf>

  /// With room for what has been planned, where that is known.
  init(heights: SegmentHeights?, slack: Int) {
    records = Chip.allCases.map { chip in
      chip.hasExecutionRecords ? GrowingArray(capacity: (heights?[chip] ?? 0) + slack) : GrowingArray(capacity: 0)
    }
    hints = GrowingArray(capacity: heights?[.hintStore] ?? 0)
    refreshes = GrowingArray(capacity: (heights?.refreshes ?? 0) + 3 * slack)
    leaves = GrowingArray(capacity: (heights?.leaves ?? 0) + slack)
  }

  /// Makes room for `instructions` instructions that are no hints, and tells the loop.
  func reserve(instructions: Int, in state: UnsafeMutablePointer<cm_machine>) {
    for (chip, arena) in records.enumerated() {
      guard Chip.allCases[chip].hasExecutionRecords else { continue }
      arena.reserve(instructions)
      state.setNextRecord(arena.base + arena.count, chip: chip)
    }
    reserve(refreshes: 3 * instructions, hints: 0, leaves: instructions, in: state)
  }

  /// Makes room for an instruction that accesses `words` words, as a hint or otherwise, followed by `instructions`
  /// others.
  func reserve(words: Int, isHint: Bool, instructions: Int, in state: UnsafeMutablePointer<cm_machine>) {
    reserve(
      refreshes: words + 3 * instructions, hints: isHint ? words : 0, leaves: words + instructions, in: state)
  }

  private func reserve(
    refreshes more: Int, hints moreHints: Int, leaves moreLeaves: Int, in state: UnsafeMutablePointer<cm_machine>
  ) {
    refreshes.reserve(more)
    hints.reserve(moreHints)
    leaves.reserve(moreLeaves)
    state.pointee.refreshes = refreshes.base
    state.pointee.refresh_capacity = UInt64(refreshes.capacity)
    state.pointee.hints = hints.base
    state.pointee.hint_capacity = UInt64(hints.capacity)
    state.pointee.leaves = leaves.base
    state.pointee.leaf_capacity = UInt64(leaves.capacity)
  }

  /// Takes over the counts that the loop has reached.
  func update(from state: UnsafeMutablePointer<cm_machine>) {
    for (chip, arena) in records.enumerated() where Chip.allCases[chip].hasExecutionRecords {
      arena.count = state.nextRecord(chip: chip).map { $0 - arena.base } ?? 0
    }
    refreshes.count = Int(state.pointee.refresh_count)
    hints.count = Int(state.pointee.hint_count)
    leaves.count = Int(state.pointee.leaf_count)
  }
}

extension UnsafeMutablePointer<cm_machine> {
  typealias NextRecord = UnsafeMutablePointer<cm_record>?

  // SAFE: `chip` is below CM_CHIP_COUNT, the length of the array.
  fileprivate func setNextRecord(_ next: NextRecord, chip: Int) {
    withUnsafeMutableBytes(of: &pointee.records) { $0.bindMemory(to: NextRecord.self)[chip] = next }
  }

  fileprivate func nextRecord(chip: Int) -> NextRecord {
    withUnsafeBytes(of: &pointee.records) { $0.bindMemory(to: NextRecord.self)[chip] }
  }
}
