import AIR

/// The columns of the chip `logic`: 27.
struct LogicColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var isOr: T
  /// AND; an instruction that is neither is XOR.
  var isAnd: T
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
