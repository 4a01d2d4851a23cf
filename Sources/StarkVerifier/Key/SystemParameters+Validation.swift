import Algebra

extension SystemParameters {
  /// More queries than this in one round are no parameters but an attack on memory.
  static let maximumQueries = 1 << 20

  /// Checks that the protocol is defined for these parameters (chapter 10, sections 5.1 and 10): that there is a WHIR
  /// round, that the domains exist in the field, and that no size can overflow. It says nothing of soundness; that is
  /// what the soundness report is for.
  public func validate() throws(KeyError) {
    try check("l_skip", lSkip, in: 0...BabyBear.twoAdicity)
    try check("n_stack", nStack, in: 0...BabyBear.twoAdicity)
    try check("w_stack", wStack, in: 1...Int(UInt32.max))
    try check("log_blowup", logBlowup, in: 1...BabyBear.twoAdicity)
    let logDomain = lSkip + nStack + logBlowup
    guard logDomain <= BabyBear.twoAdicity else {
      throw KeyError(
        field: "params.log_blowup", expected: "l_skip + n_stack + log_blowup at most \(BabyBear.twoAdicity)",
        found: "\(logDomain)")
    }
    try validateWHIR()
    try check("logup.log_max_message_length", Int(logup.logMaxMessageLength), in: 0...31)
    try check("logup.pow_bits", logup.powBits, in: 0...30)
    try check("max_constraint_degree", maxConstraintDegree, in: 1...Int(UInt8.max))
  }

  private func validateWHIR() throws(KeyError) {
    let rounds = whir.queriesPerRound.count
    try check("whir.k", whir.k, in: 1...BabyBear.twoAdicity)
    try check("whir.rounds", rounds, in: 1...BabyBear.twoAdicity)
    guard whir.k * rounds <= lSkip + nStack else {
      throw KeyError(
        field: "params.whir.rounds", expected: "k x rounds at most l_skip + n_stack = \(lSkip + nStack)",
        found: "\(whir.k) x \(rounds)")
    }
    for queries in whir.queriesPerRound {
      try check("whir.rounds.num_queries", queries, in: 1...Self.maximumQueries)
    }
    try check("whir.mu_pow_bits", whir.muPowBits, in: 0...30)
    try check("whir.query_phase_pow_bits", whir.queryPhasePowBits, in: 0...30)
    try check("whir.folding_pow_bits", whir.foldingPowBits, in: 0...30)
  }

  private func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(KeyError) {
    guard range.contains(value) else {
      throw KeyError(
        field: "params.\(name)", expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
  }

  /// The first field in which `other` differs, with both values; nil when they are equal.
  public func firstDifference(from other: SystemParameters) -> (field: String, own: String, other: String)? {
    let fields: [(String, String, String)] = [
      ("l_skip", "\(lSkip)", "\(other.lSkip)"),
      ("n_stack", "\(nStack)", "\(other.nStack)"),
      ("w_stack", "\(wStack)", "\(other.wStack)"),
      ("log_blowup", "\(logBlowup)", "\(other.logBlowup)"),
      ("whir.k", "\(whir.k)", "\(other.whir.k)"),
      ("whir.rounds", "\(whir.queriesPerRound)", "\(other.whir.queriesPerRound)"),
      ("whir.mu_pow_bits", "\(whir.muPowBits)", "\(other.whir.muPowBits)"),
      ("whir.query_phase_pow_bits", "\(whir.queryPhasePowBits)", "\(other.whir.queryPhasePowBits)"),
      ("whir.folding_pow_bits", "\(whir.foldingPowBits)", "\(other.whir.foldingPowBits)"),
      ("whir.proximity", "\(whir.proximity)", "\(other.whir.proximity)"),
      ("logup.max_interaction_count", "\(logup.maxInteractionCount)", "\(other.logup.maxInteractionCount)"),
      ("logup.log_max_message_length", "\(logup.logMaxMessageLength)", "\(other.logup.logMaxMessageLength)"),
      ("logup.pow_bits", "\(logup.powBits)", "\(other.logup.powBits)"),
      ("max_constraint_degree", "\(maxConstraintDegree)", "\(other.maxConstraintDegree)"),
    ]
    return fields.first { $0.1 != $0.2 }.map { (field: $0.0, own: $0.1, other: $0.2) }
  }
}
