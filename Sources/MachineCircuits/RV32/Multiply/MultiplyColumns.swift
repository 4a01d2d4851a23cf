import AIR

/// The columns of the chip `multiply`: 25.
struct MultiplyColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var operands: RegisterRegister<T>
  var rd: Word<T>
}
