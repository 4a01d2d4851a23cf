import AIR

/// The columns of the chip `jumpRegister`: 21.
struct JumpRegisterColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var operands: RegisterImmediate<T>
  /// Signed, in [-2048, 2047].
  var immediate: T
  var link: Word<T>
  /// Bit 0 of rs1 + immediate, which the jump clears.
  var isOdd: T
}
