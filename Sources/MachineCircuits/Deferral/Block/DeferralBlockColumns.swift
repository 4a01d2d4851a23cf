import AIR

/// The columns of the chip `deferralBlock`: 40. A row is eight bytes that an OUTPUT writes or a COMMIT reads.
struct DeferralBlockColumns<T: Cell>: AIRColumns {
  /// 1 on rows with a block, 0 on padding.
  var isValid: T
  /// 1 on rows with a block of an OUTPUT, 0 on rows with one of a COMMIT.
  var isWrite: T
  /// 1 on the last row of bytes that end with it.
  var isLast: T
  /// When and where the run's first block is accessed.
  var start: T
  var base: T
  /// Blocks of the run before this one.
  var position: T
  /// The half of the state that the sponge keeps from before.
  var state: [8 of T]
  /// The block, which is what memory holds after the access.
  var bytes: [2 of Word<T>]
  /// What memory held before.
  var previous: [2 of Word<T>]
  var times: [2 of T]
  /// The half that it keeps for the next block; the digest on the last row.
  var result: [8 of T]
}

/// The blocks of one instruction. They are tied together, and to the instruction, on a bus of their own.
struct DeferralRun {
  /// 1 where the blocks are written, 0 where they are read.
  var isWrite: Expr
  /// Time of the first access, and its address.
  var start: Expr
  var base: Expr

  /// The message of the sponge's state before block `position`, or of the digest after the last one.
  func message(position: Expr, isDigest: Expr, _ state: [Expr]) -> [Expr] {
    [isWrite, isDigest, start, base, position] + state
  }
}
