import Algebra

/// A list in a proof that has not the length that key and heights demand.
public struct ShapeMismatch: Hashable, Sendable, CustomStringConvertible {
  /// The list's path, for instance `gkr.sumcheck_polys[3]`.
  public let field: String
  public let expected: Int
  public let found: Int

  public init(field: String, expected: Int, found: Int) {
    self.field = field
    self.expected = expected
    self.found = found
  }

  public var description: String { "\(field): expected \(expected), found \(found)" }
}

/// An equation of the protocol that does not hold: both sides' values.
public struct Inequality: Hashable, Sendable, CustomStringConvertible {
  public let expected: Ext4
  public let found: Ext4

  public init(expected: Ext4, found: Ext4) {
    self.expected = expected
    self.found = found
  }

  public var description: String { "expected \(expected), found \(found)" }
}

/// Why a proof is rejected. Cases stand in the order of the checks, which is that of the protocol; `item` is the
/// number in chapter 10, section 9.
public enum VerifyError: Error, Hashable, Sendable {
  /// The key itself breaks a rule, so that nothing can be verified with it.
  case unusableKey(KeyError)
  /// 6: the key was made for parameters other than the verifier's.
  case parametersDiffer(field: String, expected: String, found: String)
  /// 7
  case noTracePresent
  /// 8: `trace_vdata` or `public_values` has not one entry per AIR.
  case airCount(ShapeMismatch)
  /// 9
  case requiredTraceAbsent(air: Int)
  /// 9
  case publicValuesOfAbsentTrace(air: Int, found: Int)
  /// 10
  case cachedCommitmentCount(air: Int, expected: Int, found: Int)
  /// 10
  case logHeightOutOfBounds(air: Int, maximum: Int, found: Int)
  /// 10
  case publicValueCount(air: Int, expected: Int, found: Int)
  /// 11
  case gkrShape(ShapeMismatch)
  /// 12
  case batchShape(ShapeMismatch)
  /// 13
  case openingShape(ShapeMismatch)
  /// 14
  case stackingShape(ShapeMismatch)
  /// 14: more stacked columns than `w_stack`.
  case stackedWidthTooLarge(maximum: Int, found: Int)
  /// 15
  case whirShape(ShapeMismatch)
  /// 16: the heights could make a bus wrap around the field.
  case traceHeightConstraint(index: Int, threshold: UInt32, found: UInt64)
  /// 17: a preprocessed trace fixes its AIR's height.
  case preprocessedHeight(air: Int, expected: Int, found: Int)
  /// 18
  case logupPowWitness(bits: Int, witness: BabyBear)
  /// 19: without interactions the root denominator is one.
  case rootDenominatorNotOne(found: Ext4)
  /// 20: the fractions do not sum to zero.
  case rootNumeratorNotZero(found: Ext4)
  /// 20: the denominators below the root do not multiply to the root's.
  case rootDenominator(Inequality)
  /// 20: a layer of the fraction tree does not follow from the one below.
  case layerConsistency(layer: Int, Inequality)
  /// 21
  case numeratorSum(Inequality)
  /// 21
  case denominatorSum(Inequality)
  /// 22: the univariate round of the zerocheck contradicts the claimed sums.
  case univariateSum(Inequality)
  /// 23: constraints and interactions at the random point do not give the sumcheck's claim.
  case batchClaim(Inequality)
  /// 24: the univariate round of the stacked reduction contradicts the column openings.
  case stackingUnivariateSum(Inequality)
  /// 24: the stacked openings do not give the reduction's claim.
  case stackingClaim(Inequality)
  /// 25
  case muPowWitness(bits: Int, witness: BabyBear)
  /// 25
  case foldingPowWitness(round: Int, fold: Int, bits: Int, witness: BabyBear)
  /// 25
  case queryPowWitness(round: Int, bits: Int, witness: BabyBear)
  /// 26: opened rows do not belong to commitment `commitment` of round 0, or to the codeword of a later round.
  case merklePath(round: Int, commitment: Int, query: Int, index: Int)
  /// 27
  case finalPolynomial(Inequality)
}

extension VerifyError {
  /// The item of chapter 10, section 9; nil for an unusable key.
  public var item: Int? {
    switch self {
    case .unusableKey: nil
    case .parametersDiffer: 6
    case .noTracePresent: 7
    case .airCount: 8
    case .requiredTraceAbsent, .publicValuesOfAbsentTrace: 9
    case .cachedCommitmentCount, .logHeightOutOfBounds, .publicValueCount: 10
    case .gkrShape: 11
    case .batchShape: 12
    case .openingShape: 13
    case .stackingShape, .stackedWidthTooLarge: 14
    case .whirShape: 15
    case .traceHeightConstraint: 16
    case .preprocessedHeight: 17
    case .logupPowWitness: 18
    case .rootDenominatorNotOne: 19
    case .rootDenominator, .rootNumeratorNotZero, .layerConsistency: 20
    case .numeratorSum, .denominatorSum: 21
    case .univariateSum: 22
    case .batchClaim: 23
    case .stackingUnivariateSum, .stackingClaim: 24
    case .muPowWitness, .foldingPowWitness, .queryPowWitness: 25
    case .merklePath: 26
    case .finalPolynomial: 27
    }
  }
}

extension VerifyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unusableKey(let error): "unusable key: \(error)"
    case .parametersDiffer(let field, let expected, let found):
      "the key's parameters differ in \(field): expected \(expected), found \(found)"
    case .noTracePresent: "no AIR is present"
    case .airCount(let mismatch): "wrong number of AIRs: \(mismatch)"
    case .requiredTraceAbsent(let air): "AIR \(air) is required but absent"
    case .publicValuesOfAbsentTrace(let air, let found): "AIR \(air) is absent but has \(found) public values"
    case .cachedCommitmentCount(let air, let expected, let found):
      "AIR \(air) has \(found) cached commitments, expected \(expected)"
    case .logHeightOutOfBounds(let air, let maximum, let found):
      "AIR \(air) claims log height \(found), at most \(maximum) is possible"
    case .publicValueCount(let air, let expected, let found):
      "AIR \(air) has \(found) public values, expected \(expected)"
    case .gkrShape(let mismatch), .batchShape(let mismatch), .openingShape(let mismatch),
      .stackingShape(let mismatch), .whirShape(let mismatch):
      "wrong length of \(mismatch)"
    case .stackedWidthTooLarge(let maximum, let found): "\(found) stacked columns, at most \(maximum) are allowed"
    case .traceHeightConstraint(let index, let threshold, let found):
      "trace height constraint \(index) is broken: \(found) is not below \(threshold)"
    case .preprocessedHeight(let air, let expected, let found):
      "AIR \(air) claims log height \(found), its preprocessed trace has \(expected)"
    case .logupPowWitness(let bits, let witness): "LogUp proof of work: \(witness) does not give \(bits) zero bits"
    case .rootDenominatorNotOne(let found): "no interactions, so the root denominator is one, found \(found)"
    case .rootDenominator(let inequality): "root denominator: \(inequality)"
    case .rootNumeratorNotZero(let found): "the interactions do not balance: root numerator \(found)"
    case .layerConsistency(let layer, let inequality): "layer \(layer) of the fraction tree: \(inequality)"
    case .numeratorSum(let inequality): "sum of the AIRs' numerators: \(inequality)"
    case .denominatorSum(let inequality): "sum of the AIRs' denominators: \(inequality)"
    case .univariateSum(let inequality): "univariate round of the zerocheck: \(inequality)"
    case .batchClaim(let inequality): "constraints at the random point: \(inequality)"
    case .stackingUnivariateSum(let inequality): "univariate round of the stacked reduction: \(inequality)"
    case .stackingClaim(let inequality): "stacked openings: \(inequality)"
    case .muPowWitness(let bits, let witness): "mu proof of work: \(witness) does not give \(bits) zero bits"
    case .foldingPowWitness(let round, let fold, let bits, let witness):
      "proof of work of WHIR round \(round), fold \(fold): \(witness) does not give \(bits) zero bits"
    case .queryPowWitness(let round, let bits, let witness):
      "proof of work before the queries of WHIR round \(round): \(witness) does not give \(bits) zero bits"
    case .merklePath(let round, let commitment, let query, let index):
      "WHIR round \(round), commitment \(commitment), query \(query): rows at index \(index) do not hash to the root"
    case .finalPolynomial(let inequality): "final polynomial: \(inequality)"
    }
  }
}
