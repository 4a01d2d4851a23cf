import Hashing
import StarkVerifier

/// What the proofs of an application verify under: the segment key of a machine configuration, which is the same for all
/// programs, and the keys of the application's deferral circuits.
public struct AppVerifyingKey: Hashable, Sendable {
  /// Of a segment. Its parameters, and with them the greatest height of a segment, are part of the configuration.
  public var stark: VerifyingKey<InnerConfiguration>
  /// How many bytes a guest reveals: 8 times a power of two.
  public var publicValueBytes: Int
  /// By deferral index. A verifier holds them against the commitments in the guest's first memory.
  public var deferrals: [DeferralVerifyingKey]

  public init(
    stark: VerifyingKey<InnerConfiguration>, publicValueBytes: Int, deferrals: [DeferralVerifyingKey] = []
  ) {
    self.stark = stark
    self.publicValueBytes = publicValueBytes
    self.deferrals = deferrals
  }

  /// A container with the number of public values, the segment key's length and bytes, the name of the commitment scheme,
  /// and the number of deferral circuits with the log of the batch and the key's length and bytes of each.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    func append(_ key: VerifyingKey<InnerConfiguration>) {
      let bytes = key.encode()
      writer.size(bytes.count)
      writer.append(bytes)
    }
    writer.size(publicValueBytes)
    append(stark)
    let scheme = Array(CommitScheme.current.rawValue.utf8)
    writer.size(scheme.count)
    writer.append(scheme)
    writer.size(deferrals.count)
    for key in deferrals {
      writer.size(key.logBatch)
      append(key.stark)
    }
    return Container.wrap(writer.bytes, kind: .appVerifyingKey)
  }

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var reader = try Container.open(bytes, kind: .appVerifyingKey)
    reader.at(FieldName("public_value_bytes"))
    publicValueBytes = try reader.size()
    guard publicValueBytes >= 8, publicValueBytes.nonzeroBitCount == 1, publicValueBytes <= 1 << 20 else {
      throw reader.failure(
        .inconsistent, at: reader.offset - 4, expected: "8 times a power of two, at most 2^20",
        found: "\(publicValueBytes)")
    }
    reader.at(FieldName("stark_key"))
    stark = try reader.verifyingKey(named: "stark_key")
    reader.at(FieldName("commit_scheme"))
    let scheme = try reader.bytes(try reader.length(itemSize: 1))
    guard scheme == Array(CommitScheme.current.rawValue.utf8) else {
      throw reader.failure(
        .unknownTag, at: reader.offset - scheme.count, expected: CommitScheme.current.rawValue,
        found: String(decoding: scheme.prefix(64), as: UTF8.self))
    }
    reader.at(FieldName("deferrals"))
    let count = try reader.length(itemSize: 8)
    deferrals = []
    for index in 0..<count {
      reader.at(FieldName("deferrals[].log_batch", index))
      let logBatch = try reader.size()
      guard logBatch <= DeferralVerifyingKey.maxLogBatch else {
        throw reader.failure(
          .inconsistent, at: reader.offset - 4, expected: "at most \(DeferralVerifyingKey.maxLogBatch)",
          found: "\(logBatch)")
      }
      reader.at(FieldName("deferrals[].key", index))
      deferrals.append(
        DeferralVerifyingKey(stark: try reader.verifyingKey(named: "deferrals[\(index)].key"), logBatch: logBatch))
    }
    try reader.finish()
  }
}

extension ByteReader {
  /// A length and a key of so many bytes.
  fileprivate mutating func verifyingKey(named name: String) throws(DecodeError) -> VerifyingKey<InnerConfiguration> {
    let length = try length(itemSize: 1)
    let start = offset
    let bytes = try bytes(length)
    do throws(DecodeError) { return try VerifyingKey(decoding: bytes) } catch {
      throw DecodeError(
        error.kind, field: "\(name).\(error.field)", offset: start + error.offset, expected: error.expected,
        found: error.found)
    }
  }
}
