import StarkVerifier

/// The frame of Outrigger's own files: eight bytes of name, a version, what kind of file it is (32 bits each), the
/// payload's length in bytes (64 bits), and the payload. Integers are little-endian.
enum Container {
  enum Kind: UInt32, CaseIterable {
    case appProof = 1
    case appVerifyingKey = 2

    var text: String {
      switch self {
      case .appProof: "an app proof"
      case .appVerifyingKey: "an app verifying key"
      }
    }
  }

  static let magic = Array("OUTRIGGR".utf8)
  static let version: UInt32 = 2

  static func wrap(_ payload: [UInt8], kind: Kind) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(magic)
    writer.word(version)
    writer.word(kind.rawValue)
    writer.word(UInt32(truncatingIfNeeded: payload.count))
    writer.word(UInt32(truncatingIfNeeded: payload.count >> 32))
    writer.append(payload)
    return writer.bytes
  }

  /// A reader at the start of the payload of `bytes`, which hold exactly one container of the kind.
  static func open(_ bytes: [UInt8], kind: Kind) throws(DecodeError) -> ByteReader {
    var reader = ByteReader(bytes)
    reader.at(FieldName("container.magic"))
    let found = try reader.bytes(magic.count)
    guard found == magic else {
      throw reader.failure(.unknownTag, at: 0, expected: "a file of Outrigger's", found: "other bytes")
    }
    reader.at(FieldName("container.version"))
    let foundVersion = try reader.word()
    guard foundVersion == version else {
      throw reader.failure(.version, at: 8, expected: "\(version)", found: "\(foundVersion)")
    }
    reader.at(FieldName("container.kind"))
    let foundKind = try reader.word()
    guard foundKind == kind.rawValue else {
      throw reader.failure(
        .unknownTag, at: 12, expected: kind.text, found: Kind(rawValue: foundKind)?.text ?? "kind \(foundKind)")
    }
    reader.at(FieldName("container.length"))
    let low = try reader.word()
    let high = try reader.word()
    let length = UInt64(high) << 32 | UInt64(low)
    guard length == UInt64(reader.remaining) else {
      throw reader.failure(
        length > UInt64(reader.remaining) ? .truncated : .trailingBytes, at: 16, expected: "\(length) bytes of payload",
        found: "\(reader.remaining)")
    }
    return reader
  }
}
