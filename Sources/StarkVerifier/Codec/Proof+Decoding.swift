import Algebra
import Hashing

extension Proof {
  /// Reads a proof that fills `bytes` to the end (chapter 10, section 7.3). Memory stays within a small multiple of
  /// the input: a length is believed only as far as bytes are there. The shapes that depend on a key are left to
  /// the verifier.
  @_specialize(where H == InnerConfiguration)
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try self.init(from: &reader)
    try reader.finish()
  }

  init(from reader: inout ByteReader) throws(DecodeError) {
    reader.begin(.codec, FieldName("version"))
    let version = try reader.word()
    guard version == proofCodecVersion else {
      throw reader.failure(.version, at: 0, expected: "\(proofCodecVersion)", found: "\(version)")
    }
    reader.begin(.preamble, FieldName("common_main_commit"))
    commonMainCommit = try reader.digest(H.self)
    traceData = try Self.decodeTraceData(&reader)
    publicValues = try Self.decodePublicValues(&reader)
    gkr = try GKRProof(from: &reader)
    batch = try BatchConstraintProof(from: &reader)
    stacking = try StackingProof(from: &reader)
    whir = try WHIRProof(from: &reader)
  }

  private static func decodeTraceData(_ reader: inout ByteReader) throws(DecodeError) -> [TraceData<H>?] {
    reader.begin(.preamble, FieldName("trace_vdata.presence"))
    // An AIR takes a bit here, and in every valid proof at least the length of its public values further on.
    let count = try reader.length(itemSize: 4)
    var isPresent: [Bool] = []
    isPresent.reserveCapacity(count)
    while isPresent.count < count {
      let bits = try reader.byte()
      for bit in 0..<8 {
        let isSet = (bits >> bit) & 1 == 1
        if isPresent.count < count {
          isPresent.append(isSet)
        } else if isSet {
          throw reader.failure(
            .nonZeroPadding, at: reader.offset - 1, expected: "zero padding above \(count) AIRs", found: "\(bits)")
        }
      }
    }
    var traces: [TraceData<H>?] = []
    traces.reserveCapacity(count)
    for (air, isPresent) in isPresent.enumerated() {
      guard isPresent else {
        traces.append(nil)
        continue
      }
      reader.begin(.preamble, FieldName("trace_vdata[]", air))
      let logHeight = try reader.size()
      let cachedCount = try reader.length(itemSize: H.digestByteCount)
      traces.append(TraceData(logHeight: logHeight, cachedCommits: try reader.digests(cachedCount, H.self)))
    }
    return traces
  }

  private static func decodePublicValues(_ reader: inout ByteReader) throws(DecodeError) -> [[BabyBear]] {
    reader.begin(.preamble, FieldName("public_values"))
    let count = try reader.length(itemSize: 4)
    var lists: [[BabyBear]] = []
    lists.reserveCapacity(count)
    for air in 0..<count {
      reader.begin(.preamble, FieldName("public_values[]", air))
      lists.append(try reader.elements(try reader.length(itemSize: 4)))
    }
    return lists
  }
}

extension GKRProof {
  init(from reader: inout ByteReader) throws(DecodeError) {
    reader.begin(.gkr, FieldName("gkr.logup_pow_witness"))
    logupPowWitness = try reader.element()
    reader.begin(.gkr, FieldName("gkr.q0_claim"))
    q0Claim = try reader.ext()
    reader.begin(.gkr, FieldName("gkr.claims_per_layer"))
    let layers = try reader.length(itemSize: 64)
    claimsPerLayer = []
    claimsPerLayer.reserveCapacity(layers)
    for _ in 0..<layers {
      let values = try reader.exts(4)
      claimsPerLayer.append(LayerClaims(p0: values[0], p1: values[1], q0: values[2], q1: values[3]))
    }
    sumcheckPolys = []
    for round in 1..<Swift.max(layers, 1) {
      reader.begin(.gkr, FieldName("gkr.sumcheck_polys[]", round - 1))
      try reader.require(round, of: 48)
      var polynomials: [RoundPolynomial] = []
      polynomials.reserveCapacity(round)
      for _ in 0..<round {
        let values = try reader.exts(3)
        polynomials.append(RoundPolynomial(at1: values[0], at2: values[1], at3: values[2]))
      }
      sumcheckPolys.append(polynomials)
    }
  }
}

extension BatchConstraintProof {
  init(from reader: inout ByteReader) throws(DecodeError) {
    reader.begin(.zerocheck, FieldName("batch.numerator_terms"))
    let traces = try reader.length(itemSize: 16)
    numeratorTerms = try reader.exts(traces)
    reader.begin(.zerocheck, FieldName("batch.denominator_terms"))
    denominatorTerms = try reader.exts(traces)
    reader.begin(.zerocheck, FieldName("batch.univariate_round_coeffs"))
    univariateCoefficients = try reader.exts(try reader.length(itemSize: 16))
    reader.begin(.zerocheck, FieldName("batch.sumcheck_round_polys"))
    roundPolys = try Self.decodeRoundPolys(&reader)
    columnOpenings = []
    columnOpenings.reserveCapacity(traces)
    for trace in 0..<traces {
      reader.begin(.zerocheck, FieldName("batch.column_openings[]", trace))
      let partCount = try reader.length(itemSize: 4)
      var parts: [[Ext4]] = []
      parts.reserveCapacity(partCount)
      for part in 0..<partCount {
        reader.at(FieldName("batch.column_openings[][]", trace, part))
        parts.append(try reader.exts(try reader.length(itemSize: 16)))
      }
      columnOpenings.append(parts)
    }
  }

  private static func decodeRoundPolys(_ reader: inout ByteReader) throws(DecodeError) -> [[Ext4]] {
    let rounds = try reader.size()
    guard rounds > 0 else { return [] }
    let valuesPerRound = try reader.length(itemSize: 16)
    guard valuesPerRound > 0 else {
      throw reader.failure(.inconsistent, at: reader.offset - 4, expected: "at least one value per round", found: "0")
    }
    // `valuesPerRound` is bounded by the input, so this product is exact.
    try reader.require(rounds, of: valuesPerRound * 16)
    var polynomials: [[Ext4]] = []
    polynomials.reserveCapacity(rounds)
    for _ in 0..<rounds { polynomials.append(try reader.exts(valuesPerRound)) }
    return polynomials
  }
}

extension StackingProof {
  init(from reader: inout ByteReader) throws(DecodeError) {
    reader.begin(.stacking, FieldName("stacking.univariate_round_coeffs"))
    univariateCoefficients = try reader.exts(try reader.length(itemSize: 16))
    reader.begin(.stacking, FieldName("stacking.sumcheck_round_polys"))
    roundPolys = try Self.decodeRoundPolys(&reader)
    reader.begin(.stacking, FieldName("stacking.stacking_openings"))
    let commitments = try reader.length(itemSize: 4)
    openings = []
    openings.reserveCapacity(commitments)
    for commitment in 0..<commitments {
      reader.begin(.stacking, FieldName("stacking.stacking_openings[]", commitment))
      openings.append(try reader.exts(try reader.length(itemSize: 16)))
    }
  }

  /// Quadratic round polynomials with their number in front.
  static func decodeRoundPolys(_ reader: inout ByteReader) throws(DecodeError) -> [RoundPolynomial] {
    let rounds = try reader.length(itemSize: 32)
    var polynomials: [RoundPolynomial] = []
    polynomials.reserveCapacity(rounds)
    for _ in 0..<rounds { polynomials.append(RoundPolynomial(at1: try reader.ext(), at2: try reader.ext())) }
    return polynomials
  }
}
