import AIR

/// The columns of the chip `storeWord`: 21.
struct StoreWordColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  var rs2Pointer: T
  var rs1Pointer: T
  /// Signed, in [-2048, 2047].
  var immediate: T
  var rs1: Word<T>
  /// The word that is stored.
  var rs2: Word<T>
  /// What memory held before.
  var previous: Word<T>
  var rs1Time: T
  var rs2Time: T
  var dataTime: T
}
