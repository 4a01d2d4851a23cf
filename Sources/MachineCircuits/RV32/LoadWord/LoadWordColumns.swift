import AIR

/// The columns of the chip `loadWord`: 21.
struct LoadWordColumns<T: Cell>: AIRColumns {
  /// 1 on rows with an instruction, 0 on padding.
  var isValid: T
  var operands: LoadOperands<T>
  /// The word in memory, which becomes rd's.
  var data: Word<T>
}
