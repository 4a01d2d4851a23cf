import AIR
import Algebra

/// A block of 64 bytes of a padded message: 542 columns. Words are bits, low end first.
struct BlockColumns<T: Cell>: AIRColumns {
  /// Number of the block among all blocks of the trace: the row.
  var block: T
  /// Number of the call that the block belongs to.
  var call: T
  /// Number of the block in its message, from 0.
  var index: T
  /// Bytes of the message.
  var length: T
  /// Whether all bytes are the message's.
  var isFull: T
  /// Whether nothing of the block is the message's, not even the 0x80 that ends it.
  var isExtra: T
  /// Where the 0x80 is: unit vector of the 8-byte word, or zero where the block has none.
  var endWord: [8 of T]
  /// Unit vector of the byte in that word, or zero.
  var endByte: [8 of T]
  /// The message's bytes, 0 where it has none.
  var data: [8 of [8 of T]]
  /// The state before the block: a to h.
  var state: [8 of [32 of T]]
  /// The words that a and e take in rounds 0 and 1.
  var a: [2 of [32 of T]]
  var e: [2 of [32 of T]]
  /// What the limbs of the sums for e carry in rounds 0, 1 and 2, low and high.
  var eCarry: [3 of [2 of SumCarry<T>]]
  /// What the limbs of the sums for a carry, plus 1.
  var aCarry: [3 of [2 of SmallCarry<T>]]
  /// The state after the block, in bytes, big-endian: the digest, where the block is the last one.
  var digest: [8 of [4 of T]]
  /// What the limbs of its sums carry.
  var digestCarry: [8 of [2 of T]]
}
