/// Why a file, or a set of files that belong together, can't be used. It says nothing about a proof's validity:
/// a proof that was read well and doesn't verify is a `VerifyError`.
public struct ArtefactError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    /// There is no such file.
    case missing
    /// The file is there and can't be read.
    case unreadable
    /// The file has no byte.
    case empty
    /// The file is larger than any artefact of its kind.
    case tooLarge = "too_large"
    /// The bytes are not what the format prescribes.
    case malformed
    /// The file is well-formed, and contradicts another one.
    case inconsistent
    /// A file could not be written.
    case unwritable
  }

  public var kind: Kind
  /// As the caller named it.
  public var file: String
  /// The field within the file, such as `whir.rounds[2].num_queries`, where one can be named.
  public var field: String?
  /// The byte at which reading stopped, where one can be named.
  public var offset: Int?
  /// What was expected and what was found.
  public var reason: String

  public init(_ kind: Kind, file: String, field: String? = nil, offset: Int? = nil, _ reason: String) {
    self.kind = kind
    self.file = file
    self.field = field
    self.offset = offset
    self.reason = reason
  }

  public var description: String {
    var place = file
    if let offset { place += ", byte \(offset)" }
    if let field, !field.isEmpty { place += ", \(field)" }
    return "\(place): \(reason)"
  }
}
