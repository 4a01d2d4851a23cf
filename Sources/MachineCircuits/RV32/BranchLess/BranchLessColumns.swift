import AIR

/// The columns of the chip `branchLess`: 19.
struct BranchLessColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  /// 1 for `branchNotLessUnsigned`.
  var isNot: T
  var operands: BranchOperands<T>
  /// 1 where the branch is taken.
  var isTaken: T
  /// See `compareHalves`.
  var blend: T
}
