import AIR
import Algebra
import PluginKit

/// A block of a call.
struct CallBlock: Sendable {
  var call: Int
  /// Number of the block in its message.
  var index: Int
  /// Bytes of the message.
  var length: Int
  var work: BlockWork
  /// The state after the block.
  var after: SHA256.State
}

extension CallBlock {
  /// The blocks of a call, in order; stops early when `isCancelled` says so.
  static func blocks(ofCall call: Int, _ message: [UInt8], isCancelled: () -> Bool) -> [CallBlock] {
    let count = SHA256.blockCount(length: message.count)
    var blocks: [CallBlock] = []
    blocks.reserveCapacity(count)
    var state = SHA256.initialState
    for index in 0..<count {
      if index % 1024 == 1023, isCancelled() { break }
      let words = SHA256.block(index, of: message)
      let after = SHA256.compress(state, words)
      blocks.append(
        CallBlock(
          call: call, index: index, length: message.count, work: BlockWork(state: state, words: words), after: after))
      state = after
    }
    return blocks
  }
}

/// Traces of `BlockAIR`.
enum BlockTrace {
  /// Fills the trace of `blocks`, which are runs of whole calls, and padding.
  static func fill(_ trace: TraceView, _ blocks: ArraySlice<CallBlock>, _ call: HostCall) throws(CircuitError) {
    let padding = BlockRounds(.padding)
    let afterPadding = SHA256.compress(BlockWork.padding.state, BlockWork.padding.words)
    try trace.fill(rows: BlockColumns<BabyBear>.self, call) { index, row in
      row.block = BabyBear(UInt32(truncatingIfNeeded: index))
      guard index < blocks.count else {
        fillRounds(&row, padding, after: afterPadding)
        return
      }
      let block = blocks[blocks.startIndex + index]
      fillCall(&row, block)
      fillRounds(&row, BlockRounds(block.work), after: block.after)
    }
  }

  private static func fillCall(_ row: inout BlockColumns<BabyBear>, _ block: CallBlock) {
    row.call = BabyBear(UInt32(truncatingIfNeeded: block.call))
    row.index = BabyBear(UInt32(truncatingIfNeeded: block.index))
    row.length = BabyBear(UInt32(truncatingIfNeeded: block.length))
    let end = block.length - SHA256.blockBytes * block.index
    switch end {
    case ..<0: row.isExtra = .one
    case 0..<SHA256.blockBytes:
      row.endWord[end / 8] = .one
      row.endByte[end % 8] = .one
    default: row.isFull = .one
    }
    for byte in 0..<min(max(end, 0), SHA256.blockBytes) {
      let word = block.work.words[byte / 4]
      row.data[byte / 8][byte % 8] = BabyBear(word >> UInt32(24 - 8 * (byte % 4)) & 0xff)
    }
  }

  /// Fills what a row says about the state before and after its block, and about the first three rounds.
  static func fillRounds(_ row: inout BlockColumns<BabyBear>, _ rounds: BlockRounds, after: SHA256.State) {
    let state = rounds.state
    for word in 0..<8 { write(state[word], to: &row.state[word]) }
    for t in 0..<3 {
      let (a1, e1) = (rounds.a(t - 1), rounds.e(t - 1))
      let eTerms = [
        rounds.a(t - 4), rounds.e(t - 4), SHA256.bigSigma1(e1),
        SHA256.choose(e1, rounds.e(t - 2), rounds.e(t - 3)), SHA256.constants[t], rounds.w[t],
      ]
      let eSum = LimbSum(eTerms, minus: [rounds.e(t)])
      let aTerms = [rounds.e(t), SHA256.bigSigma0(a1), SHA256.majority(a1, rounds.a(t - 2), rounds.a(t - 3))]
      let aSum = LimbSum(aTerms, minus: [rounds.a(t - 4), rounds.a(t)])
      let (eLow, aLow) = (eSum.low >> 24, aSum.low >> 24)
      row.eCarry[t][0].set(eLow)
      row.eCarry[t][1].set((eSum.high + eLow) >> 8)
      row.aCarry[t][0].set(aLow + 1)
      row.aCarry[t][1].set((aSum.high + aLow) >> 8 + 1)
      if t < 2 {
        write(rounds.a(t), to: &row.a[t])
        write(rounds.e(t), to: &row.e[t])
      }
    }
    for word in 0..<8 {
      let sum = LimbSum([state[word], after[word] &- state[word]])
      let low = sum.low >> 24
      row.digestCarry[word][0] = BabyBear(low)
      row.digestCarry[word][1] = BabyBear((sum.high + low) >> 8)
      for byte in 0..<4 {
        row.digest[word][byte] = BabyBear(after[word] >> UInt32(24 - 8 * byte) & 0xff)
      }
    }
  }
}

/// A sum of words, cut at bit 24.
struct LimbSum {
  private(set) var low = 0
  private(set) var high = 0

  init(_ terms: [UInt32], minus others: [UInt32] = []) {
    for term in terms {
      low += Int(term & 0xff_ffff)
      high += Int(term >> 24)
    }
    for term in others {
      low -= Int(term & 0xff_ffff)
      high -= Int(term >> 24)
    }
  }
}
