import AIR
import Algebra
import PluginKit

/// A block of a call.
struct SpongeBlock: Sendable {
  var call: Int
  /// Number of the block in its message.
  var index: Int
  /// Bytes of the message.
  var length: Int
  /// Lanes of the padded message.
  var lanes: [17 of UInt64]
  /// The state before the block.
  var before: Keccak256.State
  /// The state after the permutation.
  var after: Keccak256.State

  /// The state that is permuted.
  var permuted: Keccak256.State { Keccak256.absorb(lanes, into: before) }

  /// The blocks of a call, in order; stops early when `isCancelled` says so.
  static func blocks(ofCall call: Int, _ message: [UInt8], isCancelled: () -> Bool) -> [SpongeBlock] {
    var blocks: [SpongeBlock] = []
    var state = Keccak256.State(repeating: 0)
    for index in 0..<Keccak256.blockCount(length: message.count) {
      if index % 1024 == 1023, isCancelled() { break }
      let lanes = Keccak256.block(index, of: message)
      let after = Keccak256.permute(Keccak256.absorb(lanes, into: state))
      blocks.append(
        SpongeBlock(call: call, index: index, length: message.count, lanes: lanes, before: state, after: after))
      state = after
    }
    return blocks
  }
}

/// Traces of `SpongeAIR`.
enum SpongeTrace {
  /// Fills the trace of `blocks`, whose permutations stand in the same order, the first `first` in part 0.
  static func fill(
    _ trace: TraceView, _ blocks: [SpongeBlock], first: Int, _ call: HostCall
  ) throws(CircuitError) {
    try trace.fill(rows: SpongeColumns<BabyBear>.self, call) { index, row in
      guard index < blocks.count else { return }
      fill(&row, blocks[index])
      row.part = index < first ? .zero : .one
      row.permutation = BabyBear(UInt32(truncatingIfNeeded: index < first ? index : index - first))
    }
  }

  private static func fill(_ row: inout SpongeColumns<BabyBear>, _ block: SpongeBlock) {
    row.call = BabyBear(UInt32(truncatingIfNeeded: block.call))
    row.index = BabyBear(UInt32(truncatingIfNeeded: block.index))
    row.length = BabyBear(UInt32(truncatingIfNeeded: block.length))
    let end = block.length - Keccak256.rate * block.index
    if end < Keccak256.rate {
      row.endWord[end / 8] = .one
      row.endByte[end % 8] = .one
    } else {
      row.isFull = .one
    }
    for lane in 0..<17 {
      // The lane without the padding.
      let bytes = max(min(end - 8 * lane, 8), 0)
      let data = bytes == 8 ? block.lanes[lane] : block.lanes[lane] & (1 << UInt64(8 * bytes) - 1)
      write(data, to: &row.data[lane])
      write(block.before[lane], to: &row.state[lane])
    }
    for lane in 17..<25 { row.capacity[lane - 17] = PermutationTrace.limbs(block.before[lane]) }
    for byte in 0..<32 {
      row.digest[byte] = BabyBear(UInt32(truncatingIfNeeded: block.after[byte / 8] >> UInt64(8 * (byte % 8))) & 0xff)
    }
    for lane in 4..<25 { row.after[lane - 4] = PermutationTrace.limbs(block.after[lane]) }
  }

  private static func write(_ lane: UInt64, to cells: inout [64 of BabyBear]) {
    let one = BabyBear.one.montgomery
    for bit in 0..<64 {
      // All ones or all zeros, so that no branch depends on the bit.
      let mask = 0 &- UInt32(truncatingIfNeeded: lane >> UInt64(bit) & 1)
      cells[bit] = BabyBear(uncheckedMontgomery: one & mask)
    }
  }
}
