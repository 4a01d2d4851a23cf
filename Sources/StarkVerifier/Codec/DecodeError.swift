/// Why bytes are no proof or no key: which field, where, what was expected and what was found.
public struct DecodeError: Error, Hashable, Sendable {
  /// What is wrong; the numbers are items of chapter 10, section 9.
  public enum Kind: String, Hashable, Sendable {
    /// The version word is not the one that this decoder reads (1).
    case version
    /// The buffer ends before the field does, or a length claims more than the buffer holds (1).
    case truncated
    /// Bytes remain after the last field (1).
    case trailingBytes
    /// A field element is not below the modulus (2).
    case nonCanonicalElement
    /// A digest is not in canonical form (2).
    case nonCanonicalDigest
    /// A padding bit of the presence bitmap is set (3).
    case nonZeroPadding
    /// A number contradicts another one (4 and 5), or is outside the range that the field has.
    case inconsistent
    /// A variable-length integer is longer than it must be, or does not fit its type.
    case nonCanonicalVarint
    /// An enumeration, option or truth value has a tag that does not exist.
    case unknownTag
    /// The key's content breaks a rule that every key obeys.
    case invalidKey
    /// The pre-hash that stands in the key is not the hash of its body.
    case preHash
  }

  public let kind: Kind
  /// The field's path, for instance `whir.initial_openings[2].rows`.
  public let field: String
  /// The byte offset of the offending value.
  public let offset: Int
  public let expected: String
  public let found: String

  public init(_ kind: Kind, field: String, offset: Int, expected: String, found: String) {
    self.kind = kind
    self.field = field
    self.offset = offset
    self.expected = expected
    self.found = found
  }
}

extension DecodeError: CustomStringConvertible {
  public var description: String { "\(field) at byte \(offset): expected \(expected), found \(found)" }
}

/// The path of a field, put together only when somebody reads it: each `[]` of `pattern` takes the next index.
package struct FieldName: Sendable {
  private let pattern: StaticString
  private let first: Int
  private let second: Int

  package init(_ pattern: StaticString, _ first: Int = 0, _ second: Int = 0) {
    self.pattern = pattern
    self.first = first
    self.second = second
  }

  var text: String {
    var indices = [first, second].makeIterator()
    var result = ""
    for character in "\(pattern)" {
      if character == "]", let index = indices.next() { result += String(index) }
      result.append(character)
    }
    return result
  }
}
