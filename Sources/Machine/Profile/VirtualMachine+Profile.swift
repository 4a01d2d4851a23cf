import Algebra
import CMachine

extension VirtualMachine {
  /// Bounds on what a profile keeps; beyond them callees count for their caller.
  private static let maxNodes = 1 << 15
  private static let maxDepth = 512

  /// Runs to the end and counts instructions by slot and by stack of calls. Calls and returns are told by the registers
  /// that a jump writes and reads, functions by the executable's symbols.
  public func profile(maxInstructions: UInt64 = .max) throws(ExecutionError) -> Profile {
    let slotCount = program.slots.count
    let counts: UnsafeMutablePointer<UInt32> = PageMemory.allocate(count: slotCount, of: UInt32.self)
    let calls = GrowingArray<cm_call>(capacity: Self.maxNodes)
    let frames = GrowingArray<cm_frame>(capacity: Self.maxDepth)
    let (names, functions) = functionOfSlots()
    // Copied, since the loop reads it through a pointer.
    let functionTable = GrowingArray<UInt32>(capacity: slotCount)
    for slot in 0..<slotCount { functionTable.base[slot] = functions[slot] }
    defer {
      PageMemory.deallocate(counts, count: slotCount)
      withExtendedLifetime((calls, frames, functionTable)) {}
    }
    calls.base[0] = cm_call(
      function: program.slot(at: pc).map { functions[$0] } ?? 0, parent: 0, first_child: 0, sibling: 0, instructions: 0)
    state.pointee.calls = calls.base
    state.pointee.call_count = 1
    state.pointee.call_capacity = UInt64(Self.maxNodes)
    state.pointee.call = 0
    state.pointee.frames = frames.base
    state.pointee.frame_count = 0
    state.pointee.frame_capacity = UInt64(Self.maxDepth)
    state.pointee.frames_lost = 0
    state.pointee.functions = UnsafePointer(functionTable.base)
    state.pointee.counts_bias = UInt(bitPattern: counts) &- UInt(bitPattern: state.pointee.slots) >> 2

    var totals = [UInt64](repeating: 0, count: slotCount)
    var left = maxInstructions
    while exitCode == nil {
      guard left > 0 else { throw error(.instructionLimit(maxInstructions)) }
      // Counters have 32 bits.
      let chunk = min(left, 1 << 31)
      let before = instructionCount
      state.pointee.call_since = chunk
      _ = try drive(.profile, limit: chunk)
      cm_profile_flush(state)
      left -= instructionCount - before
      for slot in 0..<slotCount {
        totals[slot] += UInt64(counts[slot])
        counts[slot] = 0
      }
    }
    guard let outcome else { throw error(.instructionLimit(maxInstructions)) }
    let nodes = (0..<Int(state.pointee.call_count)).map { index in
      let call = calls.base[index]
      return Profile.Node(
        function: Int(call.function), parent: index == 0 ? nil : Int(call.parent), instructions: call.instructions)
    }
    return Profile(outcome: outcome, slotCounts: totals, functionNames: names, nodes: nodes)
  }

  /// Names of functions, and for each slot an index into them; 0 is code without a symbol.
  private func functionOfSlots() -> (names: [String], functions: [UInt32]) {
    var names = ["(unknown)"]
    var functions = [UInt32](repeating: 0, count: program.slots.count)
    let symbols = executable.functions
    // Above all addresses.
    let top = 1 << 32
    for (index, symbol) in symbols.enumerated() {
      names.append(symbol.name.isEmpty ? hex(symbol.address) : symbol.name)
      guard let start = program.slot(at: symbol.address & ~3) else { continue }
      let next = index + 1 < symbols.count ? Int(symbols[index + 1].address) : top
      let end = symbol.size == 0 ? next : Int(symbol.address) + Int(symbol.size)
      let count = min((end - Int(program.base) + 3) / 4, functions.count)
      // Of two functions at one address, the last one's name stands. Later ones overwrite, so a table of symbols that
      // contain each other takes no more work than the slots before the next symbol.
      let stop = max(start, min(count, (next - Int(program.base) + 3) / 4))
      for slot in start..<stop { functions[slot] = UInt32(index + 1) }
    }
    return (names, functions)
  }
}
