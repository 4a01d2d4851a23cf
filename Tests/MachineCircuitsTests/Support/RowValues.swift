import AIR
import Algebra

/// The values of an AIR's constraints and interactions on the rows of a trace, one node after another: slow, simple,
/// and nothing like the prover's way.
struct RowValues {
  struct Sent {
    var interaction: Int
    var bus: UInt16
    var message: [BabyBear]
    var count: BabyBear
  }

  /// By constraint.
  var constraints: [BabyBear]
  var interactions: [Sent]

  init(_ air: CompiledAIR, trace: FieldMatrix, cached: [FieldMatrix] = [], publicValues: [BabyBear] = [], row: Int) {
    let height = trace.height
    var values: [BabyBear] = []
    values.reserveCapacity(air.dag.nodes.count)
    for node in air.dag.nodes {
      let value: BabyBear =
        switch node {
        case .variable(.public, let index): publicValues[index]
        case .variable(.preprocessed(let offset), let index):
          air.preprocessedTrace.map { $0[row: (row + offset) % height, column: index] } ?? 0
        case .variable(.main(let part, let offset), let index):
          part < cached.count
            ? cached[part][row: (row + offset) % height, column: index]
            : trace[row: (row + offset) % height, column: index]
        case .isFirstRow: row == 0 ? 1 : 0
        case .isLastRow: row == height - 1 ? 1 : 0
        case .isTransition: row == height - 1 ? 0 : 1
        case .constant(let constant): constant
        case .add(let a, let b, _): values[a] + values[b]
        case .sub(let a, let b, _): values[a] - values[b]
        case .neg(let a, _): -values[a]
        case .mul(let a, let b, _): values[a] * values[b]
        }
      values.append(value)
    }
    constraints = air.dag.constraints.map { values[$0] }
    interactions = air.dag.interactions.enumerated().map { index, interaction in
      Sent(
        interaction: index, bus: interaction.busIndex, message: interaction.message.map { values[$0] },
        count: values[interaction.count])
    }
  }
}
