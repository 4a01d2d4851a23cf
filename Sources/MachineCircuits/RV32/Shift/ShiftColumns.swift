import AIR

/// The columns of the chip `shift`: 40.
struct ShiftColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var isRight: T
  var isArithmetic: T
  var operands: RegisterRegister<T>
  var rd: Word<T>
  /// Bits 0 to 2 of the distance: the amount for a left shift, 31 - amount for a right shift.
  var bits: [3 of T]
  /// Whether bits 3 and 4 of the distance are 1, 2 or 3.
  var isOffset: [3 of T]
  /// 2^(bits 0 to 2), twice that for a right shift.
  var power: T
  /// The five bytes of rs1 times power.
  var product: [5 of T]
  /// 1 where the shift is arithmetic and rs1 is negative.
  var sign: T
}
