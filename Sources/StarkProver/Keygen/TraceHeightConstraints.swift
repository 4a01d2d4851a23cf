import AIR
import Algebra
import StarkVerifier

// Bounds on trace heights under which counts on a bus, and interactions in all, cannot wrap around the field
// (chapter 10, section 4.7).
extension TraceHeightConstraint {
  /// The constraints that a key of `airs` holds: one per bus in increasing order, then one for the number of
  /// interactions, without those that others imply.
  static func all(airs: [CompiledAIR], parameters: SystemParameters) throws(KeygenError) -> [TraceHeightConstraint] {
    var weights: [UInt16: [UInt32]] = [:]
    var totals: [UInt32] = Array(repeating: 0, count: airs.count)
    for (id, air) in airs.enumerated() {
      for interaction in air.dag.interactions {
        let bus = interaction.busIndex
        var coefficients = weights[bus] ?? Array(repeating: 0, count: airs.count)
        let (weight, weightOverflow) = coefficients[id].addingReportingOverflow(interaction.countWeight)
        let (total, totalOverflow) = totals[id].addingReportingOverflow(1)
        guard !weightOverflow, !totalOverflow else { throw .countWeightOverflow(air: air.name, bus: bus) }
        coefficients[id] = weight
        totals[id] = total
        weights[bus] = coefficients
      }
    }
    let perBus = weights.sorted { $0.key < $1.key }.map {
      TraceHeightConstraint(coefficients: $0.value, threshold: BabyBear.modulus)
    }
    let count = TraceHeightConstraint(
      coefficients: totals, threshold: parameters.logup.maxInteractionCount)
    return minimized(perBus + [count])
  }

  /// Keeps, in order, the constraints that no kept one implies; a later one displaces those it implies. Which of two
  /// equal constraints stays does not matter, but the order does, since it is part of the key.
  static func minimized(_ constraints: [TraceHeightConstraint]) -> [TraceHeightConstraint] {
    var kept: [TraceHeightConstraint] = []
    for constraint in constraints where !kept.contains(where: { constraint.isImplied(by: $0) }) {
      kept.removeAll { $0.isImplied(by: constraint) }
      kept.append(constraint)
    }
    return kept
  }

  /// Whether `other` is at least as strict in the threshold and in every coefficient.
  func isImplied(by other: TraceHeightConstraint) -> Bool {
    threshold >= other.threshold && zip(coefficients, other.coefficients).allSatisfy { $0 <= $1 }
  }
}
