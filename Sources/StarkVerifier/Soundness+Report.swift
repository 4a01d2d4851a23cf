extension SoundnessReport {
  /// The report for `parameters` with explicit inputs.
  public init(parameters: SystemParameters, inputs: SoundnessInputs) {
    self.parameters = parameters
    self.inputs = inputs
    let c = Soundness.extensionBits
    let lists = Soundness.initialGap(parameters, stackedColumns: inputs.stackedColumnCount).logListSize
    let degree = Double(parameters.maxConstraintDegree)
    let skipMinusOne = RealMath.exp2(Double(parameters.lSkip)) - 1

    let zerocheck = c - RealMath.log2(max((degree + 1) * skipMinusOne, degree + 1)) - lists

    let extraVariables = max(max(inputs.maxLogTraceHeight &- parameters.lSkip, 0) &- inputs.nLogUp, 0)
    let constraintsDegree =
      Double(max(extraVariables, 3)) + skipMinusOne + Double(inputs.maxConstraintsPerAIR) - 1
    let sumsDegree = max(3 * Double(inputs.airCount) - 1, 1)
    let constraintBatching = min(c - RealMath.log2(constraintsDegree), c - RealMath.log2(sumsDegree)) - lists

    let columnBatching = c - RealMath.log2(max(2 * Double(inputs.traceColumnCount), 1))
    let stackedUnivariate = parameters.lSkip > 0 ? c - RealMath.log2(2 * skipMinusOne) : c
    let stacked = min(columnBatching, stackedUnivariate, c - 1) - lists

    let whir = WHIRSoundness(parameters, stackedColumns: inputs.stackedColumnCount)
    terms = [
      Term(
        name: "logup", bits: Soundness.logUpBits(parameters, stackedColumns: inputs.stackedColumnCount),
        meaning: "bus challenges alpha and beta hit no root of the fraction sum"),
      Term(name: "gkr_sumcheck", bits: c - RealMath.log2(3), meaning: "cubic sumcheck rounds of the fraction tree"),
      Term(name: "gkr_batching", bits: c, meaning: "batching of numerator and denominator claims in a layer"),
      Term(name: "zerocheck", bits: zerocheck, meaning: "univariate and multilinear rounds of the batch sumcheck"),
      Term(
        name: "constraint_batching", bits: constraintBatching,
        meaning: "batching of constraints within an AIR, and of the AIRs' sum claims"),
      Term(name: "stacked", bits: stacked, meaning: "reduction of column openings to stacked openings"),
      Term(name: "whir", bits: whir.total, meaning: "opening of the stacked columns: the least of the WHIR terms"),
    ]
    whirTerms = [
      Term(name: "mu", bits: whir.mu, meaning: "batching of the stacked columns"),
      Term(name: "fold_rbr", bits: whir.fold, meaning: "a folding round: proximity gap and sumcheck together"),
      Term(name: "proxgap", bits: whir.proximityGap, meaning: "folding keeps the distance to the code"),
      Term(name: "sumcheck", bits: whir.sumcheck, meaning: "sumcheck of a folding round"),
      Term(name: "ood", bits: whir.outOfDomain, meaning: "an out-of-domain sample singles out one codeword"),
      Term(name: "shift_rbr", bits: whir.shift, meaning: "in-domain queries and their batching together"),
      Term(name: "query", bits: whir.query, meaning: "in-domain queries hit a disagreement"),
      Term(name: "gamma", bits: whir.gamma, meaning: "batching of a round's query claims"),
    ]
  }

  /// The report for a preset or other parameters without a key, with inputs estimated generously.
  public init(parameters: SystemParameters) {
    self.init(parameters: parameters, inputs: SoundnessInputs(estimatedFor: parameters))
  }

  /// The report for the AIRs and parameters of a verifying key.
  public init<H>(key: VerifyingKey<H>) {
    self.init(parameters: key.parameters, inputs: SoundnessInputs(key: key))
  }
}

/// The minima over all rounds of WHIR's error terms, in bits.
struct WHIRSoundness {
  var mu = Double.infinity
  var fold = Double.infinity
  var proximityGap = Double.infinity
  var sumcheck = Double.infinity
  var outOfDomain = Double.infinity
  var shift = Double.infinity
  var query = Double.infinity
  var gamma = Double.infinity
  var total: Double { min(mu, fold, outOfDomain, shift) }

  init(_ parameters: SystemParameters, stackedColumns: Int) {
    let c = Soundness.extensionBits
    let whir = parameters.whir
    let foldingPow = Soundness.powBits(whir.foldingPowBits)
    mu = Soundness.initialGap(parameters, stackedColumns: stackedColumns).bits + Soundness.powBits(whir.muPowBits)

    var logInverseRate = parameters.logBlowup
    var logMessage = parameters.logStackedHeight
    for (round, queries) in whir.queriesPerRound.enumerated() {
      let regime = whir.proximity.regime(round: round)
      for _ in 0..<min(max(whir.k, 0), 64) {
        logMessage &-= 1
        let gap = regime.gap(logMessage: logMessage, logInverseRate: logInverseRate, batch: 2)
        let gapBits = gap.bits + foldingPow
        let sumcheckBits = c - RealMath.log2(3) - gap.logListSize + foldingPow
        proximityGap = min(proximityGap, gapBits)
        sumcheck = min(sumcheck, sumcheckBits)
        fold = min(fold, Soundness.both(sumcheckBits, gapBits))
      }

      let agreement = Soundness.sampledAgreement(
        regime.maxAgreement(logInverseRate: logInverseRate), logDomain: logMessage &+ logInverseRate)
      let queryBits = -Double(queries) * RealMath.log2(agreement) + Soundness.powBits(whir.queryPhasePowBits)
      let nextRate = logInverseRate &+ whir.k &- 1
      let nextLists = whir.proximity.regime(round: round &+ 1)
        .gap(logMessage: logMessage, logInverseRate: nextRate, batch: 2).logListSize
      let gammaBits = c - RealMath.log2(Double(queries) + 1) - nextLists
      query = min(query, queryBits)
      gamma = min(gamma, gammaBits)
      shift = min(shift, Soundness.both(queryBits, gammaBits))
      if round &+ 1 < whir.queriesPerRound.count {
        outOfDomain = min(outOfDomain, c - Double(logMessage) + 1 - 2 * nextLists)
      }
      logInverseRate = nextRate
    }
  }
}
