import Algebra
import Hashing

// Chapter 10, section 6.6: all stacked columns at once are shown to have their claimed values at u. Each round folds
// k variables by sumcheck, fixes the folded polynomial by a new codeword and a value outside its domain, and opens
// the previous codeword at random places to tie the two together. The last folded polynomial is sent in full.

/// What one round adds to the weights of the running claim.
private struct WHIRRound {
  let gamma: Ext4
  /// The out-of-domain point; none in the last round.
  let outOfDomain: Ext4?
  /// `z_q`: the opened places of the folded codeword's domain.
  let points: [BabyBear]
}

extension Verifier {
  /// - Parameters:
  ///   - openings: by commitment and stacked column, the claimed values at `u`.
  func verifyWHIR<T: HashTranscript>(
    _ proof: WHIRProof<H>, _ openings: [[Ext4]], _ statement: Statement<H>, at u: [Ext4], transcript: inout T
  ) throws(VerifyError) where T.Digest == H.Digest {
    let whir = parameters.whir
    guard transcript.check(bits: whir.muPowBits, witness: proof.muPowWitness) else {
      throw .muPowWitness(bits: whir.muPowBits, witness: proof.muPowWitness)
    }
    let mu = transcript.sampleExt()
    var claim = Univariate.evaluate(openings.flatMap { $0 }, at: mu)

    var foldingChallenges: [Ext4] = []
    var rounds: [WHIRRound] = []
    for (round, queryCount) in whir.queriesPerRound.enumerated() {
      let folds = try verifyFolds(proof, round: round, claim: &claim, transcript: &transcript)
      foldingChallenges += folds

      // Non-final rounds commit to the folded polynomial and bind it outside of its domain.
      var outOfDomain: Ext4?
      var outOfDomainValue = Ext4.zero
      if round < proof.codewordCommits.count {
        transcript.observe(proof.codewordCommits[round])
        outOfDomain = transcript.sampleExt()
        outOfDomainValue = proof.oodValues[round]
        transcript.observe(outOfDomainValue)
      } else {
        for coefficient in proof.finalPoly { transcript.observe(coefficient) }
      }

      let witness = proof.queryPhasePowWitnesses[round]
      guard transcript.check(bits: whir.queryPhasePowBits, witness: witness) else {
        throw .queryPowWitness(round: round, bits: whir.queryPhasePowBits, witness: witness)
      }
      let logDomain = parameters.logDomainSize(round: round)
      var queries: [Int] = []
      for _ in 0..<queryCount { queries.append(transcript.sampleBits(logDomain - whir.k)) }
      let gamma = transcript.sampleExt()

      var values = try openedValues(proof, statement, round: round, queries: queries, mu: mu)
      let coset = FoldingCoset(logDomain: logDomain, k: whir.k)
      claim += gamma * outOfDomainValue
      var power = gamma.squared
      var points: [BabyBear] = []
      for (index, query) in queries.enumerated() {
        claim += power * coset.fold(&values, from: index << whir.k, query: query, challenges: folds)
        power *= gamma
        points.append(coset.foldedPoint(query: query))
      }
      rounds.append(WHIRRound(gamma: gamma, outOfDomain: outOfDomain, points: points))
    }

    let expected = finalClaim(proof.finalPoly, rounds, u: u, foldingChallenges: foldingChallenges)
    guard claim == expected else { throw .finalPolynomial(Inequality(expected: expected, found: claim)) }
  }

  /// The sumcheck of one round; returns its `k` challenges.
  private func verifyFolds<T: HashTranscript>(
    _ proof: WHIRProof<H>, round: Int, claim: inout Ext4, transcript: inout T
  ) throws(VerifyError) -> [Ext4] {
    let whir = parameters.whir
    var challenges: [Ext4] = []
    for fold in 0..<whir.k {
      let polynomial = proof.sumcheckPolys[whir.k * round + fold]
      transcript.observe(polynomial.at1)
      transcript.observe(polynomial.at2)
      let witness = proof.foldingPowWitnesses[whir.k * round + fold]
      guard transcript.check(bits: whir.foldingPowBits, witness: witness) else {
        throw .foldingPowWitness(round: round, fold: fold, bits: whir.foldingPowBits, witness: witness)
      }
      let challenge = transcript.sampleExt()
      claim = Univariate.interpolate(claim - polynomial.at1, polynomial.at1, polynomial.at2, at: challenge)
      challenges.append(challenge)
    }
    return challenges
  }

  /// The weighted sum of the final polynomial that the claim must equal: its value under the initial weights, and
  /// under the weights that every round added.
  private func finalClaim(
    _ finalPoly: [Ext4], _ rounds: [WHIRRound], u: [Ext4], foldingChallenges: [Ext4]
  ) -> Ext4 {
    // U = (u_0, u_0^2, .., u_0^(2^(l-1)), u_1, .., u_nStack)
    let skip = (0..<parameters.lSkip).map { (u.first ?? .zero).squared(times: $0) }
    let point = skip + u.dropFirst()
    let folded = foldingChallenges.count
    var result = Ext4.zero
    for (coefficient, weight) in zip(finalPoly, Kernel.eqTable(point.dropFirst(folded))) {
      result += coefficient * weight
    }
    result *= Kernel.moebius(point.prefix(folded), foldingChallenges)

    for (index, round) in rounds.enumerated() {
      // A point z of this round weighs the later folds by eq(challenges, (z, z^2, z^4, ..)), and what they leave of
      // the polynomial is evaluated at the next power.
      let laterChallenges = foldingChallenges.dropFirst(parameters.whir.k * (index + 1))
      if let outOfDomain = round.outOfDomain {
        var z = outOfDomain
        var weight = round.gamma
        for challenge in laterChallenges {
          weight *= Kernel.eq1(challenge, z)
          z = z.squared
        }
        result += weight * Univariate.evaluate(finalPoly, at: z)
      }
      var power = round.gamma.squared
      for point in round.points {
        var z = point
        var weight = power
        for challenge in laterChallenges {
          // eq1(challenge, z) = 1 - z + (2z - 1) challenge, with z in the base field.
          weight *= challenge * (z + z - .one) + (.one - z)
          z = z.squared
        }
        result += weight * Univariate.evaluate(finalPoly, at: z)
        power *= round.gamma
      }
    }
    return result
  }
}

/// The cosets that queries open: query `y` of a domain of size `2^logDomain` opens the points `x w_k^t`,
/// `x = w^y`, which `k` folds map to the single point `x^(2^k)`.
private struct FoldingCoset {
  private let logDomain: Int
  private let k: Int
  private let generator: BabyBear
  /// `w_k^t` for `t < 2^k`.
  private let roots: [BabyBear]

  init(logDomain: Int, k: Int) {
    self.logDomain = logDomain
    self.k = k
    generator = BabyBear.rootOfUnity(log: logDomain)
    let root = BabyBear.rootOfUnity(log: k)
    var roots: [BabyBear] = []
    var power = BabyBear.one
    for _ in 0..<1 << k {
      roots.append(power)
      power *= root
    }
    self.roots = roots
  }

  func foldedPoint(query: Int) -> BabyBear {
    generator.power(UInt64(truncatingIfNeeded: query)).squared(times: k)
  }

  /// Folds the `2^k` values opened by `query`, which begin at `start`, to one: each fold interpolates a pair at points
  /// `p` and `-p` linearly and evaluates at its challenge.
  func fold(_ values: inout [Ext4], from start: Int, query: Int, challenges: [Ext4]) -> Ext4 {
    var x = generator.power(UInt64(truncatingIfNeeded: query))
    var halfInverseX = generator.power(UInt64(truncatingIfNeeded: (1 << logDomain) - query))
    let mask = (1 << k) - 1
    for (s, challenge) in challenges.enumerated() {
      let half = 1 << (k - 1 - s)
      for t in 0..<half {
        let point = x * roots[t << s]
        let inverseOfTwice = halfInverseX.halved * roots[((1 << k) - (t << s)) & mask]
        let low = values[start + t]
        let difference = low - values[start + t + half]
        values[start + t] = low + (challenge - point) * difference * inverseOfTwice
      }
      x = x.squared
      halfInverseX = halfInverseX.squared
    }
    return values[start]
  }
}
