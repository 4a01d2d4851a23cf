/// Parameters of an instance with the contents of their files: what a plugin is handed.
public struct ParameterValues: Hashable, Sendable {
  /// In order of key.
  public let parameters: [PluginParameter]

  /// The greatest file that a parameter may name, in bytes.
  public static let maxFileBytes = 256 << 20

  /// Reads the files that an entry of a manifest names as parameters.
  public init(_ entry: DeferralEntry, manifest: Manifest) throws(ManifestError) {
    var parameters: [PluginParameter] = []
    for (number, parameter) in entry.parameters.enumerated() {
      let value: PluginParameter.Value =
        switch parameter.value {
        case .integer(let value): .integer(value)
        case .boolean(let value): .boolean(value)
        case .text(let value): .text(value)
        case .file(let file): .file(try Self.read(file, number: number, of: entry, manifest: manifest))
        }
      parameters.append(PluginParameter(key: parameter.key, value: value))
    }
    self.parameters = parameters
  }

  /// The SHA-256 over names, kinds and values; of files, over the SHA-256 of their contents.
  public var digest: ContentDigest {
    var digest = ParameterDigest()
    for parameter in parameters {
      switch parameter.value {
      case .integer(let number): digest.add(parameter.key, .integer(number))
      case .boolean(let flag): digest.add(parameter.key, .boolean(flag))
      case .text(let text): digest.add(parameter.key, .text(text))
      case .file(let bytes): digest.add(parameter.key, .file(ContentDigest(of: bytes)))
      }
    }
    return digest.finish()
  }

  /// The digest of an entry's parameters, of whose files `fileDigest` knows the digests.
  static func digest(
    of entry: DeferralEntry, fileDigest: (_ number: Int, _ path: String) throws(ManifestError) -> ContentDigest
  ) throws(ManifestError) -> ContentDigest {
    var digest = ParameterDigest()
    for (number, parameter) in entry.parameters.enumerated() {
      switch parameter.value {
      case .integer(let value): digest.add(parameter.key, .integer(value))
      case .boolean(let value): digest.add(parameter.key, .boolean(value))
      case .text(let value): digest.add(parameter.key, .text(value))
      case .file(let path): digest.add(parameter.key, .file(try fileDigest(number, path)))
      }
    }
    return digest.finish()
  }

  /// The content of the file that parameter `number` of an entry names.
  static func read(
    _ file: String, number: Int, of entry: DeferralEntry, manifest: Manifest
  ) throws(ManifestError) -> [UInt8] {
    let path = manifest.resolve(file)
    do throws(HostFile.Failure) {
      return try HostFile.read(path, limit: maxFileBytes)
    } catch {
      let line = number < entry.lines.parameters.count ? entry.lines.parameters[number] : 0
      let name = number < entry.parameters.count ? entry.parameters[number].key : ""
      throw ManifestError(
        error.kind, file: manifest.path, line: line == 0 ? nil : line,
        key: "deferral[\(entry.index)].params.\(name).file", expected: "\(error.expected) at \(path)",
        found: error.found)
    }
  }
}

/// What the digest of parameters is over.
private struct ParameterDigest {
  enum Value {
    case integer(Int64)
    case boolean(Bool)
    case text(String)
    case file(ContentDigest)
  }

  private var fields = FieldDigest(purpose: "outrigger.params/1")

  mutating func add(_ key: String, _ value: Value) {
    fields.add(key)
    switch value {
    case .integer(let number):
      fields.add("integer")
      fields.add(UInt64(bitPattern: number))
    case .boolean(let flag):
      fields.add("boolean")
      fields.add(UInt64(flag ? 1 : 0))
    case .text(let text):
      fields.add("text")
      fields.add(text)
    case .file(let digest):
      fields.add("file")
      fields.add(digest.bytes)
    }
  }

  func finish() -> ContentDigest { fields.finish() }
}
