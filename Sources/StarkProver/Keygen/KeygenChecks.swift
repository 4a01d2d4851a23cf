import AIR
import Algebra
import StarkVerifier

/// What must hold of parameters and AIRs before a key is made (chapter 10, sections 4.7, 4.8, 5.1 and 10).
enum KeygenChecks {
  /// Parameters for which the protocol is defined: at least one WHIR round, evaluation domains inside the field's
  /// two-adic subgroup, proof-of-work below the field's size.
  static func check(_ parameters: SystemParameters) throws(KeygenError) {
    func require(_ name: String, _ value: Int, in allowed: ClosedRange<Int>) throws(KeygenError) {
      guard allowed.contains(value) else { throw .parameter(name: name, found: value, allowed: allowed) }
    }
    let twoAdicity = BabyBear.twoAdicity
    // Bound the summands first: sums and products below then stay small.
    try require("l_skip", parameters.lSkip, in: 0...twoAdicity)
    try require("n_stack", parameters.nStack, in: 0...twoAdicity)
    try require("log_blowup", parameters.logBlowup, in: 1...twoAdicity)
    try require(
      "l_skip + n_stack + log_blowup", parameters.logStackedHeight + parameters.logBlowup, in: 1...twoAdicity)
    try require("w_stack", parameters.wStack, in: 1...Int(Int32.max))
    try require("max_constraint_degree", parameters.maxConstraintDegree, in: 1...Int(UInt8.max))
    try require("whir.k", parameters.whir.k, in: 1...twoAdicity)
    try require("number of whir.rounds", parameters.whir.queriesPerRound.count, in: 1...twoAdicity)
    for queries in parameters.whir.queriesPerRound {
      try require("whir.rounds.num_queries", queries, in: 0...Int(Int32.max))
    }
    let folded = parameters.whir.k * parameters.whir.queriesPerRound.count
    guard folded <= parameters.logStackedHeight else {
      throw .tooManyWHIRRounds(foldedVariables: folded, logStackedHeight: parameters.logStackedHeight)
    }
    try require("whir.mu_pow_bits", parameters.whir.muPowBits, in: 0...30)
    try require("whir.folding_pow_bits", parameters.whir.foldingPowBits, in: 0...30)
    try require("whir.query_phase_pow_bits", parameters.whir.queryPhasePowBits, in: 0...30)
    try require("logup.pow_bits", parameters.logup.powBits, in: 0...30)
    try require("logup.log_max_message_length", Int(parameters.logup.logMaxMessageLength), in: 0...31)
    // Counts are summed in the field: a bound above the characteristic would bound nothing.
    try require(
      "logup.max_interaction_count", Int(parameters.logup.maxInteractionCount), in: 1...Int(BabyBear.modulus))
  }

  /// An AIR that can be proven with `parameters`, which have been checked.
  static func check(_ air: CompiledAIR, _ parameters: SystemParameters) throws(KeygenError) {
    for part in air.width.parts where (air.width[part] ?? 0) <= 0 { throw .emptyPart(air: air.name, part: part) }
    guard !air.dag.constraints.isEmpty || !air.dag.interactions.isEmpty else { throw .nothingToProve(air: air.name) }
    guard air.maxConstraintDegree <= parameters.maxConstraintDegree else {
      throw .degree(air: air.name, found: air.maxConstraintDegree, maximum: parameters.maxConstraintDegree)
    }
    let maxFields = (1 << Int(parameters.logup.logMaxMessageLength)) - 1
    for (index, interaction) in air.dag.interactions.enumerated() {
      let name = air.interactionNames.indices.contains(index) ? air.interactionNames[index] : "\(index)"
      guard !interaction.message.isEmpty else { throw .emptyMessage(air: air.name, interaction: name) }
      guard interaction.message.count <= maxFields else {
        throw .messageTooLong(
          air: air.name, interaction: name, found: interaction.message.count, maximum: maxFields)
      }
    }
    try checkPreprocessed(air, parameters)
  }

  private static func checkPreprocessed(
    _ air: CompiledAIR, _ parameters: SystemParameters
  ) throws(KeygenError) {
    guard let width = air.width.preprocessed else {
      guard air.preprocessedTrace == nil else { throw .preprocessedTraceUnexpected(air: air.name) }
      return
    }
    guard let trace = air.preprocessedTrace else { throw .preprocessedTraceMissing(air: air.name) }
    guard trace.width == width else {
      throw .preprocessedWidth(air: air.name, expected: width, found: trace.width)
    }
    let maximum = 1 << parameters.logStackedHeight
    guard trace.height > 0, trace.height & (trace.height - 1) == 0, trace.height <= maximum else {
      throw .preprocessedHeight(air: air.name, found: trace.height, maximum: maximum)
    }
  }
}
