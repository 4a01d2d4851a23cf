import AIR

/// The columns of the chip `branchEqual`: 19.
struct BranchEqualColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  /// 1 for `branchNotEqual`.
  var isNot: T
  var operands: BranchOperands<T>
  /// What takes the target from that for equal words to that for different ones: the difference of the targets over
  /// that of the low halves, if that is not 0.
  var lowStep: T
  /// The same with the high halves; one step is enough.
  var highStep: T
}
