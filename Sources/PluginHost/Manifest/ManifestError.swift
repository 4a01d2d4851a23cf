/// A mistake in a manifest or lock file, or in a file that one of them names.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// There is no such file.
    case missingFile = "missing_file"
    /// The file cannot be read, or is none.
    case unreadable
    /// The file has more bytes than are read.
    case tooLarge = "too_large"
    /// The bytes are no text: not UTF-8, or a character that TOML does not allow.
    case notText = "not_text"
    /// No TOML.
    case syntax
    /// Keys or values inside one another, deeper than any file needs.
    case tooDeep = "too_deep"
    /// A key that stands twice in a table.
    case duplicateKey = "duplicate_key"
    /// A key that means nothing here.
    case unknownKey = "unknown_key"
    /// A key that must be there and is not.
    case missingKey = "missing_key"
    /// A value of another type.
    case wrongType = "wrong_type"
    /// A number that is too small or too large, or too many of something.
    case outOfRange = "out_of_range"
    /// A text that does not have the form it must have.
    case malformed
    /// A deferral index that another entry has.
    case duplicateIndex = "duplicate_index"
    /// A deferral index that does not follow the one before.
    case gap
    /// Two values that do not go together.
    case conflict
    /// The commitment of another circuit.
    case wrongCommit = "wrong_commit"
    /// A library for another processor or system.
    case wrongArchitecture = "wrong_architecture"
    /// A library that is no plugin, or one for another version of the interface.
    case wrongInterface = "wrong_interface"
    /// A library that is damaged.
    case badLibrary = "bad_library"
  }

  public var kind: Kind
  public var file: String
  /// Counted from 1; nil where the mistake is the file's as a whole.
  public var line: Int?
  /// The path of the key, as `deferral[3].params.child_vk`. Entries are counted from 0, in order of the file.
  public var key: String?
  public var expected: String
  public var found: String

  public init(_ kind: Kind, file: String, line: Int? = nil, key: String? = nil, expected: String, found: String) {
    self.kind = kind
    self.file = file
    self.line = line
    self.key = key
    self.expected = expected
    self.found = found
  }

  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(key.map { "\($0): " } ?? "")expected \(expected), found \(found)"
  }
}

extension ManifestError: Encodable {
  private enum CodingKeys: String, CodingKey {
    case kind, file, line, key, expected, found, message
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind.rawValue, forKey: .kind)
    try container.encode(file, forKey: .file)
    try container.encodeIfPresent(line, forKey: .line)
    try container.encodeIfPresent(key, forKey: .key)
    try container.encode(expected, forKey: .expected)
    try container.encode(found, forKey: .found)
    try container.encode(description, forKey: .message)
  }
}

/// Everything that is wrong with a file: at least one mistake, in order of line.
public struct ManifestFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// At most `maxErrors`.
  public let errors: [ManifestError]
  /// How many mistakes there are besides.
  public let furtherCount: Int

  public static let maxErrors = 100

  public init(_ error: ManifestError) {
    errors = [error]
    furtherCount = 0
  }

  /// Nil when there is no mistake.
  public init?(_ found: [ManifestError], further: Int = 0) {
    guard !found.isEmpty else { return nil }
    // The position breaks ties, so that mistakes on one line stay in the order in which they were found.
    let sorted = found.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
    errors = sorted.prefix(Self.maxErrors).map(\.element)
    furtherCount = max(0, found.count - Self.maxErrors) + further
  }

  /// One mistake to a line.
  public var description: String {
    var lines = errors.map(\.description)
    if furtherCount > 0 { lines.append("and \(furtherCount) more") }
    return lines.joined(separator: "\n")
  }
}
