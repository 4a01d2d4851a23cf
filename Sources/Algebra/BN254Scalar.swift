import CKernels

/// An element of the BN254 scalar field, the integers modulo
/// `q = 21888242871839275222246405745257275088548364400416034343698204186575808495617`.
///
/// Held as its Montgomery residue `a * 2^256 mod q`, always below `q`, in four 64-bit limbs, so that equality of
/// elements is equality of bits. Proofs hold canonical integers, 32 bytes big-endian; keys hold residues, 32 bytes
/// little-endian (chapter 10, section 1.3). Arithmetic is total and never traps. The root configuration hashes with
/// this field; traces and challenges stay in BabyBear.
public struct BN254Scalar: Hashable, Sendable, BitwiseCopyable {
  /// Limbs of the residue, least significant first.
  @usableFromInline var limb0, limb1, limb2, limb3: UInt64

  private init(_ raw: ck_fr) {
    limb0 = raw.l0
    limb1 = raw.l1
    limb2 = raw.l2
    limb3 = raw.l3
  }

  private var raw: ck_fr { ck_fr(l0: limb0, l1: limb1, l2: limb2, l3: limb3) }

  /// The element `value`.
  public init(_ value: UInt64) { self.init(ck_fr_from_integer(ck_fr(l0: value, l1: 0, l2: 0, l3: 0))) }

  /// The element `integer mod q`, for a 256-bit integer in four words, least significant first.
  public init(reducing integer: [4 of UInt64]) {
    self.init(ck_fr_from_integer(ck_fr(l0: integer[0], l1: integer[1], l2: integer[2], l3: integer[3])))
  }

  /// The integer in `0 ..< q` that this element stands for, in four words, least significant first.
  public var integer: [4 of UInt64] {
    let words = ck_fr_to_integer(raw)
    return [words.l0, words.l1, words.l2, words.l3]
  }

  /// Limbs of the residue, least significant first.
  public var montgomery: [4 of UInt64] { [limb0, limb1, limb2, limb3] }

  /// `q`, in four words, least significant first.
  public static let modulus: [4 of UInt64] = [
    0x43e1_f593_f000_0001, 0x2833_e848_79b9_7091, 0xb850_45b6_8181_585d, 0x3064_4e72_e131_a029,
  ]
  public static let zero = BN254Scalar(0)
  public static let one = BN254Scalar(1)
  /// Bytes of an element in proofs and in keys.
  public static let byteCount = 32
}

// MARK: Arithmetic

extension BN254Scalar {
  public static func + (a: BN254Scalar, b: BN254Scalar) -> BN254Scalar { BN254Scalar(ck_fr_add(a.raw, b.raw)) }
  public static func - (a: BN254Scalar, b: BN254Scalar) -> BN254Scalar { BN254Scalar(ck_fr_sub(a.raw, b.raw)) }
  public static func * (a: BN254Scalar, b: BN254Scalar) -> BN254Scalar { BN254Scalar(ck_fr_mul(a.raw, b.raw)) }
  public static prefix func - (a: BN254Scalar) -> BN254Scalar { .zero - a }

  public static func += (a: inout BN254Scalar, b: BN254Scalar) { a = a + b }
  public static func -= (a: inout BN254Scalar, b: BN254Scalar) { a = a - b }
  public static func *= (a: inout BN254Scalar, b: BN254Scalar) { a = a * b }

  public var squared: BN254Scalar { self * self }

  /// The multiplicative inverse; zero maps to zero.
  public var inverse: BN254Scalar { BN254Scalar(ck_fr_inverse(raw)) }

  /// `self^exponent`, by repeated squaring.
  public func power(_ exponent: UInt64) -> BN254Scalar {
    var result = BN254Scalar.one
    var base = self
    var remaining = exponent
    while remaining != 0 {
      if remaining & 1 == 1 { result *= base }
      base = base.squared
      remaining >>= 1
    }
    return result
  }
}

// MARK: Bytes

extension BN254Scalar {
  /// The element whose canonical integer stands in exactly 32 big-endian bytes; nil for another count or when the
  /// integer is not below `q`.
  public init?(canonicalBigEndian bytes: some Collection<UInt8>) {
    guard let words = Self.words(littleEndian: bytes.reversed()), ck_fr_is_reduced(words) != 0 else { return nil }
    self.init(ck_fr_from_integer(words))
  }

  /// The element whose Montgomery residue stands in exactly 32 little-endian bytes; nil for another count or when the
  /// residue is not below `q`.
  public init?(montgomeryLittleEndian bytes: some Collection<UInt8>) {
    guard let words = Self.words(littleEndian: bytes), ck_fr_is_reduced(words) != 0 else { return nil }
    self.init(words)
  }

  /// The canonical integer in 32 big-endian bytes.
  public var canonicalBigEndian: [UInt8] { Self.littleEndianBytes(ck_fr_to_integer(raw)).reversed() }

  /// The Montgomery residue in 32 little-endian bytes.
  public var montgomeryLittleEndian: [UInt8] { Self.littleEndianBytes(raw) }

  private static func words(littleEndian bytes: some Collection<UInt8>) -> ck_fr? {
    guard bytes.count == byteCount else { return nil }
    var words: [4 of UInt64] = .init(repeating: 0)
    for (position, byte) in bytes.enumerated() {
      words[position >> 3] |= UInt64(byte) &<< UInt64(8 &* (position & 7))  // position < 32
    }
    return ck_fr(l0: words[0], l1: words[1], l2: words[2], l3: words[3])
  }

  private static func littleEndianBytes(_ words: ck_fr) -> [UInt8] {
    [words.l0, words.l1, words.l2, words.l3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word &>> UInt64(8 &* $0)) }
    }
  }
}

extension BN254Scalar: CustomStringConvertible {
  /// The canonical integer in decimal.
  public var description: String {
    var words = integer
    var digits: [UInt8] = []
    repeat {
      digits.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: Self.divide(&words, by: 10)))
    } while words[0] | words[1] | words[2] | words[3] != 0
    return String(decoding: digits.reversed(), as: UTF8.self)
  }

  /// Divides a 256-bit integer, words least significant first, and returns the remainder. Division by zero leaves
  /// the integer alone and returns zero.
  public static func divide(_ words: inout [4 of UInt64], by divisor: UInt64) -> UInt64 {
    guard divisor != 0 else { return 0 }
    var remainder: UInt64 = 0
    for index in words.indices.reversed() {
      let step = divisor.dividingFullWidth((remainder, words[index]))  // remainder < divisor, so no overflow
      words[index] = step.quotient
      remainder = step.remainder
    }
    return remainder
  }
}
