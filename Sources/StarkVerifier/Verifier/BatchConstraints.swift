import AIR
import Algebra
import Hashing

// Chapter 10, section 6.4: one sumcheck shows, for all present AIRs at once, that the constraints vanish on every
// row and that the fractions of 6.3 are those of the interactions. Its first round is univariate over the skip
// domain D, the others are multilinear. It ends in claims about all columns at one point r.

extension Verifier {
  /// Returns the point `r = (r_0, r_1, .., r_nMax)` at which the proof opens all columns.
  func verifyBatchConstraints<T: HashTranscript>(
    _ proof: BatchConstraintProof, _ statement: Statement<H>, _ fractions: FractionClaim, transcript: inout T
  ) throws(VerifyError) -> [Ext4] where T.Digest == H.Digest {
    // 6.4.1 and 6.4.2: complete xi, batch the constraints with lambda, state every trace's share of the fractions.
    var xi = fractions.point
    while xi.count < parameters.lSkip + statement.globalDimension { xi.append(transcript.sampleExt()) }
    let lambda = transcript.sampleExt()
    try verifySumClaims(proof, fractions, transcript: &transcript)
    let mu = transcript.sampleExt()

    // 6.4.3 to 6.4.5: the sumcheck itself.
    let (r, claim) = try verifySumcheck(proof, mu: mu, transcript: &transcript)

    // 6.4.6: the openings at r must explain the last claim.
    observeOpenings(proof, statement, transcript: &transcript)
    let expected = expectedClaim(
      proof, statement, fractions, BatchPoint(xi: xi, r: r, lSkip: parameters.lSkip), lambda: lambda, mu: mu)
    guard claim == expected else { throw .batchClaim(Inequality(expected: expected, found: claim)) }
    return r
  }

  private func verifySumClaims<T: HashTranscript>(
    _ proof: BatchConstraintProof, _ fractions: FractionClaim, transcript: inout T
  ) throws(VerifyError) {
    var numerator = Ext4.zero
    var denominator = fractions.alpha
    for (sumP, sumQ) in zip(proof.numeratorTerms, proof.denominatorTerms) {
      transcript.observe(sumP)
      transcript.observe(sumQ)
      numerator += sumP
      denominator += sumQ
    }
    guard numerator == fractions.numerator else {
      throw .numeratorSum(Inequality(expected: fractions.numerator, found: numerator))
    }
    guard denominator == fractions.denominator else {
      throw .denominatorSum(Inequality(expected: fractions.denominator, found: denominator))
    }
  }

  private func verifySumcheck<T: HashTranscript>(
    _ proof: BatchConstraintProof, mu: Ext4, transcript: inout T
  ) throws(VerifyError) -> (r: [Ext4], claim: Ext4) {
    var batched = Ext4.zero
    var muPower = Ext4.one
    for (sumP, sumQ) in zip(proof.numeratorTerms, proof.denominatorTerms) {
      batched += muPower * (sumP + mu * sumQ)
      muPower *= mu.squared
    }
    for coefficient in proof.univariateCoefficients { transcript.observe(coefficient) }
    let sum = Univariate.sumOverSubgroup(log: parameters.lSkip, coefficients: proof.univariateCoefficients)
    guard sum == batched else { throw .univariateSum(Inequality(expected: batched, found: sum)) }
    var r = [transcript.sampleExt()]
    var claim = Univariate.evaluate(proof.univariateCoefficients, at: r[0])
    for values in proof.roundPolys {
      for value in values { transcript.observe(value) }
      let challenge = transcript.sampleExt()
      let at0 = claim - (values.first ?? .zero)
      claim = Univariate.interpolate([at0] + values, at: challenge)
      r.append(challenge)
    }
    return (r, claim)
  }

  /// Common main of all traces first, then the other parts of each. A rotation that is not opened counts as zero.
  private func observeOpenings<T: HashTranscript>(
    _ proof: BatchConstraintProof, _ statement: Statement<H>, transcript: inout T
  ) {
    func observe(_ openings: [Ext4], rotated: Bool) {
      for opening in openings {
        transcript.observe(opening)
        if !rotated { transcript.observe(Ext4.zero) }
      }
    }
    for (trace, parts) in zip(statement.traces, proof.columnOpenings) {
      for part in parts.prefix(1) { observe(part, rotated: trace.key.needsRotation) }
    }
    for (trace, parts) in zip(statement.traces, proof.columnOpenings) {
      for part in parts.dropFirst() { observe(part, rotated: trace.key.needsRotation) }
    }
  }

  /// The batched function at `r`, from the openings.
  private func expectedClaim(
    _ proof: BatchConstraintProof, _ statement: Statement<H>, _ fractions: FractionClaim, _ point: BatchPoint,
    lambda: Ext4, mu: Ext4
  ) -> Ext4 {
    let longest = statement.traces.flatMap(\.key.dag.interactions).reduce(0) { max($0, $1.message.count) }
    let betaPowers = powers(of: fractions.beta, count: longest + 1)
    let traceCount = statement.traces.count
    let muPowers = powers(of: mu, count: 3 * traceCount)
    var result = Ext4.zero
    var leafOffset = 0
    for (t, (trace, openings)) in zip(statement.traces, proof.columnOpenings).enumerated() {
      let dag = trace.key.dag
      let nodes = NodeValues(trace, openings: openings, at: trace.openingPoint(point.r), lSkip: parameters.lSkip)

      var constraints = Ext4.zero
      for node in dag.constraints.reversed() { constraints = constraints * lambda + nodes[node] }
      result += muPowers[2 * traceCount + t] * point.zerocheckKernel(trace.cubeDimension) * constraints

      guard !dag.interactions.isEmpty else { continue }
      // A trace with interactions has at most logupDimension cube variables, since the tree has leaves for its rows.
      let logBlock = parameters.lSkip + trace.cubeDimension
      let tail = point.xi[logBlock..<parameters.lSkip + statement.logupDimension]
      var weights = EqWalker(tail, startingAt: leafOffset >> logBlock)
      var numerator = Ext4.zero
      var denominator = Ext4.zero
      for interaction in dag.interactions {
        let weight = weights.value(at: leafOffset >> logBlock)
        leafOffset += 1 << logBlock
        numerator += weight * nodes[interaction.count]
        var message = betaPowers[interaction.message.count] * (BabyBear(UInt32(interaction.busIndex)) + .one)
        for (field, power) in zip(interaction.message, betaPowers) { message += power * nodes[field] }
        denominator += weight * message
      }
      // Leaves repeat the rows of a trace shorter than the skip domain; the factor makes up for it.
      numerator *= BabyBear.inversePowerOfTwo(max(-trace.dimension, 0))
      result +=
        point.logupKernel(trace.cubeDimension)
        * (muPowers[2 * t] * numerator + muPowers[2 * t + 1] * denominator)
    }
    return result
  }

  private func powers(of base: Ext4, count: Int) -> [Ext4] {
    var powers: [Ext4] = []
    powers.reserveCapacity(count)
    var power = Ext4.one
    for _ in 0..<count {
      powers.append(power)
      power *= base
    }
    return powers
  }
}

/// The kernels that multiply a trace's functions in the batch, evaluated at the sumcheck's point `r`.
private struct BatchPoint {
  let xi: [Ext4]
  let r: [Ext4]
  /// `EQD(l; xi_0, r_0)`; `xi_0` serves as a univariate point here.
  private let zerocheck: Ext4
  /// `EQS(xi_1; r_0)`
  private let logup: Ext4
  /// Entry `n`: the product of `eq1(xi, r)` over cube variables `1 ... n`, and of `r` over those after `n`.
  private let cube: [Ext4]

  init(xi: [Ext4], r: [Ext4], lSkip: Int) {
    self.xi = xi
    self.r = r
    let r0 = r.first ?? .zero
    zerocheck = Kernel.eqD(log: lSkip, xi.first ?? .zero, r0)
    logup = Kernel.eqS(xi.prefix(lSkip), r0)
    var cube = [Ext4](repeating: .one, count: r.count)
    for n in 1..<max(r.count, 1) { cube[n] = cube[n - 1] * Kernel.eq1(xi[lSkip + n - 1], r[n]) }
    var exhausted = Ext4.one
    for n in r.indices.reversed() {
      cube[n] *= exhausted
      exhausted *= r[n]
    }
    self.cube = cube
  }

  /// `E(n)` of 6.4.6.
  func zerocheckKernel(_ n: Int) -> Ext4 { zerocheck * cube[n] }
  /// `ES(n)` of 6.4.6.
  func logupKernel(_ n: Int) -> Ext4 { logup * cube[n] }
}
