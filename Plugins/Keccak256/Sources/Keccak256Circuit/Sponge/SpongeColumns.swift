import AIR
import Algebra

/// A block of 136 bytes of a padded message: 2,355 columns. Lanes are bits, or limbs of 16 bits, low end first.
struct SpongeColumns<T: Cell>: AIRColumns {
  /// Number of the call that the block belongs to.
  var call: T
  /// Number of the block in its message, from 0.
  var index: T
  /// Bytes of the message.
  var length: T
  /// Whether all bytes are the message's.
  var isFull: T
  /// Where the padding starts: unit vector of the 8-byte word, or zero where the block has none.
  var endWord: [17 of T]
  /// Unit vector of the byte in that word, or zero.
  var endByte: [8 of T]
  /// The message's bits, 0 where it has none.
  var data: [17 of [64 of T]]
  /// The lanes before the block to which it is added.
  var state: [17 of [64 of T]]
  /// The other lanes before the block.
  var capacity: [8 of [4 of T]]
  /// Which trace has the block's permutation, and its number there.
  var part: T
  var permutation: T
  /// The first four lanes after the permutation, in bytes: the digest, where the block is the last one.
  var digest: [32 of T]
  /// The other lanes after the permutation.
  var after: [21 of [4 of T]]
}
