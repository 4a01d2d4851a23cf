import AIR

/// The columns of the chip `storeWord`: 21.
struct StoreWordColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var operands: StoreOperands<T>
}
