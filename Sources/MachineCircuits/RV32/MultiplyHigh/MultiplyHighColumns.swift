import AIR

/// The columns of the chip `multiplyHigh`: 30.
struct MultiplyHighColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  /// Signed for MULH and MULHSU.
  var rs1Sign: OperandSign<T>
  /// Signed for MULH.
  var rs2Sign: OperandSign<T>
  /// What the signed product lacks to its high word, as a multiple of 2^64: 0 or 1.
  var wrap: T
  /// The halves of the product's low word.
  var low: [2 of T]
  var operands: RegisterRegister<T>
  var rd: Word<T>
}
