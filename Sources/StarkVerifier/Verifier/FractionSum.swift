import Algebra
import Hashing

// Chapter 10, section 6.3: every interaction of every row is a fraction count / (alpha + message hash). All of them
// sum to zero exactly if, on every bus, what is sent is received. A tree adds the fractions in pairs; the argument
// walks from the root to the leaves, halving a claim about two nodes to one about their line at each layer.

/// What the fraction-sum argument leaves to prove: the leaf layer's extensions at `point` are `numerator` and
/// `denominator`.
struct FractionClaim {
  /// Separates buses and messages from zero.
  let alpha: Ext4
  /// Combines the fields of a message.
  let beta: Ext4
  var numerator: Ext4
  var denominator: Ext4
  /// `xi`; empty without interactions.
  var point: [Ext4]
}

extension Verifier {
  func verifyFractionSum<T: HashTranscript>(
    _ proof: GKRProof, _ statement: Statement<H>, transcript: inout T
  ) throws(VerifyError) -> FractionClaim where T.Digest == H.Digest {
    let bits = parameters.logup.powBits
    guard transcript.check(bits: bits, witness: proof.logupPowWitness) else {
      throw .logupPowWitness(bits: bits, witness: proof.logupPowWitness)
    }
    let alpha = transcript.sampleExt()
    let beta = transcript.sampleExt()
    var claim = FractionClaim(alpha: alpha, beta: beta, numerator: .zero, denominator: alpha, point: [])

    guard let root = proof.claimsPerLayer.first else {
      guard proof.q0Claim == .one else { throw .rootDenominatorNotOne(found: proof.q0Claim) }
      return claim
    }
    transcript.observe(proof.q0Claim)
    observe(root, transcript: &transcript)
    guard root.numeratorOfSum == .zero else { throw .rootNumeratorNotZero(found: root.numeratorOfSum) }
    guard root.denominatorOfSum == proof.q0Claim else {
      throw .rootDenominator(Inequality(expected: proof.q0Claim, found: root.denominatorOfSum))
    }
    claim.descend(into: root, at: [], mu: transcript.sampleExt())

    for (index, (layer, polynomials)) in zip(proof.claimsPerLayer.dropFirst(), proof.sumcheckPolys).enumerated() {
      let lambda = transcript.sampleExt()
      var sum = claim.numerator + lambda * claim.denominator
      var rho: [Ext4] = []
      for polynomial in polynomials {
        transcript.observe(polynomial.at1)
        transcript.observe(polynomial.at2)
        transcript.observe(polynomial.at3)
        let challenge = transcript.sampleExt()
        sum = Univariate.interpolate(
          sum - polynomial.at1, polynomial.at1, polynomial.at2, polynomial.at3, at: challenge)
        rho.append(challenge)
      }
      observe(layer, transcript: &transcript)
      let expected =
        Kernel.eq(claim.point, rho) * (layer.numeratorOfSum + lambda * layer.denominatorOfSum)
      guard sum == expected else {
        throw .layerConsistency(layer: index + 1, Inequality(expected: expected, found: sum))
      }
      claim.descend(into: layer, at: rho, mu: transcript.sampleExt())
    }
    return claim
  }

  private func observe<T: HashTranscript>(_ claims: GKRProof.LayerClaims, transcript: inout T) {
    transcript.observe(claims.p0)
    transcript.observe(claims.q0)
    transcript.observe(claims.p1)
    transcript.observe(claims.q1)
  }
}

extension GKRProof.LayerClaims {
  /// Numerator of `p0 / q0 + p1 / q1`.
  fileprivate var numeratorOfSum: Ext4 { p0 * q1 + p1 * q0 }
  /// Denominator of `p0 / q0 + p1 / q1`.
  fileprivate var denominatorOfSum: Ext4 { q0 * q1 }
}

extension FractionClaim {
  /// Moves to the layer below: from its two nodes over `rho` to the point `mu` on the line through them.
  fileprivate mutating func descend(into layer: GKRProof.LayerClaims, at rho: [Ext4], mu: Ext4) {
    numerator = layer.p0 + mu * (layer.p1 - layer.p0)
    denominator = layer.q0 + mu * (layer.q1 - layer.q0)
    point = [mu] + rho
  }
}
