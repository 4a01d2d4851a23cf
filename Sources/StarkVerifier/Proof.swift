import Algebra
import Hashing

/// A SWIRL proof (chapter 10, section 7.2). Shapes are in terms of the key and the heights that the proof
/// claims; a decoded proof may have any shape, and the verifier checks every one before use.
public struct Proof<H: HashConfiguration>: Hashable, Sendable {
  public var commonMainCommit: H.Digest
  /// By AIR id; nil for an absent AIR.
  public var traceData: [TraceData<H>?]
  /// By AIR id; empty for an absent AIR.
  public var publicValues: [[BabyBear]]
  public var gkr: GKRProof
  public var batch: BatchConstraintProof
  public var stacking: StackingProof
  public var whir: WHIRProof<H>

  public init(
    commonMainCommit: H.Digest, traceData: [TraceData<H>?], publicValues: [[BabyBear]], gkr: GKRProof,
    batch: BatchConstraintProof, stacking: StackingProof, whir: WHIRProof<H>
  ) {
    self.commonMainCommit = commonMainCommit
    self.traceData = traceData
    self.publicValues = publicValues
    self.gkr = gkr
    self.batch = batch
    self.stacking = stacking
    self.whir = whir
  }
}

/// What a proof says of one present AIR.
public struct TraceData<H: HashConfiguration>: Hashable, Sendable {
  public var logHeight: Int
  public var cachedCommits: [H.Digest]

  public init(logHeight: Int, cachedCommits: [H.Digest]) {
    self.logHeight = logHeight
    self.cachedCommits = cachedCommits
  }
}

/// Fraction-sum proof of the interactions (chapter 10, section 6.3).
public struct GKRProof: Hashable, Sendable {
  /// The two nodes below a layer's claim. The codec writes `p0, p1, q0, q1`; the transcript observes
  /// `p0, q0, p1, q1`.
  public struct LayerClaims: Hashable, Sendable {
    public var p0, p1, q0, q1: Ext4

    public init(p0: Ext4, p1: Ext4, q0: Ext4, q1: Ext4) {
      self.p0 = p0
      self.p1 = p1
      self.q0 = q0
      self.q1 = q1
    }
  }

  /// A cubic round polynomial by its values at 1, 2 and 3.
  public struct RoundPolynomial: Hashable, Sendable {
    public var at1, at2, at3: Ext4

    public init(at1: Ext4, at2: Ext4, at3: Ext4) {
      self.at1 = at1
      self.at2 = at2
      self.at3 = at3
    }
  }

  public var logupPowWitness: BabyBear
  /// The root's denominator; one when there is no interaction.
  public var q0Claim: Ext4
  /// `m` layers.
  public var claimsPerLayer: [LayerClaims]
  /// `m - 1` lists; list `r` has `r + 1` polynomials.
  public var sumcheckPolys: [[RoundPolynomial]]

  public init(
    logupPowWitness: BabyBear, q0Claim: Ext4, claimsPerLayer: [LayerClaims], sumcheckPolys: [[RoundPolynomial]]
  ) {
    self.logupPowWitness = logupPowWitness
    self.q0Claim = q0Claim
    self.claimsPerLayer = claimsPerLayer
    self.sumcheckPolys = sumcheckPolys
  }
}

/// Batched zerocheck and LogUp input layer (chapter 10, section 6.4).
public struct BatchConstraintProof: Hashable, Sendable {
  /// By sorted trace.
  public var numeratorTerms: [Ext4]
  public var denominatorTerms: [Ext4]
  /// `(d + 1)(N - 1) + 1` coefficients, constant first.
  public var univariateCoefficients: [Ext4]
  /// `nMax` lists of the values at `1 ... d + 1`.
  public var roundPolys: [[Ext4]]
  /// By sorted trace, then part (common, preprocessed, cached ..); with rotation `col0, rot0, col1, rot1, ..`.
  public var columnOpenings: [[[Ext4]]]

  public init(
    numeratorTerms: [Ext4], denominatorTerms: [Ext4], univariateCoefficients: [Ext4], roundPolys: [[Ext4]],
    columnOpenings: [[[Ext4]]]
  ) {
    self.numeratorTerms = numeratorTerms
    self.denominatorTerms = denominatorTerms
    self.univariateCoefficients = univariateCoefficients
    self.roundPolys = roundPolys
    self.columnOpenings = columnOpenings
  }
}

/// Reduction of column openings to stacked openings (chapter 10, section 6.5).
public struct StackingProof: Hashable, Sendable {
  /// A quadratic round polynomial by its values at 1 and 2.
  public struct RoundPolynomial: Hashable, Sendable {
    public var at1, at2: Ext4

    public init(at1: Ext4, at2: Ext4) {
      self.at1 = at1
      self.at2 = at2
    }
  }

  /// `2(N - 1) + 1` coefficients, constant first.
  public var univariateCoefficients: [Ext4]
  /// `nStack` polynomials.
  public var roundPolys: [RoundPolynomial]
  /// By commitment, then stacked column.
  public var openings: [[Ext4]]

  public init(univariateCoefficients: [Ext4], roundPolys: [RoundPolynomial], openings: [[Ext4]]) {
    self.univariateCoefficients = univariateCoefficients
    self.roundPolys = roundPolys
    self.openings = openings
  }
}

/// WHIR opening proof (chapter 10, section 6.6). Opened rows and paths are flat: query by query, row by row.
public struct WHIRProof<H: HashConfiguration>: Hashable, Sendable {
  /// The openings of one initial commitment.
  public struct InitialOpenings: Hashable, Sendable {
    /// Elements per row: the commitment's stacked width.
    public var width: Int
    /// `queries * 2^k * width` elements: per query its `2^k` rows.
    public var rows: [BabyBear]
    /// `queries * depth` sibling digests, leaf layer first.
    public var paths: [H.Digest]

    public init(width: Int, rows: [BabyBear], paths: [H.Digest]) {
      self.width = width
      self.rows = rows
      self.paths = paths
    }
  }

  /// The openings of one later codeword.
  public struct CodewordOpenings: Hashable, Sendable {
    public var queryCount: Int
    /// `queryCount * 2^k` values.
    public var values: [Ext4]
    /// `queryCount * depth` sibling digests, leaf layer first.
    public var paths: [H.Digest]

    public init(queryCount: Int, values: [Ext4], paths: [H.Digest]) {
      self.queryCount = queryCount
      self.values = values
      self.paths = paths
    }
  }

  public var muPowWitness: BabyBear
  /// `k * rounds` polynomials.
  public var sumcheckPolys: [StackingProof.RoundPolynomial]
  /// `rounds - 1` roots.
  public var codewordCommits: [H.Digest]
  /// `rounds - 1` out-of-domain values.
  public var oodValues: [Ext4]
  /// `k * rounds` witnesses.
  public var foldingPowWitnesses: [BabyBear]
  /// `rounds` witnesses.
  public var queryPhasePowWitnesses: [BabyBear]
  /// Queries of the initial round, the same for every commitment.
  public var initialQueryCount: Int
  /// Length of every initial Merkle path.
  public var initialDepth: Int
  public var initialOpenings: [InitialOpenings]
  /// Length of the first later round's Merkle paths, one less each round after; 0 without later rounds.
  public var laterDepth: Int
  /// `rounds - 1` entries; entry `i` belongs to round `i + 1`.
  public var codewordOpenings: [CodewordOpenings]
  /// Coefficients of the last polynomial, constant first.
  public var finalPoly: [Ext4]

  public init(
    muPowWitness: BabyBear, sumcheckPolys: [StackingProof.RoundPolynomial], codewordCommits: [H.Digest],
    oodValues: [Ext4], foldingPowWitnesses: [BabyBear], queryPhasePowWitnesses: [BabyBear], initialQueryCount: Int,
    initialDepth: Int, initialOpenings: [InitialOpenings], laterDepth: Int, codewordOpenings: [CodewordOpenings],
    finalPoly: [Ext4]
  ) {
    self.muPowWitness = muPowWitness
    self.sumcheckPolys = sumcheckPolys
    self.codewordCommits = codewordCommits
    self.oodValues = oodValues
    self.foldingPowWitnesses = foldingPowWitnesses
    self.queryPhasePowWitnesses = queryPhasePowWitnesses
    self.initialQueryCount = initialQueryCount
    self.initialDepth = initialDepth
    self.initialOpenings = initialOpenings
    self.laterDepth = laterDepth
    self.codewordOpenings = codewordOpenings
    self.finalPoly = finalPoly
  }
}
