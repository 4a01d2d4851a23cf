import Algebra
import Hashing
import StarkVerifier

/// Proves the stacked openings (chapter 10, section 6.6).
struct WHIRProver<H: HashConfiguration> {
  let commitments: [StackedCommitment<H>]
  let parameters: SystemParameters
  let domain: SkipDomain
  let workers: Workers

  private var k: Int { parameters.whir.k }
  private var roundCount: Int { parameters.whir.queriesPerRound.count }

  /// `point` is `u` of the stacked reduction: the skip coordinate, then `nStack` more.
  func prove(point u: [Ext4], openings: [Ext4], transcript: inout H.Transcript) throws(ProverError) -> WHIRProof<H> {
    let whir = parameters.whir
    let muWitness = try grind(whir.muPowBits, "mu", &transcript)
    let mu = transcript.sampleExt()
    let logStacked = parameters.logStackedHeight
    var f = combinedMessage(mu: mu)
    subsetSum(f, sign: 1)  // from coefficients to values on the cube
    var w = ExtArray.tensor(multilinearPoint(u).map { (low: Ext4.one - $0 - $0, high: $0) }, workers: workers)
    var claim = Ext4.zero
    for opening in openings.reversed() { claim = claim * mu + opening }

    var proof = WHIRProof<H>(
      muPowWitness: muWitness, sumcheckPolys: [], codewordCommits: [], oodValues: [], foldingPowWitnesses: [],
      queryPhasePowWitnesses: [], initialQueryCount: whir.queriesPerRound[0], initialDepth: 0, initialOpenings: [],
      laterDepth: 0, codewordOpenings: [], finalPoly: [])
    var codeword: MerkleTree<H>?
    for round in 0..<roundCount {
      for _ in 0..<k { claim = try foldRound(&f, &w, claim, &proof, &transcript) }
      let coefficients = ExtArray(count: f.count)
      coefficients.add(f, times: .one, workers: workers)
      subsetSum(coefficients, sign: -1)
      let isLast = round == roundCount - 1
      var next: MerkleTree<H>?
      var oodTerm: (table: ExtArray, value: Ext4)?
      if isLast {
        proof.finalPoly = coefficients.elements
        for coefficient in proof.finalPoly { transcript.observe(coefficient) }
      } else {
        let tree = commit(coefficients, logHeight: logStacked + parameters.logBlowup - round - 1)
        proof.codewordCommits.append(tree.root)
        transcript.observe(tree.root)
        let z0 = transcript.sampleExt()
        let table = ExtArray.eqTable(squares(of: z0, count: f.count.trailingZeroBitCount), workers: workers)
        let value = f.dot(table, workers: workers)
        proof.oodValues.append(value)
        transcript.observe(value)
        oodTerm = (table, value)
        next = tree
      }
      proof.queryPhasePowWitnesses.append(try grind(whir.queryPhasePowBits, "queries", &transcript))
      let logDomain = logStacked + parameters.logBlowup - round - k
      let queries = (0..<whir.queriesPerRound[round]).map { _ in transcript.sampleBits(logDomain) }
      if let codeword {
        open(codeword, queries, isFirstLater: round == 1, &proof)
      } else {
        openInitial(queries, &proof)
      }
      codeword = next
      let gamma = transcript.sampleExt()
      guard let oodTerm else { continue }
      w.add(oodTerm.table, times: gamma, workers: workers)
      claim += gamma * oodTerm.value
      let points = queries.map { BabyBear.rootOfUnity(log: logDomain).power(UInt64($0)) }
      let update = ExtArray(count: f.count)
      QueryUpdate(points: points, gamma: gamma, variables: f.count.trailingZeroBitCount)
        .add(to: update, workers: workers)
      w.add(update, times: .one, workers: workers)
      claim += f.dot(update, workers: workers)
    }
    return proof
  }

  private func grind(_ bits: Int, _ phase: String, _ transcript: inout H.Transcript) throws(ProverError) -> BabyBear {
    guard let witness = transcript.grind(bits: bits, threads: workers.count) else {
      throw .noWitness(phase: phase, bits: bits)
    }
    return witness
  }

  /// `(u_0, u_0^2, u_0^4, .., u_1, u_2, ..)`.
  private func multilinearPoint(_ u: [Ext4]) -> [Ext4] { squares(of: u[0], count: domain.log) + u.dropFirst() }

  private func squares(of z: Ext4, count: Int) -> [Ext4] {
    var result: [Ext4] = []
    var power = z
    for _ in 0..<count {
      result.append(power)
      power = power.squared
    }
    return result
  }

  /// One sumcheck round over `f w`.
  private func foldRound(
    _ f: inout ExtArray, _ w: inout ExtArray, _ claim: Ext4, _ proof: inout WHIRProof<H>,
    _ transcript: inout H.Transcript
  ) throws(ProverError) -> Ext4 {
    let (at1, leading) = f.productRound(w, workers: workers)
    let at0 = claim - at1
    let at2 = at1 + at1 - at0 + leading + leading
    transcript.observe(at1)
    transcript.observe(at2)
    proof.sumcheckPolys.append(StackingProof.RoundPolynomial(at1: at1, at2: at2))
    proof.foldingPowWitnesses.append(try grind(parameters.whir.foldingPowBits, "folding", &transcript))
    let r = transcript.sampleExt()
    f = f.folded(by: r, workers: workers)
    w = w.folded(by: r, workers: workers)
    return at0 + r * (at1 - at0 - leading + r * leading)
  }

  /// All stacked columns combined by powers of mu, in message form: everything up to here is linear, so the columns
  /// are combined as values and transformed once.
  private func combinedMessage(mu: Ext4) -> ExtArray {
    let result = ExtArray(count: 1 << parameters.logStackedHeight)
    let logTile = Swift.min(12, parameters.logStackedHeight)
    var powers: [Ext4] = [.one]
    let width = commitments.reduce(0) { $0 + $1.stackedWidth }
    for _ in 0..<width { powers.append(powers[powers.count - 1] * mu) }
    let coefficients = powers
    workers.forEach(result.count >> logTile) { tile in
      let rows = tile << logTile..<(tile + 1) << logTile
      var columns: [UnsafePointer<BabyBear>] = []
      var factors: [Ext4] = []
      var firstColumn = 0
      for commitment in commitments {
        for slice in commitment.slices(touching: rows, logSkip: domain.log) {
          let factor = coefficients[firstColumn + slice.stackedColumn]
          let data = commitment.column(of: slice)
          if slice.row <= rows.lowerBound, slice.row + 1 << slice.logHeight >= rows.upperBound {
            columns.append(data + rows.lowerBound - slice.row)
            factors.append(factor)
          } else {
            let step = 1 << Swift.max(domain.log - slice.logHeight, 0)
            for i in 0..<(1 << slice.logHeight) {
              let row = slice.row + i * step
              result[row] += factor * data[i]
            }
          }
        }
        firstColumn += commitment.stackedWidth
      }
      result.addCombination(of: columns, coefficients: factors, workers: Workers(1), range: rows)
    }
    for plane in 0..<4 {
      // SAFE: chunks are disjoint.
      nonisolated(unsafe) let start = UnsafeMutableRawPointer(result.base + plane * result.stride).assumingMemoryBound(
        to: BabyBear.self)
      workers.forEachRange(result.count >> domain.log, grain: 1 << 12) { chunks in
        domain.chunksToMessage(start + chunks.lowerBound << domain.log, chunks: chunks.count)
      }
    }
    return result
  }

  private func subsetSum(_ array: ExtArray, sign: Int32) {
    workers.forEach(4) { plane in array.subsetSum(plane: plane, sign: sign) }
  }

  private func commit(_ coefficients: ExtArray, logHeight: Int) -> MerkleTree<H> {
    let codewords = CodewordMatrix(
      width: Ext4.degree, logLength: coefficients.count.trailingZeroBitCount, logHeight: logHeight, workers: workers
    ) { plane, destination in
      destination.words.update(from: coefficients.base + plane * coefficients.stride, count: coefficients.count)
    }
    return MerkleTree(codewords: codewords, logRowsPerLeaf: k, workers: workers)
  }

  private func openInitial(_ queries: [Int], _ proof: inout WHIRProof<H>) {
    proof.initialDepth = commitments[0].tree.depth
    proof.initialOpenings = commitments.map { commitment in
      WHIRProof.InitialOpenings(
        width: commitment.stackedWidth, rows: queries.flatMap { commitment.tree.openedRows(at: $0) },
        paths: queries.flatMap { commitment.tree.path(at: $0) })
    }
  }

  private func open(_ tree: MerkleTree<H>, _ queries: [Int], isFirstLater: Bool, _ proof: inout WHIRProof<H>) {
    if isFirstLater { proof.laterDepth = tree.depth }
    let rows = queries.flatMap { tree.openedRows(at: $0) }
    let values = stride(from: 0, to: rows.count, by: Ext4.degree).map {
      Ext4(rows[$0], rows[$0 + 1], rows[$0 + 2], rows[$0 + 3])
    }
    proof.codewordOpenings.append(
      WHIRProof.CodewordOpenings(
        queryCount: queries.count, values: values, paths: queries.flatMap { tree.path(at: $0) }))
  }
}

extension StackedCommitment {
  /// The slices with rows in `rows`, in order. Slices of one stacked column stand in row order.
  fileprivate func slices(touching rows: Range<Int>, logSkip: Int) -> [StackedSlice] {
    slices.filter { slice in
      slice.row < rows.upperBound && slice.row + 1 << Swift.max(slice.logHeight, logSkip) > rows.lowerBound
    }
  }
}

/// What a round's in-domain queries add to the weights: `sum_q gamma^(2+q) eq((z_q, z_q^2, ..), b)`.
///
/// The points are in the base field, and eq splits into a factor for the low bits of `b` and one for the high bits:
/// for every value of the high bits, one linear combination of short base tables.
private struct QueryUpdate {
  private let lowBits: Int
  private let highBits: Int
  /// A column of `2^lowBits` entries a query.
  private let low: FieldMatrix
  /// A column of `2^highBits` entries a query.
  private let high: FieldMatrix
  private let factors: [Ext4]

  init(points: [BabyBear], gamma: Ext4, variables: Int) {
    lowBits = Swift.min(variables, 10)
    highBits = variables - lowBits
    low = FieldMatrix(height: 1 << lowBits, width: points.count)
    high = FieldMatrix(height: 1 << highBits, width: points.count)
    var factors: [Ext4] = []
    var power = gamma.squared
    for (q, point) in points.enumerated() {
      Self.fillEq(low.column(q), point)
      Self.fillEq(high.column(q), point.squared(times: lowBits))
      factors.append(power)
      power *= gamma
    }
    self.factors = factors
  }

  /// The eq table of `(z, z^2, z^4, ..)`.
  private static func fillEq(_ table: UnsafeMutableBufferPointer<BabyBear>, _ point: BabyBear) {
    table[0] = .one
    var power = point
    var half = 1
    while half < table.count {
      for i in 0..<half {
        let upper = table[i] * power
        table[half + i] = upper
        table[i] -= upper
      }
      power = power.squared
      half *= 2
    }
  }

  func add(to w: ExtArray, workers: Workers) {
    let columns = factors.indices.map { UnsafePointer(low.base + $0 << lowBits) }
    nonisolated(unsafe) let tables = columns  // SAFE: only read
    workers.forEach(1 << highBits) { part in
      let coefficients = factors.enumerated().map { $1 * high[row: part, column: $0] }
      w.addCombination(
        of: tables, coefficients: coefficients, workers: Workers(1), range: part << lowBits..<(part + 1) << lowBits)
    }
  }
}
