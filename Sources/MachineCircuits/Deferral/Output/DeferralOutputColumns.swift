import AIR

/// The columns of the chip `deferralOutput`: 79. A row is an OUTPUT, but for its blocks.
struct DeferralOutputColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  /// Of the registers that hold the two addresses.
  var destinationPointer: T
  var sourcePointer: T
  /// Of the deferral circuit.
  var index: T
  /// Where the output goes.
  var destination: Word<T>
  /// Where its key is.
  var source: Word<T>
  var output: CommitColumns<T>
  /// In bytes.
  var length: Word<T>
  /// 1 where the output has no bytes.
  var isEmpty: T
  /// What the header hashes to: the half that a sponge keeps, or the digest where there is no more.
  var header: [8 of T]
  /// Of the accesses before, in the order of accesses.
  var times: [12 of T]
}
