import AIR

/// The columns of the chip `deferralCommit`: 148. A row is a COMMIT, but for its full blocks.
struct DeferralCommitColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  /// Of the registers that hold the two addresses.
  var destinationPointer: T
  var sourcePointer: T
  /// Of the deferral circuit.
  var index: T
  /// Where the commitment goes.
  var destination: Word<T>
  /// Where the descriptor is, and what it says: where the input is, and how many bytes it has.
  var source: Word<T>
  var pointer: Word<T>
  var length: Word<T>
  /// The words after the last full block.
  var tail: [2 of Word<T>]
  /// 1 for each of their first seven bytes that is one of the input.
  var isTail: [7 of T]
  /// 1 where the input has no bytes.
  var isEmpty: T
  /// What the header hashes to: the half that a sponge keeps, or the digest where there is no more.
  var header: [8 of T]
  /// The same after the full blocks.
  var blocks: [8 of T]
  /// The hash of the input.
  var unfolded: [8 of T]
  var commit: CommitColumns<T>
  /// Words that it replaces.
  var previous: [8 of Word<T>]
  /// Of the accesses before, in the order of accesses.
  var times: [14 of T]
}
