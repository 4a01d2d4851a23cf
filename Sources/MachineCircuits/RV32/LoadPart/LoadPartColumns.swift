import AIR

/// The columns of the chip `loadPart`: 25.
struct LoadPartColumns<T: Cell>: AIRColumns {
  /// 1 for LB and LBU.
  var isByte: T
  /// 1 where the part's last byte is at an odd address. A row without `isByte` and `endsOdd` is padding.
  var endsOdd: T
  /// 1 where the part lies in the upper half of its word.
  var isUpper: T
  /// 1 for LB and LH.
  var isSigned: T
  /// The part's top bit.
  var topBit: T
  var operands: LoadOperands<T>
  /// The word in memory, with its halves exchanged where `isUpper` is 1: the part lies in the first two bytes.
  var rotated: Word<T>
}
