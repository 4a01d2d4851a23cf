import Algebra

/// The text form of a commitment: `0x` and 64 hexadecimal digits, the big-endian bytes of the integer
/// `sum of d[i] * p^i` (chapter 40, section 0.3). Below 2^248, so it also fits an element of BN254's scalar field.
public struct CommitBytes: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes, the highest first.
  public let bytes: [UInt8]

  /// The form of `digest`.
  public init(_ digest: InnerDigest) {
    // Horner's rule from the highest element, on little-endian words.
    var words = [UInt32](repeating: 0, count: 8)
    for element in digest.elements.reversed() {
      var carry = UInt64(element.canonical)
      for index in words.indices {
        // < 2^32 * p + 2^32 < 2^64
        let value = UInt64(words[index]) &* UInt64(BabyBear.modulus) &+ carry
        words[index] = UInt32(truncatingIfNeeded: value)
        carry = value >> 32
      }
    }
    bytes = words.reversed().flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
  }

  /// Reads the text form, with or without `0x`. Nil when it is not 64 digits of the one form of a digest.
  public init?(_ text: String) {
    let digits = Array((text.hasPrefix("0x") ? text.dropFirst(2) : text[...]).utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    guard let digest = Self.digest(of: bytes), CommitBytes(digest).bytes == bytes else { return nil }
    self.bytes = bytes
  }

  /// The digest.
  public var digest: InnerDigest { Self.digest(of: bytes) ?? InnerConfiguration.emptyDigest }

  public var description: String {
    let digits = Array("0123456789abcdef")
    return "0x" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// Divides by p eight times; nil when something is left.
  private static func digest(of bytes: [UInt8]) -> InnerDigest? {
    var words = bytes
    var elements: [BabyBear] = []
    for _ in 0..<8 {
      var remainder: UInt64 = 0
      for index in words.indices {
        // < 2^31 * 2^8 + 2^8
        let value = remainder << 8 | UInt64(words[index])
        words[index] = UInt8(truncatingIfNeeded: value / UInt64(BabyBear.modulus))
        remainder = value % UInt64(BabyBear.modulus)
      }
      elements.append(BabyBear(UInt32(truncatingIfNeeded: remainder)))
    }
    return words.allSatisfy { $0 == 0 } ? InnerDigest(elements) : nil
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }
}
