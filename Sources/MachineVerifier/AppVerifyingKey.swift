import Hashing
import StarkVerifier

/// The key that segment proofs of a machine configuration verify under. It is the same for all programs.
public struct AppVerifyingKey: Hashable, Sendable {
  /// Of a segment. Its parameters, and with them the greatest height of a segment, are part of the configuration.
  public var stark: VerifyingKey<InnerConfiguration>
  /// How many bytes a guest reveals: 8 times a power of two.
  public var publicValueBytes: Int

  public init(stark: VerifyingKey<InnerConfiguration>, publicValueBytes: Int) {
    self.stark = stark
    self.publicValueBytes = publicValueBytes
  }

  /// A container with the number of public values and the key's bytes.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.size(publicValueBytes)
    writer.append(stark.encode())
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
    let start = reader.offset
    let key = try reader.bytes(reader.remaining)
    do throws(DecodeError) { stark = try VerifyingKey(decoding: key) } catch {
      throw DecodeError(
        error.kind, field: "stark_key.\(error.field)", offset: start + error.offset, expected: error.expected,
        found: error.found)
    }
  }
}
