import AIR
import Algebra
import StarkVerifier

/// What must hold of parameters and AIRs before a key is made (chapter 10, sections 4.7, 4.8, 5.1 and 10).
enum KeygenChecks {
  /// Parameters for which the protocol is defined, and which the prover supports.
  static func check(_ parameters: SystemParameters) throws(KeygenError) {
    do throws(KeyError) {
      try parameters.validate()
    } catch {
      throw .parameters(error)
    }
    guard parameters.lSkip <= SkipDomain.maxLog else {
      throw .parameters(
        KeyError(field: "params.l_skip", expected: "at most \(SkipDomain.maxLog)", found: "\(parameters.lSkip)"))
    }
    // Counts are summed in the field: a bound above the characteristic would bound nothing.
    guard (1...BabyBear.modulus).contains(parameters.logup.maxInteractionCount) else {
      throw .parameters(
        KeyError(
          field: "params.logup.max_interaction_count", expected: "1 to \(BabyBear.modulus)",
          found: "\(parameters.logup.maxInteractionCount)"))
    }
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
