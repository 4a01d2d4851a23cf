import Algebra
import CMachine
import Hashing

extension VirtualMachine {
  /// Instructions between two looks at the room for records. It bounds what has to be set aside for each chip.
  private static let preflightChunk = 1 << 15

  /// Runs `instructions` instructions, or up to the end, as a segment of its own, and records all that happens.
  ///
  /// `heights` are the planned ones, if there is a plan: with them, memory is set aside once. Fails where a segment
  /// would run out of timestamps.
  public func preflight(
    instructions: UInt64 = .max, heights: SegmentHeights? = nil
  ) throws(ExecutionError) -> SegmentRecording {
    try trackTimes()
    let initialPC = pc
    let firstInstruction = instructionCount
    let initialRegisters = registerLeaves
    let initialAccumulators = (0..<2 * deferrals.bindings.count).map { accumulator($0) }
    deferralRecords = DeferralRecords()
    defer { deferralRecords = DeferralRecords() }
    let slotCount = program.slots.count
    let counts: UnsafeMutablePointer<UInt32> = PageMemory.allocate(count: slotCount, of: UInt32.self)
    defer { PageMemory.deallocate(counts, count: slotCount) }
    state.pointee.counts_bias = UInt(bitPattern: counts) &- UInt(bitPattern: state.pointee.slots) >> 2
    state.pointee.nodes = nil
    state.pointee.leaf_count = 0
    cm_begin_segment(state)
    let arenas = RecordArenas(heights: heights, slack: Self.preflightChunk)
    // Whatever happens, no time of this segment may be taken for one of the next.
    defer { withExtendedLifetime(arenas) { cm_begin_segment(state) } }

    var left = instructions
    var isDone = left == 0
    while !isDone {
      let chunk = min(left, UInt64(Self.preflightChunk))
      arenas.reserve(instructions: Int(chunk), in: state)
      let before = instructionCount
      let stop = try drive(.preflight, limit: chunk)
      left -= instructionCount - before
      arenas.update(from: state)
      guard state.timestamp < 1 << MachineLimits.timestampBits else { throw error(.segmentTooLong) }
      switch stop {
      case .limit: isDone = left == 0
      case .terminated: isDone = true
      case .needsRoom(let words):
        arenas.reserve(
          words: words, isHint: Int(state.pointee.status) == Int(CM_GROW), instructions: Self.preflightChunk, in: state)
      }
    }
    return SegmentRecording(
      program: program, initialPC: initialPC, finalPC: pc, finalTimestamp: UInt32(state.timestamp), exitCode: exitCode,
      executionCounts: Array(UnsafeBufferPointer(start: counts, count: slotCount)),
      touchedLeaves: touchedLeaves(
        arenas.leaves, initialRegisters: initialRegisters, initialAccumulators: initialAccumulators),
      deferrals: deferralRecords, firstInstruction: firstInstruction,
      instructionCount: instructionCount - firstInstruction, arenas: arenas)
  }

  private var registerLeaves: [UInt64] { (0..<(Int(CM_REGISTER_COUNT) + 1) / 2).map { registerLeaf($0) } }

  /// The leaves that the log names and those of registers, with what they hold now.
  private func touchedLeaves(
    _ log: GrowingArray<cm_leaf>, initialRegisters: [UInt64], initialAccumulators: [InnerDigest]
  ) -> [TouchedLeaf] {
    let scratch: UnsafeMutablePointer<cm_leaf> = PageMemory.allocate(
      count: log.count, of: cm_leaf.self, isZeroed: false)
    defer { PageMemory.deallocate(scratch, count: log.count) }
    cm_sort_leaves(log.base, scratch, UInt64(log.count))

    var leaves: [TouchedLeaf] = []
    leaves.reserveCapacity(log.count + initialRegisters.count)
    for (label, initial) in initialRegisters.enumerated() {
      let low = state.registerTime(2 * label)
      let high = 2 * label + 1 < Int(CM_REGISTER_COUNT) ? state.registerTime(2 * label + 1) : 0
      guard low != 0 || high != 0 else { continue }
      leaves.append(
        TouchedLeaf(
          addressSpace: AddressSpace.registers, label: UInt32(label), initial: initial.cells,
          final: registerLeaf(label).cells, times: [low, high]))
    }
    for entry in log.elements {
      let space = entry.leaf >> UInt32(MachineLimits.addressHeight) + 1
      let label = entry.leaf & (1 << UInt32(MachineLimits.addressHeight) - 1)
      // SAFE: the loop logs leaves of accesses that it has checked.
      if space == AddressSpace.deferral {
        guard let times = state.pointee.deferral_time else { continue }
        leaves.append(
          TouchedLeaf(
            addressSpace: space, label: label, initial: initialAccumulators[Int(label)].canonicalCells,
            final: accumulator(Int(label)).canonicalCells,
            times: [unbiased(times[2 * Int(label)]), unbiased(times[2 * Int(label) + 1])]))
        continue
      }
      let isMemory = space == AddressSpace.memory
      guard let bytes = UnsafeRawPointer(isMemory ? state.pointee.memory : state.pointee.public_values),
        let times = isMemory ? state.pointee.memory_time : state.pointee.public_value_time
      else { continue }
      let final = bytes.loadUnaligned(fromByteOffset: 8 * Int(label), as: UInt64.self)
      leaves.append(
        TouchedLeaf(
          addressSpace: space, label: label, initial: entry.bytes.cells, final: UInt64(littleEndian: final).cells,
          times: [unbiased(times[2 * Int(label)]), unbiased(times[2 * Int(label) + 1])]))
    }
    return leaves
  }
}

/// A time as it is kept by the loop, without what was added to it; 0 stays 0.
private func unbiased(_ time: UInt32) -> UInt32 { time == 0 ? 0 : time &- 1 << UInt32(MachineLimits.nearBits) }

extension UnsafeMutablePointer<cm_machine> {
  /// The timestamp that the loop has reached.
  var timestamp: Int { Int(pointee.time) - 1 << MachineLimits.nearBits }

  // SAFE: `number` is below CM_REGISTER_COUNT, the length of the array.
  fileprivate func registerTime(_ number: Int) -> UInt32 {
    withUnsafeBytes(of: &pointee.x_time) { unbiased($0.load(fromByteOffset: 4 * number, as: UInt32.self)) }
  }
}
