import AIR

/// The columns of the chip `addImmediate`: 20.
struct AddImmediateColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var operands: RegisterImmediate<T>
  /// Signed, in [-2048, 2047].
  var immediate: T
  var rd: Word<T>
}
