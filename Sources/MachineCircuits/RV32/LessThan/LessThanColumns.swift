import AIR

/// The columns of the chip `lessThan`: 26.
struct LessThanColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var isSigned: T
  var operands: RegisterRegister<T>
  /// The result.
  var isLess: T
  /// 1 where the comparison is signed and rs1 is negative.
  var rs1Sign: T
  var rs2Sign: T
  /// See `compareHalves`.
  var blend: T
}
