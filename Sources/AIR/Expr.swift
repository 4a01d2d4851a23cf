import Algebra

/// An expression over an AIR's columns, public values and selectors: what constraints are written with.
///
/// A handle of four bytes into the arena of the evaluation it was built in, so that a column struct
/// `C<T>` has the same layout for `T == Expr` as for `T == BabyBear`. Exists only inside `AIR.evaluate`; using it
/// elsewhere is a programming error and stops the program. Operators build trees as written: nothing is simplified,
/// and each node carries its degree multiple (chapter 10, section 4.4).
///
/// ```swift
/// builder.assertZero("carry is boolean", carry * (carry - 1))
/// ```
public struct Expr: Cell {
  let handle: UInt32

  init(handle: UInt32) { self.handle = handle }

  /// The constant `value`. Degree 0.
  public init(_ constant: BabyBear) {
    self = ExpressionArena.bound.append(.constant(constant), degree: 0)
  }

  /// The constant `value mod p`. Degree 0.
  public init(integerLiteral value: Int) { self.init(BabyBear(value)) }

  /// The degree multiple: 1 for columns and selectors, 0 for constants and public values, the greater one for sums,
  /// the sum for products.
  public var degree: Int {
    let arena = ExpressionArena.bound
    return arena.degrees[arena.position(of: self)]
  }
}

extension Expr {
  public static func + (a: Expr, b: Expr) -> Expr { ExpressionArena.bound.add(a, b) }
  public static func - (a: Expr, b: Expr) -> Expr { ExpressionArena.bound.subtract(a, b) }
  public static func * (a: Expr, b: Expr) -> Expr { ExpressionArena.bound.multiply(a, b) }
  public static prefix func - (a: Expr) -> Expr { ExpressionArena.bound.negate(a) }

  public static func += (a: inout Expr, b: Expr) { a = a + b }
  public static func -= (a: inout Expr, b: Expr) { a = a - b }
  public static func *= (a: inout Expr, b: Expr) { a = a * b }
}

// Disfavoured, so that a literal operand is an `Expr` and `x * 2` is not ambiguous.
extension Expr {
  @_disfavoredOverload
  public static func + (a: Expr, b: BabyBear) -> Expr { a + Expr(b) }
  @_disfavoredOverload
  public static func - (a: Expr, b: BabyBear) -> Expr { a - Expr(b) }
  @_disfavoredOverload
  public static func * (a: Expr, b: BabyBear) -> Expr { a * Expr(b) }
  @_disfavoredOverload
  public static func + (a: BabyBear, b: Expr) -> Expr { Expr(a) + b }
  @_disfavoredOverload
  public static func - (a: BabyBear, b: Expr) -> Expr { Expr(a) - b }
  @_disfavoredOverload
  public static func * (a: BabyBear, b: Expr) -> Expr { Expr(a) * b }
}
