import Hashing

/// The part of the protocol that bytes of a key or proof belong to (chapter 10, section 6).
public enum ProtocolStage: Hashable, Sendable, CustomStringConvertible {
  /// A version or another number that only the codec needs.
  case codec
  /// Commitments, heights and public values (6.2).
  case preamble
  /// Fraction-sum argument (6.3).
  case gkr
  /// Batched constraint sumcheck and column openings (6.4).
  case zerocheck
  /// Reduction to stacked openings (6.5).
  case stacking
  /// Batched opening, before and across its rounds (6.6).
  case whir
  /// One round of the batched opening.
  case whirRound(Int)
  /// A verifying key.
  case key

  public var description: String {
    switch self {
    case .codec: "codec"
    case .preamble: "preamble"
    case .gkr: "gkr"
    case .zerocheck: "zerocheck"
    case .stacking: "stacking"
    case .whir: "whir"
    case .whirRound(let round): "whir round \(round)"
    case .key: "key"
    }
  }
}

/// A run of bytes with its meaning.
public struct AnatomySection: Hashable, Sendable {
  /// The field's path, for instance `gkr.claims_per_layer`.
  public let name: String
  public let stage: ProtocolStage
  public let bytes: Range<Int>

  public init(name: String, stage: ProtocolStage, bytes: Range<Int>) {
    self.name = name
    self.stage = stage
    self.bytes = bytes
  }
}

/// Which bytes of an encoded proof say what. The sections stand in order and cover the whole buffer.
public struct ProofAnatomy: Hashable, Sendable {
  public let sections: [AnatomySection]

  /// Decodes `bytes` as `Proof.init(decoding:)` does, with its errors.
  public init<H: HashConfiguration>(of bytes: [UInt8], _: H.Type) throws(DecodeError) {
    var reader = ByteReader(bytes, recordingSections: true)
    _ = try Proof<H>(from: &reader)
    try reader.finish()
    sections = reader.anatomy()
  }
}

/// Which bytes of an encoded verifying key say what. The sections stand in order and cover the whole buffer.
public struct KeyAnatomy: Hashable, Sendable {
  public let sections: [AnatomySection]

  /// Decodes `bytes` as `VerifyingKey.init(decoding:)` does, with its errors.
  public init<H: HashConfiguration>(of bytes: [UInt8], _: H.Type) throws(DecodeError) {
    var reader = ByteReader(bytes, recordingSections: true)
    _ = try VerifyingKey<H>(from: &reader, bytes: bytes)
    try reader.finish()
    sections = reader.anatomy()
  }
}
