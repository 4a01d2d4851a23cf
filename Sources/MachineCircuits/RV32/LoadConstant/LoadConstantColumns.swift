import AIR

/// The columns of the chip `loadConstant`: 14.
struct LoadConstantColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var state: ExecutionState<T>
  var rdPointer: T
  /// Next pc - pc.
  var offset: T
  var value: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rdTime: T
}
