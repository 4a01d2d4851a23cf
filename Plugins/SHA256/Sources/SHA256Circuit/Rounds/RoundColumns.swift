import AIR
import Algebra

/// Four rounds of SHA-256, numbers `4 row ... 4 row + 3` of a block: 454 columns. Words are bits, low end first.
struct RoundColumns<T: Cell>: AIRColumns {
  /// Unit vector of `row / 4`, without its first entry.
  var phase: [3 of T]
  /// Unit vector of `row % 4`, without its first entry.
  var step: [3 of T]
  /// Number of the block, from 0.
  var block: T
  /// The words that a takes in the four rounds.
  var a: [4 of [32 of T]]
  /// The words that e takes.
  var e: [4 of [32 of T]]
  /// The words of the schedule.
  var w: [4 of [32 of T]]
  /// What the limbs of the sums for e carry, low and high. Free in row 0 for the first three rounds.
  var eCarry: [4 of [2 of SumCarry<T>]]
  /// What the limbs of the sums for a carry, plus 1.
  var aCarry: [4 of [2 of SmallCarry<T>]]
  /// What the limbs of the schedule's sums carry. Free in rows 0 to 3.
  var wCarry: [4 of [2 of SmallCarry<T>]]
  /// Parts of the schedule's sums on their way to the row four rows on.
  var sums: [3 of ScheduleSums<T>]

  /// Where row 0 keeps limbs of `a[-1] + e[-1]` and of `a[-1]`, which round 3 adds: the state before the block is in no
  /// row of the trace.
  var borrowed: [4 of T] { sums[1].low }
}

/// Sums of up to three words for each of four rounds, not reduced.
struct ScheduleSums<T: Cell>: AIRColumns {
  /// Sums of bits 0 to 27.
  var low: [4 of T]
  /// Sums of bits 28 to 31, of all four in one number: `sum of 128^j high_j`.
  var high: T
}

/// What the two AIRs tell each other of a block, in five messages: words of the message in rows 0 to 3, with the state
/// after three rounds in row 0; and the state after 64 rounds in row 15.
struct BlockMessage {
  var block: Expr
  /// Of the row that sends it: 0, 1, 2, 3 or 15.
  var row: Expr
  /// Limbs of four words; zero in row 15.
  var words: [Limbs]
  /// Limbs; zero in rows 1, 2 and 3. In row 0: a[0], a[1], a[2], e[0], e[1], e[2], a[-1] + e[-1], a[-1]. In row 15:
  /// a[60], a[61], a[62], e[60], e[61], e[62], a[63], e[63].
  var state: [Limbs]

  var fields: [Expr] { [block, row] + (words + state).flatMap(\.fields) }
}
