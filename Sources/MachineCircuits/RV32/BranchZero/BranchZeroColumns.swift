import AIR

/// The columns of the chip `branchZero`: 12.
struct BranchZeroColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  /// 1 for `branchNotZero`.
  var isNot: T
  var state: ExecutionState<T>
  var rs1Pointer: T
  var offset: T
  var rs1: Word<T>
  var rs1Time: T
  /// What takes the target from that for zero to that for other words: their difference over the sum of rs1's bytes.
  var step: T
}
