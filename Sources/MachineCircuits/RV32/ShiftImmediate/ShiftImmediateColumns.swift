import AIR

/// The columns of the chip `shiftImmediate`: 30.
struct ShiftImmediateColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  /// Left by 16 or more.
  var isLeft1: T
  /// Right by less than 16.
  var isRight0: T
  /// Right by 16 or more. An instruction that is none of these is a left shift by less than 16.
  var isRight1: T
  var isArithmetic: T
  var operands: RegisterImmediate<T>
  /// s, from 0 to 16: where halves are cut.
  var cut: T
  /// 2^s.
  var cutPower: T
  /// 2^(16 - s).
  var upperPower: T
  var rd: Word<T>
  /// Bits s and up of the low half.
  var lowUpper: T
  /// Bits s and up of the high half; of the low half again for a left shift by 16 or more.
  var highUpper: T
  /// 1 where the shift is arithmetic and rs1 is negative.
  var sign: T
  /// `lowUpper (lowUpper - 1) / (upperPower - 2)`: exists unless upperPower is 2 and lowUpper is not a bit.
  var quotient: T
}
