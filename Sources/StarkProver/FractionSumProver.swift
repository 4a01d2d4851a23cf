import Algebra
import CKernels
import Hashing
import StarkVerifier

/// The GKR proof that all fractions sum to zero (chapter 10, section 6.3).
struct FractionSumProver<H: HashConfiguration> {
  let workers: Workers

  /// Proves the sum of `leaves` and returns the point that its claim ends in, of length `leaves.log`.
  func prove(
    leaves: FractionLayer, powWitness: BabyBear, transcript: inout H.Transcript
  ) throws(ProverError) -> (proof: GKRProof, point: [Ext4]) {
    var layers = [leaves]
    while layers[layers.count - 1].log > 1 { layers.append(layers[layers.count - 1].parents(workers: workers)) }
    let top = layers.removeLast()
    let first = GKRProof.LayerClaims(p0: top.p(0), p1: top.p(1), q0: top.q(0), q1: top.q(1))
    let q0Claim = first.q0 * first.q1
    transcript.observe(q0Claim)
    var proof = GKRProof(logupPowWitness: powWitness, q0Claim: q0Claim, claimsPerLayer: [], sumcheckPolys: [])
    var point: [Ext4] = []
    var claim = reduce(first, [], &proof, &point, &transcript)
    while let layer = layers.popLast() {
      let lambda = transcript.sampleExt()
      let (claims, polys, rho) = try layerSumcheck(
        layer, point: point, lambda: lambda, claim: claim.p + lambda * claim.q, transcript: &transcript)
      proof.sumcheckPolys.append(polys)
      claim = reduce(claims, rho, &proof, &point, &transcript)
    }
    return (proof, point)
  }

  /// Observes a layer's claims and joins the two nodes at a random point.
  private func reduce(
    _ claims: GKRProof.LayerClaims, _ rho: [Ext4], _ proof: inout GKRProof, _ point: inout [Ext4],
    _ transcript: inout H.Transcript
  ) -> (p: Ext4, q: Ext4) {
    transcript.observe(claims.p0)
    transcript.observe(claims.q0)
    transcript.observe(claims.p1)
    transcript.observe(claims.q1)
    proof.claimsPerLayer.append(claims)
    let mu = transcript.sampleExt()
    point = [mu] + rho
    return (claims.p0 + mu * (claims.p1 - claims.p0), claims.q0 + mu * (claims.q1 - claims.q0))
  }

  /// Numerators and denominators of a layer's pairs, variables bound so far folded away.
  private struct Tables {
    var p0, p1: ExtArray?
    var base: FieldMatrix?
    var q0, q1: ExtArray
    var count: Int
  }

  /// Sumcheck of `sum_y eq(point, y) h(y)`, `h = p0 q1 + p1 q0 + lambda q0 q1`.
  ///
  /// With `E` the eq of the variables bound so far, a round polynomial is `E eq1(point_t, X) S(X)`, `S` of degree 2:
  /// the kernel gives `S(1)` and the leading coefficient, and the claim gives `S(0)`.
  private func layerSumcheck(
    _ layer: FractionLayer, point: [Ext4], lambda: Ext4, claim: Ext4, transcript: inout H.Transcript
  ) throws(ProverError) -> (GKRProof.LayerClaims, [GKRProof.RoundPolynomial], [Ext4]) {
    var tables = Tables(
      p0: layer.p0, p1: layer.p1, base: layer.baseNumerators, q0: layer.q0, q1: layer.q1, count: layer.pairs)
    let padding = layer.padding
    let paddingTerm = lambda * padding.squared
    var weights = ExtArray.eqTable(point.dropFirst(), workers: workers)
    var live = claim  // the claim without the factor E
    var prefix = Ext4.one  // E
    var polys: [GKRProof.RoundPolynomial] = []
    var rho: [Ext4] = []
    for t in point.indices {
      let sums = roundSums(tables, weights, lambda)
      let at1 = sums[0] + (.one - sums[2]) * paddingTerm
      let x = point[t]
      let complement = Ext4.one - x
      guard complement != .zero else { throw .degenerateChallenge(phase: "gkr") }
      let at0 = (live - x * at1) * complement.inverse
      let slope = at1 - at0 - sums[1]
      func s(_ z: Ext4) -> Ext4 { at0 + z * (slope + z * sums[1]) }
      func value(_ z: Ext4) -> Ext4 { prefix * eq1(x, z) * s(z) }
      let poly = GKRProof.RoundPolynomial(
        at1: value(.one), at2: value(Ext4(2 as BabyBear)), at3: value(Ext4(3 as BabyBear)))
      transcript.observe(poly.at1)
      transcript.observe(poly.at2)
      transcript.observe(poly.at3)
      polys.append(poly)
      let r = transcript.sampleExt()
      rho.append(r)
      live = s(r)
      prefix *= eq1(x, r)
      tables = folded(tables, by: r, remaining: point.count - t - 1, padding: padding)
      if t + 1 < point.count { weights = weights.pairSums(workers: workers) }
    }
    guard let p0 = tables.p0, let p1 = tables.p1 else { preconditionFailure("at least one fold") }
    return (GKRProof.LayerClaims(p0: p0[0], p1: p1[0], q0: tables.q0[0], q1: tables.q1[0]), polys, rho)
  }

  private func roundSums(_ tables: Tables, _ weights: ExtArray, _ lambda: Ext4) -> [Ext4] {
    nonisolated(unsafe) let even = tables.base?.base.words ?? tables.p0!.base  // SAFE: only read
    nonisolated(unsafe) let odd = tables.base.map { ($0.base + $0.height).words } ?? tables.p1!.base
    let stride = tables.p0?.stride ?? 0
    let isBase: Int32 = tables.base == nil ? 0 : 1
    let (q0, q1) = (tables.q0, tables.q1)
    return workers.sums(tables.count / 2, grain: 1 << 12, width: 3) { range, sums in
      let start = range.lowerBound
      sums.withWords { words in
        lambda.withWords { lambda in
          ck_fraction_round(
            even + 2 * start, odd + 2 * start, stride, isBase, q0.base + 2 * start, q1.base + 2 * start, q0.stride,
            weights.base + start, weights.stride, lambda, range.count, words)
        }
      }
    }
  }

  /// Binds the lowest variable. `remaining` variables are left; the stored part keeps an even length while there
  /// are any.
  private func folded(_ tables: Tables, by r: Ext4, remaining: Int, padding: Ext4) -> Tables {
    let used = tables.count / 2
    let count = remaining > 0 ? used + used & 1 : used
    func fold(_ array: ExtArray, padding: Ext4) -> ExtArray {
      let result = ExtArray(count: count, isZeroed: false)
      workers.forEachRange(used, grain: 1 << 13) { range in
        r.withWords {
          ck_ext_fold(
            array.base + 2 * range.lowerBound, array.stride, $0, result.base + range.lowerBound, result.stride,
            range.count)
        }
      }
      if count > used { result[used] = padding }
      return result
    }
    func foldBase(_ matrix: FieldMatrix, _ column: Int) -> ExtArray {
      let result = ExtArray(count: count, isZeroed: false)
      workers.forEachRange(used, grain: 1 << 13) { range in
        r.withWords {
          ck_base_fold(
            (matrix.base + column * matrix.height + 2 * range.lowerBound).words, $0, result.base + range.lowerBound,
            result.stride, range.count)
        }
      }
      if count > used { result[used] = .zero }
      return result
    }
    return Tables(
      p0: tables.base.map { foldBase($0, 0) } ?? tables.p0.map { fold($0, padding: .zero) },
      p1: tables.base.map { foldBase($0, 1) } ?? tables.p1.map { fold($0, padding: .zero) },
      base: nil, q0: fold(tables.q0, padding: padding), q1: fold(tables.q1, padding: padding), count: count)
  }
}

/// `1 - a - b + 2ab`: equality of two coordinates.
func eq1(_ a: Ext4, _ b: Ext4) -> Ext4 {
  let product = a * b
  return Ext4.one - a - b + product + product
}
