import Algebra
import Hashing

extension WHIRProof {
  init(from reader: inout ByteReader) throws(DecodeError) {
    reader.begin(.whir, FieldName("whir.mu_pow_witness"))
    muPowWitness = try reader.element()
    reader.begin(.whir, FieldName("whir.sumcheck_polys"))
    let sumcheckStart = reader.offset
    sumcheckPolys = try StackingProof.decodeRoundPolys(&reader)
    reader.begin(.whir, FieldName("whir.codeword_commits"))
    let laterRounds = try reader.length(itemSize: H.digestByteCount)
    codewordCommits = try reader.digests(laterRounds, H.self)

    // Every round has k sumcheck polynomials; k is not written, so it is derived.
    let rounds = laterRounds + 1
    let (k, remainder) = sumcheckPolys.count.quotientAndRemainder(dividingBy: rounds)
    guard remainder == 0 else {
      throw DecodeError(
        .inconsistent, field: "whir.sumcheck_polys", offset: sumcheckStart,
        expected: "a multiple of the number of rounds, \(rounds)", found: "\(sumcheckPolys.count)")
    }
    guard k < 32 else {
      throw DecodeError(
        .inconsistent, field: "whir.sumcheck_polys", offset: sumcheckStart,
        expected: "a folding factor below 32", found: "\(k)")
    }

    reader.begin(.whir, FieldName("whir.ood_values"))
    oodValues = try reader.exts(laterRounds)
    reader.begin(.whir, FieldName("whir.folding_pow_witnesses"))
    foldingPowWitnesses = try reader.elements(sumcheckPolys.count)
    reader.begin(.whir, FieldName("whir.query_phase_pow_witnesses"))
    queryPhasePowWitnesses = try reader.elements(rounds)
    (initialQueryCount, initialDepth, initialOpenings) = try Self.decodeInitialOpenings(&reader, rowsPerQuery: 1 << k)
    (laterDepth, codewordOpenings) = try Self.decodeCodewordOpenings(
      &reader, count: laterRounds, valuesPerQuery: 1 << k)
    reader.begin(.whir, FieldName("whir.final_poly"))
    finalPoly = try reader.exts(try reader.length(itemSize: 16))
  }

  private static func decodeInitialOpenings(
    _ reader: inout ByteReader, rowsPerQuery: Int
  ) throws(DecodeError) -> (queries: Int, depth: Int, openings: [InitialOpenings]) {
    reader.begin(.whirRound(0), FieldName("whir.initial_openings"))
    let start = reader.offset
    let commitments = try reader.length(itemSize: 4)
    guard commitments > 0 else {
      throw reader.failure(.inconsistent, at: start, expected: "at least one commitment", found: "0")
    }
    let queries = try reader.size()
    guard queries > 0 else {
      let empty = InitialOpenings(width: 0, rows: [], paths: [])
      return (0, 0, [InitialOpenings](repeating: empty, count: commitments))
    }
    reader.at(FieldName("whir.initial_openings.depth"))
    let depth = try reader.size()
    var openings: [InitialOpenings] = []
    openings.reserveCapacity(commitments)
    reader.at(FieldName("whir.initial_openings.widths"))
    try reader.require(commitments, of: 4)
    for _ in 0..<commitments { openings.append(InitialOpenings(width: try reader.size(), rows: [], paths: [])) }
    for commitment in openings.indices {
      reader.begin(.whirRound(0), FieldName("whir.initial_openings[].rows", commitment))
      let rows = try reader.product(queries, rowsPerQuery)
      openings[commitment].rows = try reader.elements(try reader.product(rows, openings[commitment].width))
    }
    for commitment in openings.indices {
      reader.begin(.whirRound(0), FieldName("whir.initial_openings[].paths", commitment))
      openings[commitment].paths = try reader.digests(try reader.product(queries, depth), H.self)
    }
    return (queries, depth, openings)
  }

  private static func decodeCodewordOpenings(
    _ reader: inout ByteReader, count: Int, valuesPerQuery: Int
  ) throws(DecodeError) -> (depth: Int, openings: [CodewordOpenings]) {
    var openings: [CodewordOpenings] = []
    openings.reserveCapacity(count)
    for round in 0..<count {
      reader.begin(.whirRound(round + 1), FieldName("whir.codeword_openings[].values", round))
      let queries = try reader.size()
      let values = try reader.exts(try reader.product(queries, valuesPerQuery))
      openings.append(CodewordOpenings(queryCount: queries, values: values, paths: []))
    }
    reader.begin(.whir, FieldName("whir.codeword_openings.depth"))
    let start = reader.offset
    let depth = try reader.size()
    guard count == 0 ? depth == 0 : depth >= count - 1 else {
      throw reader.failure(
        .inconsistent, at: start,
        expected: count == 0 ? "0 without later rounds" : "at least \(count - 1) for \(count) later rounds",
        found: "\(depth)")
    }
    for round in openings.indices {
      reader.begin(.whirRound(round + 1), FieldName("whir.codeword_openings[].paths", round))
      let siblings = try reader.product(openings[round].queryCount, depth - round)
      openings[round].paths = try reader.digests(siblings, H.self)
    }
    return (depth, openings)
  }
}

extension ByteReader {
  /// The product of two sizes; a truncation error when not even the integer can hold it.
  fileprivate func product(_ a: Int, _ b: Int) throws(DecodeError) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow else { throw failure(.truncated, expected: "\(a) x \(b) items", found: "\(remaining) bytes") }
    return product
  }
}
