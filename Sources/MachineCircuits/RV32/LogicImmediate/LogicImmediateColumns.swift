import AIR

/// The columns of the chip `logicImmediate`: 23.
struct LogicImmediateColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var isOr: T
  /// ANDI; an instruction that is neither is XORI.
  var isAnd: T
  var operands: RegisterImmediate<T>
  /// The immediate's bytes 0 and 1.
  var immediate: [2 of T]
  /// Its bytes 2 and 3, both: 0 or 255.
  var signByte: T
  /// Bytes 0 and 1 of rd. The others are expressions.
  var rdLow: [2 of T]
  /// The factor by which bytes 2 and 3 of rs1 go into those of rd: -1, 0 or 1.
  var factor: T
}
