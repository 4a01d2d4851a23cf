import AIR
import Algebra
import Synchronization

/// Changes cells of honest traces one at a time, and looks which changes no constraint and no bus notices.
///
/// The traces satisfy everything, so a change is noticed where a constraint fails on one of the rows that see the cell,
/// or where these rows send something else. Columns that no constraint and no interaction reads are left alone.
struct CellMutation {
  /// Steps of evaluation that may be spent in all: nodes times rows. The sample shrinks for large circuits.
  var effort = 600_000_000
  var workers = Workers(1)
  /// Rows in which a column is changed.
  var rowsPerColumn = 6

  struct Score {
    /// Cells changed, each with another value.
    var tried = 0
    var unnoticed = 0
    /// Columns that constraints read, and how many of these were changed.
    var columns = 0
    var sampledColumns = 0
    /// In order of AIR and column.
    var survivors: [MutationSurvivor] = []
  }

  /// The AIRs of a circuit with honest traces.
  func score(of instances: [AIRInstance], seed: UInt64) throws(TraceShapeError) -> Score {
    var evaluators: [LaneEvaluator] = []
    for instance in instances { evaluators.append(try LaneEvaluator(instance)) }
    var score = Score()
    var generator = ProbeGenerator(seed)
    for evaluator in evaluators {
      var columns = Self.usedColumns(of: evaluator.instance.air)
      score.columns += columns.count
      // Two lanes for the rows that see a cell, two values for each, and their comparison.
      let perColumn = Swift.max(1, 4 * rowsPerColumn * Swift.max(evaluator.nodeCount, 1))
      let affordable = Swift.max(16, effort / Swift.max(evaluators.count, 1) / perColumn)
      if columns.count > affordable {
        columns.shuffle(using: &generator)
        columns = columns.prefix(affordable).sorted { ($0.part, $0.index) < ($1.part, $1.index) }
      }
      score.sampledColumns += columns.count
      let plan = columns.map { column in
        ColumnPlan(
          column: column,
          rows: rows(for: column, of: evaluator.instance, &generator), seed: generator.next())
      }
      for found in changed(plan, evaluator) {
        score.tried += found.tried
        score.unnoticed += found.unnoticed
        if found.unnoticed > 0 { score.survivors.append(found) }
      }
    }
    return score
  }

  // MARK: What to change

  /// A column: cached parts in order, then the main part.
  struct Column: Hashable {
    /// Number of the part: cached mains first, then common main.
    var part: Int
    var index: Int
  }

  struct ColumnPlan {
    var column: Column
    var rows: [Int]
    var seed: UInt64
  }

  /// Main columns that a constraint, a count or a message depends on.
  static func usedColumns(of air: CompiledAIR) -> [Column] {
    // Nodes without a user count for nothing.
    var isReached = [Bool](repeating: false, count: air.dag.nodes.count)
    for node in air.dag.constraints { isReached[node] = true }
    for interaction in air.dag.interactions {
      isReached[interaction.count] = true
      for node in interaction.message { isReached[node] = true }
    }
    var columns: Set<Column> = []
    for (position, node) in air.dag.nodes.enumerated().reversed() where isReached[position] {
      switch node {
      case .variable(.main(let part, _), let index): columns.insert(Column(part: part, index: index))
      case .variable, .isFirstRow, .isLastRow, .isTransition, .constant: break
      case .add(let left, let right, _), .sub(let left, let right, _), .mul(let left, let right, _):
        isReached[left] = true
        isReached[right] = true
      case .neg(let operand, _): isReached[operand] = true
      }
    }
    return columns.sorted { ($0.part, $0.index) < ($1.part, $1.index) }
  }

  /// The first and the last row, the first two in which the column is not zero, and some others.
  private func rows(for column: Column, of instance: AIRInstance, _ generator: inout ProbeGenerator) -> [Int] {
    let height = instance.height
    guard height > rowsPerColumn else { return Array(0..<height) }
    var rows: Set<Int> = [0, height - 1]
    if let matrix = instance[Self.part(column, of: instance.air)] {
      for row in matrix.column(column.index).indices.lazy
        .filter({ matrix[row: $0, column: column.index] != .zero }).prefix(2)
      {
        rows.insert(row)
      }
    }
    while rows.count < rowsPerColumn { rows.insert(Int.random(in: 0..<height, using: &generator)) }
    return rows.sorted()
  }

  private static func part(_ column: Column, of air: CompiledAIR) -> TracePart {
    column.part < air.width.cachedMains.count ? .cachedMain(column.part) : .commonMain
  }

  // MARK: Changing

  private func changed(_ plan: [ColumnPlan], _ evaluator: LaneEvaluator) -> [MutationSurvivor] {
    let results = Mutex<[Int: MutationSurvivor]>([:])
    workers.forEach(plan.count) { number in
      let result = change(plan[number], evaluator)
      results.withLock { $0[number] = result }
    }
    return results.withLock { results in plan.indices.compactMap { results[$0] } }
  }

  private func change(_ plan: ColumnPlan, _ evaluator: LaneEvaluator) -> MutationSurvivor {
    let air = evaluator.instance.air
    let part = Self.part(plan.column, of: air)
    var generator = ProbeGenerator(plan.seed)
    let entry = Entry.main(part: plan.column.part, offset: 0)
    var result = MutationSurvivor(
      air: air.name, column: air.describe(Variable(entry: entry, index: plan.column.index)), unnoticed: 0, tried: 0,
      rows: [])
    guard let matrix = evaluator.instance[part] else { return result }
    for row in plan.rows {
      let old = matrix[row: row, column: plan.column.index]
      let flipped: BabyBear = old == .zero ? .one : old == .one ? .zero : old + .one
      let other = BabyBear(UInt32.random(in: 2..<BabyBear.modulus, using: &generator)) + old
      let changes = [flipped, other].map {
        CellChange(part: part, row: row, column: plan.column.index, value: $0)
      }
      let isNoticed = Self.isNoticed(changes.map { [$0] }, row: row, evaluator)
      result.tried += changes.count
      let unnoticed = isNoticed.count { !$0 }
      result.unnoticed += unnoticed
      if unnoticed > 0, result.rows.count < 8 { result.rows.append(row) }
    }
    return result
  }

  /// For each of a few sets of changes to cells of one row: whether a constraint fails, or a bus differs from before.
  static func isNoticed(
    _ sets: [[CellChange]], row: Int, _ evaluator: LaneEvaluator, ignoring bus: UInt16? = nil
  ) -> [Bool] {
    let air = evaluator.instance.air
    let rows = evaluator.rows(seeing: row)
    let lanes = ([[]] + sets).flatMap { changes in rows.map { RowLane(row: $0, changes: changes) } }
    return evaluator.evaluate(lanes) { values in
      var before = BusContributions()
      for lane in rows.indices { before.add(air, values, lane: lane, ignoring: bus) }
      return sets.indices.map { number in
        var after = BusContributions()
        for lane in rows.indices.map({ (number + 1) * rows.count + $0 }) {
          for node in air.dag.constraints where values[node * LaneEvaluator.laneCount + lane] != .zero { return true }
          after.add(air, values, lane: lane, ignoring: bus)
        }
        return after != before
      }
    }
  }
}
