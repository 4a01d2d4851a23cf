import Algebra

/// How far a word may be from the code in one round.
enum DecodingRegime: Hashable {
  case unique
  /// List decoding up to the Johnson bound, with multiplicity `m`.
  case list(m: Int)
}

extension ProximityRegime {
  /// The regime of WHIR round `round`.
  func regime(round: Int) -> DecodingRegime {
    switch self {
    case .uniqueDecoding: .unique
    case .listDecoding(let m): .list(m: m)
    case .splitUniqueList(let m, let start): round < start ? .unique : .list(m: m)
    }
  }
}

/// The proximity gap of a Reed-Solomon code: the error of a random combination being close to the code when its
/// parts are not, and the log of how many codewords are close to a word.
struct ProximityGap {
  var bits: Double
  var logListSize: Double
}

extension DecodingRegime {
  /// The greatest share of positions in which a word beyond the decoding radius agrees with a codeword, for rate
  /// `2^-logInverseRate`; in (0, 1].
  func maxAgreement(logInverseRate: Int) -> Double {
    let rate = RealMath.exp2(-Double(logInverseRate))
    let agreement =
      switch self {
      case .unique: (1 + rate) / 2
      case .list(let m): RealMath.sqrt(rate) * (1 + 1 / (2 * Double(max(m, 1))))
      }
    return min(max(agreement, Double.leastNormalMagnitude), 1)
  }

  /// The gap for words of length `2^(logMessage + logInverseRate)` when `batch >= 2` words are combined with powers
  /// of one challenge.
  func gap(logMessage: Int, logInverseRate: Int, batch: Int) -> ProximityGap {
    let batchBits = RealMath.log2(Double(max(batch, 2)) - 1)
    switch self {
    case .unique:
      return ProximityGap(
        bits: Soundness.extensionBits - batchBits - Double(logMessage) - Double(logInverseRate), logListSize: 0)
    case .list(let m):
      let (exceptional, lists) = Self.listBound(logMessage: logMessage, logInverseRate: logInverseRate, m: m)
      return ProximityGap(bits: Soundness.extensionBits - batchBits - exceptional, logListSize: lists)
    }
  }

  /// Logs of the number of exceptional challenges and of the list size at radius `1 - sqrt(rho) - eta`, with
  /// `eta = sqrt(rho) / 2m`: the interpolation bound of Ben-Sasson, Carmon, Haboeck, Kopparty and Saraf with the
  /// degrees in X, Y and Z of the interpolant (chapter 10, section 5.3, `bchks`).
  private static func listBound(logMessage: Int, logInverseRate: Int, m: Int) -> (exceptional: Double, list: Double) {
    let multiplicity = Double(max(m, 1))
    let r = Double(logInverseRate)
    let rate = RealMath.exp2(-r)
    guard !(max(m, 1) == 1 && rate >= 4.0 / 9.0) else { return (.infinity, .infinity) }
    let root = RealMath.sqrt(rate)
    let radius = 1 - root - root / (2 * multiplicity)
    guard radius > 0, radius < 1 - root else { return (.infinity, .infinity) }
    let b = multiplicity + 0.5
    let n = Double(logMessage) + r
    let degreeX = RealMath.log2(b) + n - r / 2
    let degreeY = RealMath.log2(b) + r / 2
    let degreeZ = max(degreeY, 2 * RealMath.log2(b) - RealMath.log2(3) + r)
    let count =
      RealMath.exp2(1 + degreeX + 2 * degreeY + degreeZ) + RealMath.exp2(degreeY) * (radius * RealMath.exp2(n) + 1)
    let whole = max(1, RealMath.ceil(max(count, 1)))
    return (RealMath.log2(whole), degreeY)
  }
}

/// Building blocks of the report.
enum Soundness {
  /// The order of the base field, as the parameters hold it.
  static let fieldOrder = BabyBear.modulus
  static let order = Double(BabyBear.modulus)
  /// `log2` of the extension field's order.
  static let extensionBits = 4 * RealMath.log2(order)

  /// What `bits` of proof of work are worth: a sample's low bits are slightly more often zero than `2^-bits`.
  static func powBits(_ bits: Int) -> Double {
    guard bits > 0 else { return 0 }
    return -RealMath.log2((RealMath.floor(order / RealMath.exp2(Double(bits))) + 1) / order)
  }

  /// The bits of an error that is the sum of two.
  static func both(_ x: Double, _ y: Double) -> Double { -RealMath.log2(RealMath.exp2(-x) + RealMath.exp2(-y)) }

  /// The gap of the initial commitments, batched over all stacked columns.
  static func initialGap(_ parameters: SystemParameters, stackedColumns: Int) -> ProximityGap {
    parameters.whir.proximity.regime(round: 0).gap(
      logMessage: parameters.logStackedHeight, logInverseRate: parameters.logBlowup, batch: stackedColumns)
  }

  /// The LogUp term, proof of work included.
  static func logUpBits(_ parameters: SystemParameters, stackedColumns: Int) -> Double {
    extensionBits - RealMath.log2(max(2 * Double(parameters.logup.maxInteractionCount), 1))
      - Double(parameters.logup.logMaxMessageLength)
      - initialGap(parameters, stackedColumns: stackedColumns).logListSize + powBits(parameters.logup.powBits)
  }

  /// The chance that one query, drawn as the low `logDomain` bits of a field sample, falls into a set of
  /// `agreement * 2^logDomain` positions that an adversary places where the bias helps most.
  static func sampledAgreement(_ agreement: Double, logDomain: Int) -> Double {
    let size = RealMath.exp2(Double(logDomain))
    let remainder = order - RealMath.floor(order / size) * size
    let mass = agreement * (1 - remainder / order) + min(agreement * size, remainder) / order
    return min(max(mass, Double.leastNormalMagnitude), 1)
  }
}
