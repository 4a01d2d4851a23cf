import Crypto

/// The SHA-256 of bytes.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// Of `content`.
  public init(of content: [UInt8]) { bytes = Array(SHA256.hash(data: content)) }

  /// Reads 64 hexadecimal digits; nil for anything else.
  public init?(_ text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(of: digits[place]), let low = Self.value(of: digits[place + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  /// A digest that was computed elsewhere; nil unless it has 32 bytes.
  public init?(sha256 bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

  /// 64 hexadecimal digits.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The first digits, for people.
  public var short: String { String(description.prefix(12)) }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

/// The SHA-256 of fields one after the other, each with its length before it, so that no two lists of fields look
/// alike.
struct FieldDigest {
  private var hash = SHA256()

  /// A digest of fields of one purpose.
  init(purpose: String) { add(purpose) }

  mutating func add(_ bytes: [UInt8]) {
    addRaw(UInt64(bytes.count))
    hash.update(data: bytes)
  }

  mutating func add(_ text: String) { add(Array(text.utf8)) }

  mutating func add(_ number: UInt64) {
    addRaw(8)
    addRaw(number)
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    addRaw(UInt64(bytes.count))
    hash.update(bufferPointer: bytes)
  }

  func finish() -> ContentDigest { ContentDigest(bytes: Array(hash.finalize())) }

  private mutating func addRaw(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { hash.update(bufferPointer: $0) }
  }
}
