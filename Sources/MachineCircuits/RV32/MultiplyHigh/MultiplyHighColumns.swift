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
  var state: ExecutionState<T>
  var rdPointer: T
  var rs1Pointer: T
  var rs2Pointer: T
  var rs1: Word<T>
  var rs2: Word<T>
  var rd: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rs1Time: T
  var rs2Time: T
  var rdTime: T
}
