import Algebra
import Hashing

// Chapter 10, section 6.5: the claims about single columns at r become one claim per stacked column, all at a common
// point u. A column is a slice of a stacked column, so its value, or its rotation's, is a sum over the stacked column
// with a kernel that picks the slice; one sumcheck proves all of these sums.

extension Verifier {
  /// Returns the point `u = (u_0, u_1, .., u_nStack)` at which the stacked columns have the values that the proof
  /// states.
  func verifyStackedReduction<T: HashTranscript>(
    _ proof: StackingProof, _ batch: BatchConstraintProof, _ statement: Statement<H>, at r: [Ext4],
    transcript: inout T
  ) throws(VerifyError) -> [Ext4] where T.Digest == H.Digest {
    let lambda = transcript.sampleExt()
    let batched = batchedOpenings(batch, statement, lambda: lambda)

    for coefficient in proof.univariateCoefficients { transcript.observe(coefficient) }
    let sum = Univariate.sumOverSubgroup(log: parameters.lSkip, coefficients: proof.univariateCoefficients)
    guard sum == batched else { throw .stackingUnivariateSum(Inequality(expected: batched, found: sum)) }
    var u = [transcript.sampleExt()]
    var claim = Univariate.evaluate(proof.univariateCoefficients, at: u[0])
    for polynomial in proof.roundPolys {
      transcript.observe(polynomial.at1)
      transcript.observe(polynomial.at2)
      let challenge = transcript.sampleExt()
      claim = Univariate.interpolate(claim - polynomial.at1, polynomial.at1, polynomial.at2, at: challenge)
      u.append(challenge)
    }
    for openings in proof.openings {
      for opening in openings { transcript.observe(opening) }
    }

    let expected = expectedClaim(proof, statement, r: r, u: u, lambda: lambda)
    guard claim == expected else { throw .stackingClaim(Inequality(expected: expected, found: claim)) }
    return u
  }

  /// The sum of `lambda^2i t_i + lambda^(2i+1) trot_i` over all columns in commitment order.
  private func batchedOpenings(_ batch: BatchConstraintProof, _ statement: Statement<H>, lambda: Ext4) -> Ext4 {
    var result = Ext4.zero
    var power = Ext4.one
    for commitment in statement.commitments {
      for trace in commitment.traces {
        let openings = batch.columnOpenings[trace][commitment.part]
        let isRotated = statement.traces[trace].key.needsRotation
        for opening in openings {
          result += power * opening
          power *= isRotated ? lambda : lambda.squared
        }
      }
    }
    return result
  }

  /// The sum over all slices of stacked opening times slice kernel `K_i(u)`.
  private func expectedClaim(
    _ proof: StackingProof, _ statement: Statement<H>, r: [Ext4], u: [Ext4], lambda: Ext4
  ) -> Ext4 {
    var kernels: [Int: SliceKernel] = [:]
    let lambdaSquared = lambda.squared
    var result = Ext4.zero
    var power = Ext4.one
    for (commitment, openings) in zip(statement.commitments, proof.openings) {
      for slice in commitment.layout.slices {
        let trace = statement.traces[commitment.traces[slice.matrix]]
        // All slices of one height share their kernel but for the bits of the row.
        let kernel = kernels[slice.logHeight, default: SliceKernel(trace, r: r, u: u, lSkip: parameters.lSkip)]
          .value(row: slice.row, lambda: lambda, isRotated: trace.key.needsRotation)
        result += openings[slice.stackedColumn] * power * kernel
        power *= lambdaSquared
      }
    }
    return result
  }
}

/// `K_i(u)` for the slices of one height.
private struct SliceKernel {
  /// `IN * PRISM`: picks a column's value at `r'`.
  private let same: Ext4
  /// `IN * ROT`: picks the rotated column's value.
  private let rotated: Ext4
  private let logLength: Int
  private var place: EqWalker

  init<H: HashConfiguration>(_ trace: StatedTrace<H>, r: [Ext4], u: [Ext4], lSkip: Int) {
    let point = trace.openingPoint(r)
    let inner = u.prefix(1 + trace.cubeDimension)
    let logDomain = lSkip + min(trace.dimension, 0)
    let indicator = Kernel.subgroupIndicator(dimension: trace.dimension, lSkip: lSkip, u.first ?? .zero)
    same = indicator * Kernel.prism(log: logDomain, inner, point)
    rotated = indicator * Kernel.rotation(log: logDomain, inner, point)
    logLength = lSkip + trace.cubeDimension
    place = EqWalker(u.dropFirst(1 + trace.cubeDimension), startingAt: 0)
  }

  /// The kernel of the slice that starts at `row`, without its power of `lambda^2`.
  mutating func value(row: Int, lambda: Ext4, isRotated: Bool) -> Ext4 {
    place.value(at: row >> logLength) * (isRotated ? same + lambda * rotated : same)
  }
}
