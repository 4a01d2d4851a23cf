import AIR

/// The columns of the chip `logic`: 27.
struct LogicColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var isOr: T
  /// AND; an instruction that is neither is XOR.
  var isAnd: T
  var operands: RegisterRegister<T>
  var rd: Word<T>
}
