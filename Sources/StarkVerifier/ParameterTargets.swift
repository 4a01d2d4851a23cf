/// Why no parameters could be made from targets, or no preset found by name.
public enum ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `app(logStackedHeight:)` outside of 11 ... 24.
  case logStackedHeightOutOfRange(found: Int, allowed: ClosedRange<Int>)
  /// The stacked height is at most the final polynomial's: there would be no WHIR round.
  case noWHIRRound(logStackedHeight: Int, targetLogFinalPolyLength: Int)
  /// `logStackedHeight + logBlowup` is above the two-adicity of BabyBear.
  case domainTooLarge(logDomainSize: Int, limit: Int)
  /// A target outside of the range in which the formulas mean something.
  case targetOutOfRange(name: String, found: Int, allowed: ClosedRange<Int>)
  /// In this round no number of queries reaches the target.
  case unreachableSecurity(round: Int)
  /// No preset has this name.
  case unknownPreset(name: String)

  public var description: String {
    switch self {
    case .logStackedHeightOutOfRange(let found, let allowed):
      "app parameters exist for log stacked heights \(allowed.lowerBound) to \(allowed.upperBound), not for \(found)"
    case .noWHIRRound(let height, let target):
      "a log stacked height of \(height) leaves no WHIR round: it must be above the final polynomial's \(target)"
    case .domainTooLarge(let size, let limit):
      "the evaluation domain would have 2^\(size) points; the field has subgroups up to 2^\(limit)"
    case .targetOutOfRange(let name, let found, let allowed):
      "\(name) is \(found), but must be in \(allowed.lowerBound) to \(allowed.upperBound)"
    case .unreachableSecurity(let round):
      "in WHIR round \(round) the code's agreement bound is 1: no number of queries reaches the security target"
    case .unknownPreset(let name):
      "there are no parameters named '\(name)'; known are app11 to app24, leaf, internal, root, hook, "
        + "and the insecure " + Preset.testNames.joined(separator: ", ")
    }
  }
}

/// What system parameters are to reach, from which the query counts and the LogUp proof of work follow
/// (chapter 10, sections 5.1 and 5.2). Sizes are base-2 logarithms where named so.
public struct ParameterTargets: Hashable, Sendable {
  public var lSkip: Int
  public var nStack: Int
  /// Also the batch size that the LogUp term is charged for.
  public var wStack: Int
  public var logBlowup: Int
  public var proximity: ProximityRegime
  public var muPowBits: Int
  public var foldingPowBits: Int
  public var queryPhasePowBits: Int
  public var maxConstraintDegree: Int
  /// Provable bits that queries and LogUp are to reach.
  public var securityBits: Int = 100
  /// WHIR folding factor.
  public var k: Int = 4
  /// The last WHIR round sends a polynomial of at most `2^targetLogFinalPolyLength` coefficients.
  public var targetLogFinalPolyLength: Int = 10
  /// A message has at most `2^logMaxMessageLength - 1` fields and its bus.
  public var logMaxMessageLength: UInt32 = 7
  /// The least LogUp proof of work, whatever the formula gives.
  public var minLogUpPowBits: Int = 18

  public init(
    lSkip: Int, nStack: Int, wStack: Int, logBlowup: Int, proximity: ProximityRegime, muPowBits: Int,
    foldingPowBits: Int, queryPhasePowBits: Int, maxConstraintDegree: Int
  ) {
    self.lSkip = lSkip
    self.nStack = nStack
    self.wStack = wStack
    self.logBlowup = logBlowup
    self.proximity = proximity
    self.muPowBits = muPowBits
    self.foldingPowBits = foldingPowBits
    self.queryPhasePowBits = queryPhasePowBits
    self.maxConstraintDegree = maxConstraintDegree
  }
}

extension SystemParameters {
  /// The parameters that reach `targets`: `ceil((M - target) / k)` WHIR rounds; in each as many queries as
  /// `(security - query PoW) / -log2(agreement)` asks for; LogUp PoW for what its term lacks to the target.
  public init(targets: ParameterTargets) throws(ParameterError) {
    try targets.check()
    let logHeight = targets.lSkip &+ targets.nStack
    let excess = logHeight &- targets.targetLogFinalPolyLength
    let rounds = (excess &+ targets.k &- 1) / targets.k
    var queries: [Int] = []
    for round in 0..<rounds {
      let logInverseRate = targets.logBlowup &+ round &* (targets.k &- 1)
      let regime = targets.proximity.regime(round: round)
      let bitsPerQuery = -RealMath.log2(regime.maxAgreement(logInverseRate: logInverseRate))
      guard bitsPerQuery > 1e-9 else { throw .unreachableSecurity(round: round) }
      let needed = Double(targets.securityBits &- targets.queryPhasePowBits) / bitsPerQuery
      queries.append(Int(RealMath.ceil(max(needed, 1))))  // at most 200 / 1e-9
    }
    self.init(
      lSkip: targets.lSkip, nStack: targets.nStack, wStack: targets.wStack, logBlowup: targets.logBlowup,
      whir: WHIRParameters(
        k: targets.k, queriesPerRound: queries, muPowBits: targets.muPowBits,
        queryPhasePowBits: targets.queryPhasePowBits, foldingPowBits: targets.foldingPowBits,
        proximity: targets.proximity),
      logup: LogUpParameters(
        maxInteractionCount: Soundness.fieldOrder, logMaxMessageLength: targets.logMaxMessageLength, powBits: 0),
      maxConstraintDegree: targets.maxConstraintDegree)
    let lacking = Double(targets.securityBits) - Soundness.logUpBits(self, stackedColumns: targets.wStack)
    guard lacking < 31 else {
      throw .targetOutOfRange(name: "security bits", found: targets.securityBits, allowed: 1...100)
    }
    logup.powBits = max(targets.minLogUpPowBits, Int(RealMath.ceil(max(lacking, 0))))
  }
}

extension ParameterTargets {
  /// Ranges in which every formula stays finite, and conversions to integers cannot fail.
  fileprivate func check() throws(ParameterError) {
    func demand(_ name: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(ParameterError) {
      guard allowed.contains(value) else { throw .targetOutOfRange(name: name, found: value, allowed: allowed) }
    }
    try demand("l_skip", lSkip, 0...27)
    try demand("n_stack", nStack, 0...27)
    try demand("w_stack", wStack, 1...(1 << 30))
    try demand("log_blowup", logBlowup, 1...27)
    try demand("k", k, 1...27)
    try demand("security bits", securityBits, 1...200)
    try demand("query-phase proof-of-work bits", queryPhasePowBits, 0...30)
    try demand("folding proof-of-work bits", foldingPowBits, 0...30)
    try demand("mu proof-of-work bits", muPowBits, 0...30)
    try demand("target log final polynomial length", targetLogFinalPolyLength, 0...27)
    try demand("log max message length", Int(logMaxMessageLength), 1...30)
    let logHeight = lSkip &+ nStack
    guard logHeight > targetLogFinalPolyLength else {
      throw .noWHIRRound(logStackedHeight: logHeight, targetLogFinalPolyLength: targetLogFinalPolyLength)
    }
    guard logHeight &+ logBlowup <= 27 else {
      throw .domainTooLarge(logDomainSize: logHeight &+ logBlowup, limit: 27)
    }
    try demand(
      "log final polynomial length", logHeight &- ((logHeight &- targetLogFinalPolyLength &+ k &- 1) / k) &* k, 0...27)
  }
}
