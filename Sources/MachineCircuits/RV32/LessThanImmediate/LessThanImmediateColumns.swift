import AIR

/// The columns of the chip `lessThanImmediate`: 21.
struct LessThanImmediateColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var isSigned: T
  var operands: RegisterImmediate<T>
  var immediateLow: T
  /// With the top bit flipped where the comparison is signed.
  var immediateHigh: T
  /// The result.
  var isLess: T
  /// 1 where the comparison is signed and rs1 is negative.
  var rs1Sign: T
  /// See `compareHalves`.
  var blend: T
}
