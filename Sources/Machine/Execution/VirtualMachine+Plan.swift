import Algebra
import CMachine

extension VirtualMachine {
  /// Instructions between two looks at the budget, unless told otherwise.
  public static let defaultCheckInterval = 1000
  /// Segments end before this timestamp, so that what happens between two looks stays within the range.
  private static let timestampLimit = 1 << MachineLimits.timestampBits - 1 << 22
  /// With more stores than this to take back, a stretch between two looks ends early.
  private static let maxJournal = 1 << 20

  /// Runs to the end and cuts the run into segments (chapter 20, section 5.3).
  ///
  /// The budget is asked every `checkInterval` instructions, 1 to 1000 of them, or fewer that store a lot. A segment
  /// ends at the last of these points where it still fits; from there the run is taken up again as the beginning of the
  /// next segment, so that all counts are exact. The prints of a stretch appear once it is known to stay. Fails where
  /// `maxInstructions`, counted from here, do not suffice.
  public func plan(
    budget: some SegmentBudget, checkInterval: Int = defaultCheckInterval, maxInstructions: UInt64 = .max
  ) throws(ExecutionError) -> ExecutionPlan {
    precondition((1...Self.defaultCheckInterval).contains(checkInterval), "1 to 1000 instructions between checks")
    try trackTimes()
    guard let nodes = ZeroPages(byteCount: 1 << MachineLimits.treeHeight / 8) else {
      throw error(.configuration("expected room for the nodes of the memory tree, found none"))
    }
    state.pointee.nodes = nodes.base.assumingMemoryBound(to: UInt64.self)
    state.pointee.leaf_count = 0
    cm_begin_segment(state)
    let log = StoreLog()
    let print = onPrint
    var pendingPrints: [[UInt8]] = []
    if print != nil { onPrint = { pendingPrints.append($0) } }
    defer {
      onPrint = print
      for text in pendingPrints { print?(text) }
      withExtendedLifetime((log, nodes)) { cm_begin_segment(state) }
      state.pointee.nodes = nil
    }

    var segments: [SegmentPlan] = []
    let start = instructionCount
    var first = start
    var heights = SegmentHeights()
    var checkpoint = Checkpoint(self)
    var interval = checkInterval
    while true {
      let left = maxInstructions - (instructionCount - start)
      guard left > 0 else { throw error(.instructionLimit(maxInstructions)) }
      try meter(instructions: Int(min(UInt64(interval), left)), log: log)
      let reached = meteredHeights(since: first)
      guard budget.fits(reached), reached.timestamp < Self.timestampLimit else {
        checkpoint.restore(self)
        pendingPrints = []
        if heights.instructions > 0 {
          segments.append(
            SegmentPlan(firstInstruction: first, instructionCount: UInt64(heights.instructions), heights: heights))
          first = instructionCount
          heights = SegmentHeights()
          interval = checkInterval
        } else {
          // Not even a stretch between two looks: try shorter ones.
          guard interval > 1 else { throw error(.segmentBudget) }
          interval = (interval + 1) / 2
        }
        cm_begin_segment(state)
        continue
      }
      heights = reached
      state.pointee.journal_count = 0
      for text in pendingPrints { print?(text) }
      pendingPrints = []
      if let outcome {
        segments.append(
          SegmentPlan(firstInstruction: first, instructionCount: UInt64(heights.instructions), heights: heights))
        return ExecutionPlan(segments: segments, outcome: outcome)
      }
      checkpoint = Checkpoint(self)
    }
  }

  /// Runs up to `instructions` instructions in metered mode.
  private func meter(instructions: Int, log: StoreLog) throws(ExecutionError) {
    var left = UInt64(instructions)
    log.reserve(stores: instructions, leaves: instructions + Int(CM_REGISTER_COUNT), in: state)
    while left > 0 {
      let before = instructionCount
      let stop = try drive(.metered, limit: left)
      left -= instructionCount - before
      switch stop {
      case .limit: break
      case .terminated: left = 0
      case .needsRoom where state.pointee.journal_count > Self.maxJournal: left = 0
      case .needsRoom(let words):
        log.reserve(stores: Int(left) + words, leaves: Int(left) + words + Int(CM_REGISTER_COUNT), in: state)
      }
    }
    cm_meter_registers(state)
  }

  private func meteredHeights(since first: UInt64) -> SegmentHeights {
    var heights = SegmentHeights()
    withUnsafeBytes(of: &state.pointee.rows) { rows in
      let rows = rows.bindMemory(to: UInt64.self)
      for index in heights.rows.indices { heights.rows[index] = Int(rows[index]) }
    }
    heights.refreshes = Int(state.pointee.refresh_count)
    heights.leaves = Int(state.pointee.leaf_count)
    heights.nodes = Int(state.pointee.node_count)
    heights.timestamp = state.timestamp
    heights.instructions = Int(instructionCount - first)
    return heights
  }

  /// All that a run changes, but for memory and public values, which `cm_undo_stores` takes back.
  private struct Checkpoint {
    private let machine: cm_machine
    private let streams: HintStreams
    private let deferrals: DeferralState.Mark
    private let instructionCount: UInt64

    init(_ vm: VirtualMachine) {
      machine = vm.state.pointee
      streams = vm.streams
      deferrals = vm.deferrals.mark
      instructionCount = vm.instructionCount
    }

    func restore(_ vm: VirtualMachine) {
      cm_undo_stores(vm.state)
      vm.state.pointee.x = machine.x
      vm.state.pointee.ip = machine.ip
      vm.state.pointee.hint = machine.hint
      vm.state.pointee.hint_end = machine.hint_end
      vm.streams = streams
      vm.deferrals.restore(deferrals)
      vm.instructionCount = instructionCount
      vm.exitCode = nil
    }
  }
}

/// What metered mode writes down: stores since the last look at the budget, and leaves touched in the segment.
private final class StoreLog {
  private let stores = GrowingArray<cm_store>(capacity: VirtualMachine.defaultCheckInterval)
  private let leaves = GrowingArray<cm_leaf>(capacity: 1 << 16)

  func reserve(stores more: Int, leaves moreLeaves: Int, in state: UnsafeMutablePointer<cm_machine>) {
    stores.count = Int(state.pointee.journal_count)
    leaves.count = Int(state.pointee.leaf_count)
    stores.reserve(more)
    leaves.reserve(moreLeaves)
    state.pointee.journal = stores.base
    state.pointee.journal_capacity = UInt64(stores.capacity)
    state.pointee.leaves = leaves.base
    state.pointee.leaf_capacity = UInt64(leaves.capacity)
  }
}
