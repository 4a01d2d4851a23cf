import Hashing
import StarkVerifier

/// The proofs of the calls to one deferral circuit, in the order of the calls.
public struct DeferralProofs: Hashable, Sendable {
  public var batches: [DeferralBatch]

  public init(batches: [DeferralBatch] = []) { self.batches = batches }
}

/// A proof of one call, or of up to `2^logBatch` successive ones.
public struct DeferralBatch: Hashable, Sendable {
  public var proof: Proof<InnerConfiguration>
  /// The calls that the proof's call tree is over. Empty where the key is for single calls: the proof itself shows them.
  public var calls: [CommittedCall]

  public init(proof: Proof<InnerConfiguration>, calls: [CommittedCall] = []) {
    self.proof = proof
    self.calls = calls
  }
}

extension DeferralProofs {
  /// The number of batches; of each the proof's length and bytes, and the number of calls with their two commitments.
  func encode(into writer: inout ByteWriter) {
    writer.size(batches.count)
    for batch in batches {
      let bytes = batch.proof.encode()
      writer.size(bytes.count)
      writer.append(bytes)
      writer.size(batch.calls.count)
      for call in batch.calls {
        writer.digests([call.input.digest, call.output.digest], InnerConfiguration.self)
      }
    }
  }

  init(from reader: inout ByteReader, index: Int) throws(DecodeError) {
    reader.at(FieldName("deferrals[].batches", index))
    let count = try reader.length(itemSize: 8)
    batches = []
    for batch in 0..<count {
      reader.at(FieldName("deferrals[].proof", index))
      let proof = try reader.proof(named: "deferrals[\(index)].batches[\(batch)]")
      reader.at(FieldName("deferrals[].calls", index))
      let callCount = try reader.length(itemSize: 2 * InnerConfiguration.digestByteCount)
      var calls: [CommittedCall] = []
      calls.reserveCapacity(callCount)
      for _ in 0..<callCount {
        let input = try reader.digest(InnerConfiguration.self)
        let output = try reader.digest(InnerConfiguration.self)
        calls.append(CommittedCall(input: InputCommit(digest: input), output: OutputCommit(digest: output)))
      }
      batches.append(DeferralBatch(proof: proof, calls: calls))
    }
  }
}

extension ByteReader {
  /// A length and a proof of so many bytes.
  mutating func proof(named name: String) throws(DecodeError) -> Proof<InnerConfiguration> {
    let length = try length(itemSize: 1)
    let start = offset
    let bytes = try bytes(length)
    do throws(DecodeError) { return try Proof(decoding: bytes) } catch {
      throw DecodeError(
        error.kind, field: "\(name).\(error.field)", offset: start + error.offset, expected: error.expected,
        found: error.found)
    }
  }
}
