import AIR
import Algebra

/// The columns of the chip `storePart`: 23.
struct StorePartColumns<T: Cell>: AIRColumns {
  /// What is stored and where; all zero on padding.
  var place: StorePlace<T>
  /// The low part of rs2 is stored, all of it by REVEAL. `previous` is the aligned word.
  var operands: StoreOperands<T>
}

/// Seven cases in three cells: points with a sum of at most 2, so that each case is picked out by a product of two
/// cells.
///
///     code    case        picked out by, with s the sum
///     0 0 0   padding
///     1 0 0   byte 0      code[0] (2 - s)
///     0 0 1   byte 1      code[2] (2 - s)
///     1 1 0   byte 2      code[0] code[1]
///     0 1 1   byte 3      code[1] code[2]
///     0 1 0   low half    code[1] (2 - s)
///     1 0 1   high half   code[0] code[2]
///     2 0 0   reveal      code[0] (code[0] - 1) / 2
struct StorePlace<T: Cell>: AIRColumns {
  var code: [3 of T]
}

extension StorePlace where T == BabyBear {
  init(_ place: StoreCase) {
    code =
      switch place {
      case .byte0: [1, 0, 0]
      case .byte1: [0, 0, 1]
      case .byte2: [1, 1, 0]
      case .byte3: [0, 1, 1]
      case .lowHalf: [0, 1, 0]
      case .highHalf: [1, 0, 1]
      case .reveal: [2, 0, 0]
      }
  }
}

/// A case of `StorePlace`.
enum StoreCase: CaseIterable {
  case byte0, byte1, byte2, byte3, lowHalf, highHalf, reveal
}

extension StorePlace where T == Expr {
  private var sum: Expr { code[0] + code[1] + code[2] }

  /// 1 in the given case, 0 in all others. Degree 2.
  subscript(place: StoreCase) -> Expr {
    switch place {
    case .byte0: code[0] * (2 - sum)
    case .byte1: code[2] * (2 - sum)
    case .byte2: code[0] * code[1]
    case .byte3: code[1] * code[2]
    case .lowHalf: code[1] * (2 - sum)
    case .highHalf: code[0] * code[2]
    case .reveal: (code[0] * (code[0] - 1)).halved
    }
  }

  /// 1 in every case, 0 on padding: the sum is 1 or 2, or 0. Degree 2.
  var isValid: Expr { (sum * (3 - sum)).halved }

  // Constrains: the code is one of the eight of the table. With the cells in {0, 1, 2}, {0, 1}, {0, 1} the sum is an
  // integer in [0, 4]; the points with sum 3 or 4 are excluded, and those with sum 0, 1 or 2 are in the table.
  // Broken if removed: products of cells that are no selectors; rows that count other than once.
  func assertValid(_ builder: AIRBuilder) {
    builder.assertTernary("code[0] is 0, 1 or 2", code[0])
    builder.assertBoolean("code[1] is boolean", code[1])
    builder.assertBoolean("code[2] is boolean", code[2])
    builder.assertTernary("code has a sum of at most 2", sum)
  }
}
