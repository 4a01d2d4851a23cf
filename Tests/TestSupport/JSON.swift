import Algebra
import Foundation

/// A parsed JSON document, read by subscripts. A lookup that fails gives `null`, so that a test fails where it
/// compares, with the path in hand.
public struct JSON: @unchecked Sendable {
  // SAFE: the tree of Foundation values is immutable.
  private let value: Any?

  public init(parsing data: Data) throws {
    value = try JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed])
  }

  private init(_ value: Any?) { self.value = value }

  public subscript(key: String) -> JSON { JSON((value as? [String: Any])?[key]) }
  public subscript(index: Int) -> JSON {
    guard let array = value as? [Any], array.indices.contains(index) else { return JSON(nil) }
    return JSON(array[index])
  }

  public var isNull: Bool { value == nil || value is NSNull }
  public var array: [JSON] { (value as? [Any] ?? []).map { JSON($0) } }
  public var keys: [String] { (value as? [String: Any] ?? [:]).keys.sorted() }
  public var string: String? { value as? String }
  public var int: Int? { (value as? NSNumber)?.intValue }
  public var double: Double? { (value as? NSNumber)?.doubleValue }
  public var bool: Bool? { value as? Bool }
  public var ints: [Int] { array.compactMap(\.int) }

  /// A canonical integer as a field element.
  public var element: BabyBear { BabyBear(int ?? -1) }
  public var elements: [BabyBear] { ints.map { BabyBear($0) } }
  /// `[c0, c1, c2, c3]` as an extension element.
  public var ext: Ext4 {
    let c = elements
    return c.count == 4 ? Ext4(c[0], c[1], c[2], c[3]) : .zero
  }
}

/// The bytes of a hexadecimal string; nil for an odd length or another character.
public func bytes(hex: String) -> [UInt8]? {
  let digits = Array(hex.utf8)
  guard digits.count % 2 == 0 else { return nil }
  var result: [UInt8] = []
  result.reserveCapacity(digits.count / 2)
  for i in stride(from: 0, to: digits.count, by: 2) {
    guard let high = Character(UnicodeScalar(digits[i])).hexDigitValue,
      let low = Character(UnicodeScalar(digits[i + 1])).hexDigitValue
    else { return nil }
    result.append(UInt8(high << 4 | low))
  }
  return result
}
