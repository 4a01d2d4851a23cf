import Hashing
import StarkVerifier

/// The proof of a whole run: its segments in order, and what the guest revealed.
public struct AppProof: Hashable, Sendable {
  public var segments: [Proof<InnerConfiguration>]
  public var userPublicValues: UserPublicValuesProof

  public init(segments: [Proof<InnerConfiguration>], userPublicValues: UserPublicValuesProof) {
    self.segments = segments
    self.userPublicValues = userPublicValues
  }
}

extension AppProof {
  /// A container with the number of segments, each segment's length and bytes, and the public values: siblings,
  /// values, commitment (chapter 40, section 6.1).
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.size(segments.count)
    for segment in segments {
      let bytes = segment.encode()
      writer.size(bytes.count)
      writer.append(bytes)
    }
    userPublicValues.encode(into: &writer)
    return Container.wrap(writer.bytes, kind: .appProof)
  }

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var reader = try Container.open(bytes, kind: .appProof)
    reader.at(FieldName("segments"))
    // The shortest proof takes more than 4 bytes.
    let count = try reader.length(itemSize: 8)
    segments = []
    for index in 0..<count {
      reader.at(FieldName("segments[]", index))
      let length = try reader.length(itemSize: 1)
      let start = reader.offset
      let segment = try reader.bytes(length)
      do throws(DecodeError) { segments.append(try Proof(decoding: segment)) } catch {
        throw DecodeError(
          error.kind, field: "segments[\(index)].\(error.field)", offset: start + error.offset,
          expected: error.expected, found: error.found)
      }
    }
    userPublicValues = try UserPublicValuesProof(from: &reader)
    try reader.finish()
  }
}

extension UserPublicValuesProof {
  func encode(into writer: inout ByteWriter) {
    writer.size(siblings.count)
    writer.digests(siblings, InnerConfiguration.self)
    writer.size(values.count)
    writer.elements(values)
    writer.digest(commit, InnerConfiguration.self)
  }

  init(from reader: inout ByteReader) throws(DecodeError) {
    reader.at(FieldName("user_public_values.siblings"))
    let siblingCount = try reader.length(itemSize: InnerConfiguration.digestByteCount)
    siblings = try reader.digests(siblingCount, InnerConfiguration.self)
    reader.at(FieldName("user_public_values.values"))
    let valueCount = try reader.length(itemSize: 4)
    values = try reader.elements(valueCount)
    reader.at(FieldName("user_public_values.commit"))
    commit = try reader.digest(InnerConfiguration.self)
  }
}
