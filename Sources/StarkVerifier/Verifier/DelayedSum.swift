import Algebra

/// A sum of products of extension and base elements that is reduced once, at the end: the verifier's inner loops are
/// such sums, over opened rows and over the final polynomial.
struct DelayedSum {
  private var s0: UInt64 = 0
  private var s1: UInt64 = 0
  private var s2: UInt64 = 0
  private var s3: UInt64 = 0

  private static let modulus = UInt64(BabyBear.modulus)
  /// `p^-1 mod 2^32`
  private static let modulusInverse: UInt32 = 0x8800_0001

  @inline(__always)
  mutating func add(_ a: Ext4, times b: BabyBear) {
    Self.add(a.c0, b, to: &s0)
    Self.add(a.c1, b, to: &s1)
    Self.add(a.c2, b, to: &s2)
    Self.add(a.c3, b, to: &s3)
  }

  /// Keeps `sum < 2^32 p < 2^63`; a product is below `p^2 < 2^62`, so nothing overflows.
  @inline(__always)
  private static func add(_ a: BabyBear, _ b: BabyBear, to sum: inout UInt64) {
    let next = sum &+ UInt64(a.montgomery) &* UInt64(b.montgomery)
    let limit = modulus << 32
    sum = next >= limit ? next &- limit : next
  }

  var value: Ext4 { Ext4(Self.reduce(s0), Self.reduce(s1), Self.reduce(s2), Self.reduce(s3)) }

  /// Montgomery reduction of a sum below `2^32 p`.
  private static func reduce(_ sum: UInt64) -> BabyBear {
    let quotient = UInt32(truncatingIfNeeded: sum) &* modulusInverse
    let correction = (UInt64(quotient) &* modulus) >> 32
    let difference = (sum >> 32) &- correction  // both below p
    let wraps = sum >> 32 < correction
    return BabyBear(uncheckedMontgomery: UInt32(truncatingIfNeeded: wraps ? difference &+ modulus : difference))
  }
}
