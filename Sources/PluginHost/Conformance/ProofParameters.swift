import StarkVerifier

/// What proofs of the matrix are made with.
struct ProofParameters {
  let options: ConformanceOptions

  /// How reports name them.
  func name(logStackedHeight: Int) -> String {
    options.usesProductionParameters
      ? "app(\(logStackedHeight)), as in production"
      : "few queries at up to app(\(logStackedHeight))'s height: INSECURE, for the check only"
  }

  /// The parameters for traces of up to `2^logTallest` rows.
  func make(logStackedHeight: Int, logTallest: Int) throws(ParameterError) -> SystemParameters {
    guard !options.usesProductionParameters else { return try .app(logStackedHeight: logStackedHeight) }
    let allowed = SystemParameters.appLogStackedHeights
    let height = min(max(logTallest, allowed.lowerBound), logStackedHeight)
    var parameters = try SystemParameters.app(logStackedHeight: height)
    // As many rounds, each with few queries and hardly any proof of work.
    parameters.whir.queriesPerRound = parameters.whir.queriesPerRound.map { min($0, 4) }
    parameters.whir.muPowBits = 1
    parameters.whir.foldingPowBits = 1
    parameters.whir.queryPhasePowBits = 1
    parameters.logup.powBits = 1
    return parameters
  }
}
