/// How far WHIR trusts its code to decode (chapter 10, section 5.1). Only query counts and the soundness report
/// depend on it.
public enum ProximityRegime: Hashable, Sendable {
  case uniqueDecoding
  /// Unique decoding before round `listStartRound`, list decoding with multiplicity `m` from there.
  case splitUniqueList(m: Int, listStartRound: Int)
  case listDecoding(m: Int)
}

/// Parameters of the WHIR opening proof.
public struct WHIRParameters: Hashable, Sendable {
  /// Folding factor: every query opens `2^k` values and every round folds `k` variables.
  public var k: Int
  /// In-domain queries of each round; its count is the number of rounds.
  public var queriesPerRound: [Int]
  public var muPowBits: Int
  public var queryPhasePowBits: Int
  public var foldingPowBits: Int
  public var proximity: ProximityRegime

  public init(
    k: Int, queriesPerRound: [Int], muPowBits: Int, queryPhasePowBits: Int, foldingPowBits: Int,
    proximity: ProximityRegime
  ) {
    self.k = k
    self.queriesPerRound = queriesPerRound
    self.muPowBits = muPowBits
    self.queryPhasePowBits = queryPhasePowBits
    self.foldingPowBits = foldingPowBits
    self.proximity = proximity
  }
}

/// Parameters of the LogUp argument.
public struct LogUpParameters: Hashable, Sendable {
  public var maxInteractionCount: UInt32
  public var logMaxMessageLength: UInt32
  public var powBits: Int

  public init(maxInteractionCount: UInt32, logMaxMessageLength: UInt32, powBits: Int) {
    self.maxInteractionCount = maxInteractionCount
    self.logMaxMessageLength = logMaxMessageLength
    self.powBits = powBits
  }
}

/// Parameters of the proof system (chapter 10, section 5.1). Sizes are base-2 logarithms where named so.
public struct SystemParameters: Hashable, Sendable {
  /// Log size of the univariate-skip domain.
  public var lSkip: Int
  /// Number of multilinear variables of a stacked column.
  public var nStack: Int
  /// Greatest total stacked width over all commitments of a proof.
  public var wStack: Int
  /// The initial Reed-Solomon rate is `2^-logBlowup`.
  public var logBlowup: Int
  public var whir: WHIRParameters
  public var logup: LogUpParameters
  /// Greatest constraint degree, and the batching degree of every proof.
  public var maxConstraintDegree: Int

  public init(
    lSkip: Int, nStack: Int, wStack: Int, logBlowup: Int, whir: WHIRParameters, logup: LogUpParameters,
    maxConstraintDegree: Int
  ) {
    self.lSkip = lSkip
    self.nStack = nStack
    self.wStack = wStack
    self.logBlowup = logBlowup
    self.whir = whir
    self.logup = logup
    self.maxConstraintDegree = maxConstraintDegree
  }

  /// `M`, the log height of a stacked column.
  public var logStackedHeight: Int { lSkip &+ nStack }
  /// Log length of the polynomial that the last WHIR round sends in full.
  public var logFinalPolyLength: Int { logStackedHeight &- whir.k &* whir.queriesPerRound.count }
  /// Log size of the evaluation domain of WHIR round `round`.
  public func logDomainSize(round: Int) -> Int { logStackedHeight &+ logBlowup &- round }
}
