import AIR

/// The columns of the chip `branchLessSigned`: 21.
struct BranchLessSignedColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  /// 1 for `branchNotLessSigned`.
  var isNot: T
  var operands: BranchOperands<T>
  /// 1 where the branch is taken.
  var isTaken: T
  /// 1 where rs1 is negative.
  var rs1Sign: T
  var rs2Sign: T
  /// See `compareHalves`.
  var blend: T
}
