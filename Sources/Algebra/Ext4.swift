/// An element of the quartic extension `F[X] / (X^4 - 11)` of BabyBear: the field that challenges come from.
///
/// `c0 + c1 X + c2 X^2 + c3 X^3`; wherever an element is written, hashed or observed, it is `c0, c1, c2, c3`
/// (chapter 10, section 1.2). Arithmetic is total and never traps.
public struct Ext4: Hashable, Sendable, BitwiseCopyable {
  public var c0, c1, c2, c3: BabyBear

  @inlinable @inline(__always)
  public init(_ c0: BabyBear, _ c1: BabyBear, _ c2: BabyBear, _ c3: BabyBear) {
    self.c0 = c0
    self.c1 = c1
    self.c2 = c2
    self.c3 = c3
  }

  /// The base element as an extension element.
  @inlinable @inline(__always)
  public init(_ base: BabyBear) { self.init(base, .zero, .zero, .zero) }

  public static let zero = Ext4(.zero)
  public static let one = Ext4(.one)

  /// Number of base elements in one element.
  public static let degree = 4
}

extension Ext4 {
  @inlinable @inline(__always)
  public static func + (a: Ext4, b: Ext4) -> Ext4 { Ext4(a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2, a.c3 + b.c3) }
  @inlinable @inline(__always)
  public static func - (a: Ext4, b: Ext4) -> Ext4 { Ext4(a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2, a.c3 - b.c3) }
  @inlinable @inline(__always)
  public static prefix func - (a: Ext4) -> Ext4 { Ext4(-a.c0, -a.c1, -a.c2, -a.c3) }
  @inlinable @inline(__always)
  public static func + (a: Ext4, b: BabyBear) -> Ext4 { Ext4(a.c0 + b, a.c1, a.c2, a.c3) }
  @inlinable @inline(__always)
  public static func - (a: Ext4, b: BabyBear) -> Ext4 { Ext4(a.c0 - b, a.c1, a.c2, a.c3) }
  @inlinable @inline(__always)
  public static func - (a: BabyBear, b: Ext4) -> Ext4 { Ext4(a - b.c0, -b.c1, -b.c2, -b.c3) }

  @inlinable @inline(__always)
  public static func * (a: Ext4, b: BabyBear) -> Ext4 { Ext4(a.c0 * b, a.c1 * b, a.c2 * b, a.c3 * b) }

  @inlinable @inline(__always)
  public static func * (a: Ext4, b: Ext4) -> Ext4 {
    Ext4(
      a.c0 * b.c0 + timesEleven(a.c1 * b.c3 + a.c2 * b.c2 + a.c3 * b.c1),
      a.c0 * b.c1 + a.c1 * b.c0 + timesEleven(a.c2 * b.c3 + a.c3 * b.c2),
      a.c0 * b.c2 + a.c1 * b.c1 + a.c2 * b.c0 + timesEleven(a.c3 * b.c3),
      a.c0 * b.c3 + a.c1 * b.c2 + a.c2 * b.c1 + a.c3 * b.c0)
  }

  @inlinable @inline(__always)
  static func timesEleven(_ a: BabyBear) -> BabyBear {
    let two = a + a
    let three = two + a
    let four = two + two
    return four + four + three
  }

  @inlinable @inline(__always)
  public static func += (a: inout Ext4, b: Ext4) { a = a + b }
  @inlinable @inline(__always)
  public static func -= (a: inout Ext4, b: Ext4) { a = a - b }
  @inlinable @inline(__always)
  public static func *= (a: inout Ext4, b: Ext4) { a = a * b }
  @inlinable @inline(__always)
  public static func *= (a: inout Ext4, b: BabyBear) { a = a * b }

  @inlinable @inline(__always)
  public var squared: Ext4 { self * self }

  /// `self^(2^count)`.
  @inlinable
  public func squared(times count: Int) -> Ext4 {
    var result = self
    for _ in 0..<Swift.max(count, 0) { result = result.squared }
    return result
  }

  /// `self^exponent`, by repeated squaring.
  @inlinable
  public func power(_ exponent: UInt64) -> Ext4 {
    var result = Ext4.one
    var base = self
    var remaining = exponent
    while remaining != 0 {
      if remaining & 1 == 1 { result *= base }
      base = base.squared
      remaining >>= 1
    }
    return result
  }

  /// `self^p`: multiplies coefficient `i` by the `i`-th power of `11^((p-1)/4)`.
  @inlinable
  public var frobenius: Ext4 {
    let z = BabyBear(1_728_404_513 as UInt32)
    let z2 = z * z
    return Ext4(c0, c1 * z, c2 * z2, c3 * z2 * z)
  }

  /// The multiplicative inverse, `conjugates / norm`; zero maps to zero.
  @inlinable
  public var inverse: Ext4 {
    let first = frobenius
    let second = first.frobenius
    let conjugates = first * second * second.frobenius
    let norm = (self * conjugates).c0  // the product of all conjugates lies in the base field
    return conjugates * norm.inverse
  }

  /// Coefficient `index` in `0 ..< 4`; zero outside.
  @inlinable
  public subscript(index: Int) -> BabyBear {
    switch index {
    case 0: c0
    case 1: c1
    case 2: c2
    case 3: c3
    default: .zero
    }
  }
}

extension Ext4: CustomStringConvertible {
  public var description: String { "[\(c0), \(c1), \(c2), \(c3)]" }
}
