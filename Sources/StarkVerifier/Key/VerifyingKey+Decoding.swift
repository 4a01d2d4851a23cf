import AIR
import Algebra
import Hashing

extension VerifyingKey {
  /// Reads a key file: a body and its pre-hash, to the end of `bytes`. The pre-hash is computed again and must be
  /// equal, so that no changed key passes under an old hash. Every rule of `validate()` is checked where it is read,
  /// and the bytes are the only ones that encode to this key.
  @_specialize(where H == InnerConfiguration)
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try self.init(from: &reader, bytes: bytes)
    try reader.finish()
  }

  /// Reads a body alone and computes the pre-hash.
  @_specialize(where H == InnerConfiguration)
  public init(decodingBody bytes: [UInt8]) throws(DecodeError) {
    var reader = ByteReader(bytes)
    (parameters, airs, traceHeightConstraints) = try Self.decodeBody(&reader)
    try reader.finish()
    preHash = Self.preHash(body: bytes)
  }

  init(from reader: inout ByteReader, bytes: [UInt8]) throws(DecodeError) {
    (parameters, airs, traceHeightConstraints) = try Self.decodeBody(&reader)
    preHash = Self.preHash(body: bytes[..<reader.offset])
    reader.begin(.key, FieldName("pre_hash"))
    let start = reader.offset
    let stored = try reader.keyDigest(H.self)
    guard stored == preHash else {
      throw reader.failure(
        .preHash, at: start, expected: H.integers(of: preHash).joined(separator: " "),
        found: H.integers(of: stored).joined(separator: " "))
    }
  }

  private static func decodeBody(
    _ reader: inout ByteReader
  ) throws(DecodeError) -> (SystemParameters, [AIRVerifyingKey<H>], [TraceHeightConstraint]) {
    reader.begin(.key, FieldName("params"))
    let parameters = try SystemParameters(from: &reader)
    do throws(KeyError) {
      try parameters.validate()
    } catch {
      throw DecodeError(.invalidKey, field: error.field, offset: 0, expected: error.expected, found: error.found)
    }

    reader.begin(.key, FieldName("airs"))
    // The shortest AIR takes 12 bytes.
    let count = try reader.count(itemSize: 12)
    guard count > 0 else {
      throw reader.failure(.invalidKey, at: reader.offset - 1, expected: "at least one AIR", found: "none")
    }
    var airs: [AIRVerifyingKey<H>] = []
    for id in 0..<count {
      let start = reader.offset
      var offsets = AIRKeyOffsets()
      let air = try AIRVerifyingKey<H>(from: &reader, id: id, offsets: &offsets)
      do throws(AIRKeyProblem) {
        try air.validate(parameters: parameters)
        try air.validateUnusedVariables()
      } catch {
        throw DecodeError(
          .invalidKey, field: "airs[\(id)].\(error.part.name)", offset: offsets.offset(of: error.part) ?? start,
          expected: error.expected, found: error.found)
      }
      airs.append(air)
    }
    return (parameters, airs, try decodeHeightConstraints(&reader, airs: count))
  }

  private static func decodeHeightConstraints(
    _ reader: inout ByteReader, airs: Int
  ) throws(DecodeError) -> [TraceHeightConstraint] {
    reader.begin(.key, FieldName("trace_height_constraints"))
    let count = try reader.count(itemSize: 2)
    var constraints: [TraceHeightConstraint] = []
    for index in 0..<count {
      reader.at(FieldName("trace_height_constraints[]", index))
      let start = reader.offset
      let length = try reader.count(itemSize: 1)
      guard length == airs else {
        throw reader.failure(.invalidKey, at: start, expected: "\(airs) coefficients", found: "\(length)")
      }
      var coefficients: [UInt32] = []
      coefficients.reserveCapacity(length)
      for _ in 0..<length { coefficients.append(try reader.word32()) }
      constraints.append(TraceHeightConstraint(coefficients: coefficients, threshold: try reader.word32()))
    }
    return constraints
  }
}

extension SystemParameters {
  fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
    let lSkip = try reader.integer()
    let nStack = try reader.integer()
    let wStack = try reader.integer()
    let logBlowup = try reader.integer()
    let whir = try WHIRParameters(from: &reader)
    let logup = LogUpParameters(
      maxInteractionCount: try reader.word32(), logMaxMessageLength: try reader.word32(),
      powBits: try reader.integer())
    self.init(
      lSkip: lSkip, nStack: nStack, wStack: wStack, logBlowup: logBlowup, whir: whir, logup: logup,
      maxConstraintDegree: try reader.integer())
  }
}

extension WHIRParameters {
  fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
    let k = try reader.integer()
    let rounds = try reader.count(itemSize: 1)
    var queries: [Int] = []
    queries.reserveCapacity(rounds)
    for _ in 0..<rounds { queries.append(try reader.integer()) }
    let muPowBits = try reader.integer()
    let queryPhasePowBits = try reader.integer()
    let foldingPowBits = try reader.integer()
    let proximity: ProximityRegime
    switch try reader.tag(below: 3) {
    case 0: proximity = .uniqueDecoding
    case 1: proximity = .splitUniqueList(m: try reader.integer(), listStartRound: try reader.integer())
    default: proximity = .listDecoding(m: try reader.integer())
    }
    self.init(
      k: k, queriesPerRound: queries, muPowBits: muPowBits, queryPhasePowBits: queryPhasePowBits,
      foldingPowBits: foldingPowBits, proximity: proximity)
  }
}

extension ByteReader {
  /// A `usize` of a key, small enough for an `Int`.
  mutating func integer() throws(DecodeError) -> Int { Int(try varint(limit: UInt64(Int.max))) }

  /// A `u32` of a key.
  mutating func word32() throws(DecodeError) -> UInt32 {
    UInt32(truncatingIfNeeded: try varint(limit: UInt64(UInt32.max)))
  }

  /// The length of a list of a key whose items take at least `itemSize` bytes each.
  mutating func count(itemSize: Int) throws(DecodeError) -> Int {
    let start = offset
    let count = try integer()
    guard count <= remaining / itemSize else {
      throw failure(.truncated, at: start, expected: "at most \(remaining / itemSize) items", found: "\(count)")
    }
    return count
  }

  /// The discriminant of an enumeration with `count` cases.
  mutating func tag(below count: Int) throws(DecodeError) -> Int {
    let start = offset
    let tag = try integer()
    guard tag < count else {
      throw failure(.unknownTag, at: start, expected: "a tag below \(count)", found: "\(tag)")
    }
    return tag
  }

  /// A truth value, or whether an option holds a value.
  mutating func flag() throws(DecodeError) -> Bool {
    let start = offset
    let value = try byte()
    guard value < 2 else { throw failure(.unknownTag, at: start, expected: "0 or 1", found: "\(value)") }
    return value == 1
  }
}
