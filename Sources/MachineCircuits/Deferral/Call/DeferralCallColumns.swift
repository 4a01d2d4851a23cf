import AIR

/// The columns of the chip `deferralCall`: 194. A row is a CALL.
struct DeferralCallColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  /// Of the registers that hold the two addresses.
  var destinationPointer: T
  var sourcePointer: T
  /// Of the deferral circuit.
  var index: T
  /// Where the output's key goes.
  var destination: Word<T>
  /// Where the input's commitment is.
  var source: Word<T>
  var input: CommitColumns<T>
  var output: CommitColumns<T>
  /// Of the output, in bytes: what the key claims.
  var length: Word<T>
  /// The circuit's accumulators, of inputs and of outputs, before the call and after it.
  var oldInputs: [8 of T]
  var oldOutputs: [8 of T]
  var newInputs: [8 of T]
  var newOutputs: [8 of T]
  /// Words that the key replaces.
  var previous: [10 of Word<T>]
  /// Of the accesses before, in the order of accesses.
  var times: [24 of T]
}
