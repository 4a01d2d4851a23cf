import Algebra

/// What stands in a cell of a column struct: a field element in a trace, an `Expr` in a constraint.
///
/// Formulas written once for `some Cell` serve both sides: the constraint and the trace generator that fills the
/// cells it speaks of cannot drift apart.
public protocol Cell: BitwiseCopyable, Sendable, ExpressibleByIntegerLiteral where IntegerLiteralType == Int {
  /// The constant as a cell.
  init(_ constant: BabyBear)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self
}

extension BabyBear: Cell {
  /// The element itself.
  @inlinable
  public init(_ constant: BabyBear) { self = constant }
}

// The shapes below are part of a key's bytes (chapter 10, section 4.4): two expressions with the same values but
// different trees give different keys.
extension Cell {
  /// `x + x`.
  @inlinable
  public var doubled: Self { self + self }

  /// `(x * x) * x`.
  @inlinable
  public var cubed: Self { self * self * self }

  /// `x * (x - 1)`, which vanishes exactly on 0 and 1.
  @inlinable
  public var booleanCheck: Self { self * (self - 1) }

  /// `(x * (x - 1)) * (x - 2)`, which vanishes exactly on 0, 1 and 2.
  @inlinable
  public var ternaryCheck: Self { self * (self - 1) * (self - 2) }

  /// Exclusive or of two booleans: `(x + y) - x * (y + y)`. Degree 2.
  @inlinable
  public func xor(_ other: Self) -> Self { (self + other) - self * other.doubled }

  /// `self` and not `other`, for booleans: `(1 - other) * self`. Degree 2.
  @inlinable
  public func and(not other: Self) -> Self { (1 - other) * self }

  /// `onTrue` where `self` is 1 and `onFalse` where it is 0: `self * (onTrue - onFalse) + onFalse`.
  @inlinable
  public func select(_ onTrue: Self, else onFalse: Self) -> Self { self * (onTrue - onFalse) + onFalse }
}

extension Sequence where Element: Cell {
  /// The sum, folded from the left; 0 for no elements.
  @inlinable
  public func sum() -> Element {
    var iterator = makeIterator()
    guard var total = iterator.next() else { return 0 }
    while let next = iterator.next() { total = total + next }
    return total
  }

  /// The product, folded from the left; 1 for no elements.
  @inlinable
  public func product() -> Element {
    var iterator = makeIterator()
    guard var total = iterator.next() else { return 1 }
    while let next = iterator.next() { total = total * next }
    return total
  }
}

extension BidirectionalCollection where Element: Cell {
  /// `sum of self[i] * base^i`, by Horner's rule from the last element: how limbs or bits become one value.
  /// For `base` 2 every step is a doubling and an addition, no multiplication. 0 for no elements.
  @inlinable
  public func composed(base: BabyBear) -> Element {
    guard var total = last else { return 0 }
    let scale = Element(base)
    for element in dropLast().reversed() {
      total = (base == 2 ? total.doubled : total * scale) + element
    }
    return total
  }
}
