import AIR

/// The columns of the chip `loadWord`: 21.
struct LoadWordColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  var rdPointer: T
  var rs1Pointer: T
  /// Signed, in [-2048, 2047].
  var immediate: T
  var rs1: Word<T>
  /// The word in memory, which becomes rd's.
  var data: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rs1Time: T
  var dataTime: T
  var rdTime: T
}
