import AIR

/// The columns of the chip `addSub`: 26.
struct AddSubColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var isSub: T
  var operands: RegisterRegister<T>
  var rd: Word<T>
}
