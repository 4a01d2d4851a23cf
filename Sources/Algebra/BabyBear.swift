/// An element of the BabyBear field, the integers modulo `p = 2^31 - 2^27 + 1`.
///
/// Held as its Montgomery residue `a * 2^32 mod p`, always below `p`, so that equality of elements is equality
/// of bits. `canonical` and `init(canonical:)` cross to ordinary integers; proofs hold canonical integers, key
/// bytes hold residues (chapter 10, section 1.1). Arithmetic is total and never traps.
public struct BabyBear: Hashable, Sendable, BitwiseCopyable {
  /// The residue `a * 2^32 mod p`, below `p`.
  public var montgomery: UInt32

  /// The element whose Montgomery residue is `montgomery`, which must be below `p`.
  @inlinable @inline(__always)
  public init(uncheckedMontgomery montgomery: UInt32) { self.montgomery = montgomery }

  /// The element with the given residue, or nil when it is not below `p`.
  @inlinable
  public init?(montgomery: UInt32) {
    guard montgomery < Self.modulus else { return nil }
    self.montgomery = montgomery
  }

  /// The element `value mod p`.
  @inlinable @inline(__always)
  public init(_ value: UInt32) { montgomery = Self.montgomeryProduct(value, Self.rSquared) }

  /// The element `value mod p`, for any sign.
  @inlinable
  public init(_ value: Int) {
    let remainder = value % Int(Self.modulus)
    self.init(UInt32(truncatingIfNeeded: remainder < 0 ? remainder &+ Int(Self.modulus) : remainder))
  }

  /// The element with the given canonical integer, or nil when it is not below `p`.
  @inlinable
  public init?(canonical value: UInt32) {
    guard value < Self.modulus else { return nil }
    self.init(value)
  }

  /// The integer in `0 ..< p` that this element stands for.
  @inlinable @inline(__always)
  public var canonical: UInt32 { Self.montgomeryProduct(montgomery, 1) }

  /// `p`.
  public static let modulus: UInt32 = 0x7800_0001
  /// `p^-1 mod 2^32`.
  @usableFromInline static let modulusInverse: UInt32 = 0x8800_0001
  /// `2^64 mod p`, which turns an integer into its residue.
  @usableFromInline static let rSquared: UInt32 = 1_172_168_163
  /// The largest `k` with a subgroup of order `2^k`.
  public static let twoAdicity = 27

  public static let zero = BabyBear(uncheckedMontgomery: 0)
  public static let one = BabyBear(uncheckedMontgomery: 268_435_454)
  /// Generator of the multiplicative group; the shift of evaluation cosets.
  public static let generator = BabyBear(31 as UInt32)

  /// `a * b / 2^32 mod p`, in `0 ..< p`, for any `a` and any `b < p`.
  @inlinable @inline(__always)
  static func montgomeryProduct(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let product = UInt64(a) &* UInt64(b)  // < 2^32 p
    let quotient = UInt32(truncatingIfNeeded: product) &* modulusInverse
    let correction = UInt32(truncatingIfNeeded: (UInt64(quotient) &* UInt64(modulus)) >> 32)
    let high = UInt32(truncatingIfNeeded: product >> 32)
    return high >= correction ? high &- correction : high &- correction &+ modulus
  }
}

extension BabyBear {
  @inlinable @inline(__always)
  public static func + (a: BabyBear, b: BabyBear) -> BabyBear {
    let sum = a.montgomery &+ b.montgomery  // < 2p < 2^32
    return BabyBear(uncheckedMontgomery: sum >= modulus ? sum &- modulus : sum)
  }

  @inlinable @inline(__always)
  public static func - (a: BabyBear, b: BabyBear) -> BabyBear {
    let difference = a.montgomery &- b.montgomery
    return BabyBear(
      uncheckedMontgomery: a.montgomery >= b.montgomery ? difference : difference &+ modulus)
  }

  @inlinable @inline(__always)
  public static func * (a: BabyBear, b: BabyBear) -> BabyBear {
    BabyBear(uncheckedMontgomery: montgomeryProduct(a.montgomery, b.montgomery))
  }

  @inlinable @inline(__always)
  public static prefix func - (a: BabyBear) -> BabyBear { .zero - a }

  @inlinable @inline(__always)
  public static func += (a: inout BabyBear, b: BabyBear) { a = a + b }
  @inlinable @inline(__always)
  public static func -= (a: inout BabyBear, b: BabyBear) { a = a - b }
  @inlinable @inline(__always)
  public static func *= (a: inout BabyBear, b: BabyBear) { a = a * b }

  @inlinable @inline(__always)
  public var squared: BabyBear { self * self }

  /// `self^exponent`, by repeated squaring.
  @inlinable
  public func power(_ exponent: UInt64) -> BabyBear {
    var result = BabyBear.one
    var base = self
    var remaining = exponent
    while remaining != 0 {
      if remaining & 1 == 1 { result *= base }
      base = base.squared
      remaining >>= 1
    }
    return result
  }

  /// `self^(2^count)`.
  @inlinable
  public func squared(times count: Int) -> BabyBear {
    var result = self
    for _ in 0..<Swift.max(count, 0) { result = result.squared }
    return result
  }

  /// The multiplicative inverse; zero maps to zero.
  @inlinable
  public var inverse: BabyBear { power(UInt64(Self.modulus &- 2)) }

  /// `self / 2`.
  @inlinable
  public var halved: BabyBear {
    let isOdd = montgomery & 1 == 1
    return BabyBear(uncheckedMontgomery: isOdd ? (montgomery &+ Self.modulus) >> 1 : montgomery >> 1)
  }

  /// `2^-exponent`.
  @inlinable
  public static func inversePowerOfTwo(_ exponent: Int) -> BabyBear {
    BabyBear((Self.modulus &+ 1) / 2).power(UInt64(clamping: exponent))
  }

  /// `w_k`, the fixed generator of the subgroup of order `2^k` (chapter 10, section 1.1), for `0 <= k <= 27`;
  /// zero outside that range.
  @inlinable
  public static func rootOfUnity(log k: Int) -> BabyBear {
    guard k >= 0, k <= twoAdicity else { return .zero }
    return BabyBear(0x1a42_7a41 as UInt32).squared(times: twoAdicity &- k)
  }
}

extension BabyBear: ExpressibleByIntegerLiteral {
  /// The element `value mod p`.
  @inlinable
  public init(integerLiteral value: Int) { self.init(value) }
}

extension BabyBear: CustomStringConvertible {
  /// The canonical integer.
  public var description: String { String(canonical) }
}
