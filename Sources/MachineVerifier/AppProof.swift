import Hashing
import StarkVerifier

/// The proof of a whole run: its segments in order, what the guest revealed, and the proofs of what it deferred.
public struct AppProof: Hashable, Sendable {
  public var segments: [Proof<InnerConfiguration>]
  public var userPublicValues: UserPublicValuesProof
  /// By deferral index; as many as the key has circuits.
  public var deferrals: [DeferralProofs]
  public var deferralMemory: DeferralMemoryProof

  public init(
    segments: [Proof<InnerConfiguration>], userPublicValues: UserPublicValuesProof, deferrals: [DeferralProofs] = [],
    deferralMemory: DeferralMemoryProof
  ) {
    self.segments = segments
    self.userPublicValues = userPublicValues
    self.deferrals = deferrals
    self.deferralMemory = deferralMemory
  }
}

extension AppProof {
  /// A container with the number of segments, each segment's length and bytes, and the public values: siblings,
  /// values, commitment (chapter 40, section 6.1). Then the number of deferral circuits with the proofs of each, and the
  /// two paths of address space 4.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.size(segments.count)
    for segment in segments {
      let bytes = segment.encode()
      writer.size(bytes.count)
      writer.append(bytes)
    }
    userPublicValues.encode(into: &writer)
    writer.size(deferrals.count)
    for proofs in deferrals { proofs.encode(into: &writer) }
    deferralMemory.encode(into: &writer)
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
      segments.append(try reader.proof(named: "segments[\(index)]"))
    }
    userPublicValues = try UserPublicValuesProof(from: &reader)
    reader.at(FieldName("deferrals"))
    let circuits = try reader.length(itemSize: 4)
    deferrals = []
    for index in 0..<circuits { deferrals.append(try DeferralProofs(from: &reader, index: index)) }
    deferralMemory = try DeferralMemoryProof(from: &reader)
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
