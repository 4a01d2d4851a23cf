import AIR
import Algebra

extension AIRBuilder {
  /// `isLess` is 1 if and only if `2^16 high + low < 0`. One look-up and one constraint.
  ///
  /// Assumes: `high` and `low` stand for integers in `(-2^16, 2^16)`; `isLess` is boolean; `scaledHigh` is `high`, or
  /// something else in `[-2^16, 2^16)` whose sign decides where `high` is not 0.
  ///
  /// `blend` is a free column. `decisive = low + blend high` is `low` where `high` is 0, whatever `blend` is, and the
  /// constraint makes it `scaledHigh` where it is not. So `decisive` is an integer in `[-2^16, 2^16)` with the sign of
  /// the difference, and `decisive + 2^16 isLess` lies in `[0, 2^16)` exactly when `isLess` tells that sign.
  ///
  /// Broken if removed: without the constraint, `blend` makes any number of two different high halves; without the
  /// look-up, either answer is accepted.
  func compareHalves(
    high: Expr, low: Expr, blend: Expr, scaledHigh: Expr? = nil, isLess: Expr, enabled: Expr
  ) {
    let decisive = low + blend * high
    assertZero("different high halves decide", high * (decisive - (scaledHigh ?? high)))
    lookUpRange("sign of the difference", decisive + 65536 * isLess, bits: 16, enabled: enabled)
  }
}

/// The differences of two words by halves, as traces need them.
struct HalfDifferences {
  var high: Int32
  var low: Int32

  init(high: Int32, low: Int32) {
    self.high = high
    self.low = low
  }

  /// `x - y`, both unsigned or both signed.
  @inline(__always)
  init(_ x: UInt32, _ y: UInt32, isSigned: Bool) {
    high =
      isSigned
      ? (Int32(bitPattern: x) >> 16) - (Int32(bitPattern: y) >> 16)
      : Int32(x >> 16) - Int32(y >> 16)
    low = Int32(x & 0xffff) - Int32(y & 0xffff)
  }

  /// The column `blend` of `compareHalves`; counts its look-up. `scaledHigh` is `high` unless given.
  @inline(__always)
  func blend(scaledHigh: Int32? = nil, counting tally: LookupTally) -> BabyBear {
    let decisive = high == 0 ? low : scaledHigh ?? high
    tally.range(UInt32(bitPattern: decisive) & 0xffff, bits: 16)
    return BabyBear(Int(decisive - low)) * SmallInverses.inverse(of: high)
  }
}
