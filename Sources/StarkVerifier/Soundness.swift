/// What a soundness report is computed for, besides the parameters (chapter 10, section 5.3).
public struct SoundnessInputs: Hashable, Sendable {
  /// The most constraints that any one AIR has.
  public var maxConstraintsPerAIR: Int
  public var airCount: Int
  /// Log of the greatest trace height.
  public var maxLogTraceHeight: Int
  /// Columns of all traces together.
  public var traceColumnCount: Int
  /// Stacked columns of all commitments together: the batch that WHIR opens. At least 2.
  public var stackedColumnCount: Int
  /// Multilinear variables of the LogUp input layer.
  public var nLogUp: Int

  public init(
    maxConstraintsPerAIR: Int, airCount: Int, maxLogTraceHeight: Int, traceColumnCount: Int, stackedColumnCount: Int,
    nLogUp: Int
  ) {
    self.maxConstraintsPerAIR = maxConstraintsPerAIR
    self.airCount = airCount
    self.maxLogTraceHeight = maxLogTraceHeight
    self.traceColumnCount = traceColumnCount
    self.stackedColumnCount = stackedColumnCount
    self.nLogUp = nLogUp
  }

  /// Generous inputs for parameters without a key: as many stacked columns and messages as the parameters admit, and
  /// the AIR sizes that the reference figures are given for: 100 AIRs with 5,000 constraints and 30,000 columns for
  /// parameters of degree up to 3 (a whole virtual machine), else 50 AIRs with 1,000 constraints and 2,000
  /// columns (a recursion circuit).
  public init(estimatedFor parameters: SystemParameters) {
    let isMachine = parameters.maxConstraintDegree <= 3
    let logHeight = parameters.logStackedHeight
    self.init(
      maxConstraintsPerAIR: isMachine ? 5000 : 1000, airCount: isMachine ? 100 : 50,
      maxLogTraceHeight: logHeight, traceColumnCount: isMachine ? 30_000 : 2_000,
      stackedColumnCount: max(parameters.wStack, 2),
      nLogUp: Self.interactionBound(parameters))
  }

  /// `max(0, ceil(log2 maxInteractionCount) - lSkip)`: the LogUp variables that the interaction limit admits.
  static func interactionBound(_ parameters: SystemParameters) -> Int {
    max(RealMath.ceilLog2(Int(parameters.logup.maxInteractionCount)) &- parameters.lSkip, 0)
  }
}

extension SoundnessInputs {
  /// The inputs that a verifying key determines.
  public init<H>(key: VerifyingKey<H>) {
    var columns = 0
    var mostConstraints = 0
    var mostInteractions = 0
    for air in key.airs {
      for width in [air.width.preprocessed ?? 0, air.width.commonMain] + air.width.cachedMains {
        columns = columns.addingReportingOverflow(max(width, 0)).overflow ? Int.max : columns &+ max(width, 0)
      }
      mostConstraints = max(mostConstraints, air.dag.constraints.count)
      mostInteractions = max(mostInteractions, air.dag.interactions.count)
    }
    let parameters = key.parameters
    let byHeights =
      key.airs.isEmpty || mostInteractions == 0
      ? 0
      : max(
        RealMath.ceilLog2(key.airs.count) &+ RealMath.ceilLog2(mostInteractions) &+ parameters.nStack, 0)
    self.init(
      maxConstraintsPerAIR: mostConstraints, airCount: key.airs.count,
      maxLogTraceHeight: parameters.logStackedHeight, traceColumnCount: columns,
      stackedColumnCount: max(parameters.wStack, 2),
      nLogUp: min(Self.interactionBound(parameters), byHeights))
  }
}

/// Provable bits of security of every round of the protocol, in the round-by-round model: the logarithm of the
/// chance to pass from a false statement to an accepted one, hash evaluations for proof of work included.
///
/// Bits count evaluations of the transcript's hash, so figures compare only between parameters with the same hash
/// configuration. Not covered: the hash functions themselves, which are taken for random oracles.
public struct SoundnessReport: Hashable, Sendable {
  /// One error term.
  public struct Term: Hashable, Sendable {
    /// In snake case, for instance `gkr_sumcheck`.
    public var name: String
    public var bits: Double
    /// What the term stands for, in words.
    public var meaning: String

    public init(name: String, bits: Double, meaning: String) {
      self.name = name
      self.bits = bits
      self.meaning = meaning
    }
  }

  public let parameters: SystemParameters
  public let inputs: SoundnessInputs
  /// `logup, gkr_sumcheck, gkr_batching, zerocheck, constraint_batching, stacked, whir`; the total is their
  /// minimum.
  public let terms: [Term]
  /// What `whir` is the minimum of, and the parts of those: `mu, fold_rbr` (of `proxgap` and `sumcheck`), `ood`,
  /// `shift_rbr` (of `query` and `gamma`). Each is the minimum over all rounds.
  public let whirTerms: [Term]

  /// The bits of the weakest round.
  public var totalBits: Double { terms.map(\.bits).min() ?? 0 }
  /// The weakest term.
  public var weakest: Term? { terms.min { $0.bits < $1.bits } }

  /// The bits of `name`, looked up in the terms and then in WHIR's.
  public subscript(name: String) -> Double? {
    (terms + whirTerms).first { $0.name == name }?.bits
  }
}
