import AIR
import Algebra

/// Changes of single cells in an honest world, and which of them nothing notices.
///
/// A change is noticed when a constraint does not vanish in a row that reads the cell, or when what those rows send and
/// receive is not what it was.
struct Mutations {
  private let instances: [AIRInstance]
  private let number: Int
  private var instance: AIRInstance { instances[number] }

  /// Changes in the trace of instance `number`.
  init(_ instances: [AIRInstance], in number: Int) {
    self.instances = instances
    self.number = number
  }

  /// A cell whose change is not noticed.
  struct Survivor: Hashable, CustomStringConvertible {
    var row: Int
    var column: String
    var description: String { "\(column) in row \(row)" }
  }

  /// Changes each cell of the given rows to another value, a bit to the other one and anything else by 1, and gives
  /// those that are not noticed.
  func survivors(rows: [Int]) -> [Survivor] {
    let names = instance.air.columnNames[.commonMain] ?? []
    let height = instance.height
    var survivors: [Survivor] = []
    for row in rows {
      let readers = height == 1 ? [row] : [row, (row + height - 1) % height]
      let honest = readers.map { RowValues(instance, row: $0) }
      for column in 0..<instance.commonMain.width {
        let value = instance.commonMain[row: row, column: column]
        instance.commonMain[row: row, column: column] = value == .one ? .zero : value + .one
        defer { instance.commonMain[row: row, column: column] = value }
        let isNoticed = zip(readers, honest).contains { reader, before in
          RowValues(instance, row: reader) != before
        }
        if !isNoticed { survivors.append(Survivor(row: row, column: names[column])) }
      }
    }
    return survivors
  }
}

/// What a row says: which constraints do not vanish, and what it sends. Two rows' worth of it differ unless both hold
/// and say the same.
private struct RowValues: Equatable {
  var failing: [Int] = []
  var sent: [[BabyBear]] = []

  init(_ instance: AIRInstance, row: Int) {
    let (air, trace) = (instance.air, instance.commonMain)
    let height = trace.height
    var values: [BabyBear] = []
    values.reserveCapacity(air.dag.nodes.count)
    for node in air.dag.nodes {
      let value: BabyBear =
        switch node {
        case .variable(.main(_, let offset), let index): trace[row: (row + offset) % height, column: index]
        case .variable: .zero
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
    for (index, node) in air.dag.constraints.enumerated() where values[node] != .zero { failing.append(index) }
    for interaction in air.dag.interactions where values[interaction.count] != .zero {
      sent.append(
        [BabyBear(Int(interaction.busIndex)), values[interaction.count]] + interaction.message.map { values[$0] })
    }
  }
}
