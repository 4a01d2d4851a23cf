/// Why a key, or a set of parameters, cannot be used: which field, what was expected and what was found.
public struct KeyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The field's path, for instance `airs[3].constraint_idx[7]`.
  public let field: String
  public let expected: String
  public let found: String

  public init(field: String, expected: String, found: String) {
    self.field = field
    self.expected = expected
    self.found = found
  }

  public var description: String { "\(field): expected \(expected), found \(found)" }
}
