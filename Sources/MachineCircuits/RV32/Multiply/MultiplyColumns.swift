import AIR

/// The columns of the chip `multiply`: 25.
struct MultiplyColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  var rdPointer: T
  var rs1Pointer: T
  var rs2Pointer: T
  var rs1: Word<T>
  var rs2: Word<T>
  var rd: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rs1Time: T
  var rs2Time: T
  var rdTime: T
}
