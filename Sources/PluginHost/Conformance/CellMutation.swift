import AIR
import Algebra
import Synchronization

/// Changes cells of honest traces one at a time, and looks which changes no constraint and no bus notices.
///
/// The traces satisfy everything, so a change is noticed where a constraint fails on one of the rows that see the cell,
/// or where these rows send something else. Columns that no constraint and no interaction reads are left alone.
struct CellMutation {
  /// Steps of evaluation that may be spent in all: nodes times rows. The sample shrinks for large circuits.
  var effort = 2_000_000_000
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
      // Two values for each cell, and two rows that see it.
      let perColumn = 4 * Swift.max(rowsPerColumn, 1) * Swift.max(evaluator.nodeCount, 1)
      let affordable = Swift.max(16, effort / Swift.max(evaluators.count, 1) / perColumn)
      if columns.count > affordable {
        columns.shuffle(using: &generator)
        columns = columns.prefix(affordable).sorted { ($0.part, $0.index) < ($1.part, $1.index) }
      }
      score.sampledColumns += columns.count
      let common = commonRows(of: evaluator.instance, &generator)
      let plan = columns.map { column in
        ColumnPlan(
          column: column, rows: rows(for: column, of: evaluator.instance, common), seed: generator.next())
      }
      for found in changed(plan, UnchangedRows(evaluator)) {
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

  /// Rows that all columns are changed in: the first and the last one, and others.
  private func commonRows(of instance: AIRInstance, _ generator: inout ProbeGenerator) -> [Int] {
    let height = instance.height
    guard height > rowsPerColumn else { return Array(0..<height) }
    var rows: Set<Int> = [0, height - 1]
    while rows.count < rowsPerColumn - 2 { rows.insert(Int.random(in: 0..<height, using: &generator)) }
    return rows.sorted()
  }

  /// The common rows, and the first two in which the column is not zero.
  private func rows(for column: Column, of instance: AIRInstance, _ common: [Int]) -> [Int] {
    guard let matrix = instance[Self.part(column, of: instance.air)] else { return common }
    let cells = matrix.column(column.index)
    let first = cells.indices.lazy.filter { cells[$0] != .zero }.prefix(2)
    return Set(common).union(first).sorted()
  }

  private static func part(_ column: Column, of air: CompiledAIR) -> TracePart {
    column.part < air.width.cachedMains.count ? .cachedMain(column.part) : .commonMain
  }

  // MARK: Changing

  private func changed(_ plan: [ColumnPlan], _ unchanged: UnchangedRows) -> [MutationSurvivor] {
    let results = Mutex<[Int: MutationSurvivor]>([:])
    workers.forEach(plan.count) { number in
      let result = change(plan[number], unchanged)
      results.withLock { $0[number] = result }
    }
    return results.withLock { results in plan.indices.compactMap { results[$0] } }
  }

  private func change(_ plan: ColumnPlan, _ unchanged: UnchangedRows) -> MutationSurvivor {
    let instance = unchanged.evaluator.instance
    let part = Self.part(plan.column, of: instance.air)
    var generator = ProbeGenerator(plan.seed)
    let entry = Entry.main(part: plan.column.part, offset: 0)
    var result = MutationSurvivor(
      air: instance.air.name, column: instance.air.describe(Variable(entry: entry, index: plan.column.index)),
      unnoticed: 0, tried: 0, rows: [])
    guard let matrix = instance[part] else { return result }
    let changes = plan.rows.flatMap { row in
      let old = matrix[row: row, column: plan.column.index]
      let flipped: BabyBear = old == .zero ? .one : old == .one ? .zero : old + .one
      let other = BabyBear(UInt32.random(in: 2..<BabyBear.modulus, using: &generator)) + old
      return [flipped, other].map { CellChange(part: part, row: row, column: plan.column.index, value: $0) }
    }
    result.tried = changes.count
    for (change, isNoticed) in zip(changes, unchanged.areNoticed(changes)) where !isNoticed {
      result.unnoticed += 1
      if result.rows.last != change.row, result.rows.count < 8 { result.rows.append(change.row) }
    }
    return result
  }
}

/// What rows of honest traces send, for comparison with rows that have a changed cell.
final class UnchangedRows: Sendable {
  let evaluator: LaneEvaluator
  /// A bus that is not looked at.
  private let ignoredBus: UInt16?
  private let contributions = Mutex<[Int: BusContributions]>([:])

  init(_ evaluator: LaneEvaluator, ignoring bus: UInt16? = nil) {
    self.evaluator = evaluator
    ignoredBus = bus
  }

  /// For each change: whether a constraint fails, or a bus differs from before.
  func areNoticed(_ changes: [CellChange]) -> [Bool] {
    let air = evaluator.instance.air
    var result: [Bool] = []
    // Each change takes at most two lanes.
    let step = LaneEvaluator.laneCount / 2
    for start in stride(from: 0, to: changes.count, by: step) {
      let group = changes[start..<min(start + step, changes.count)]
      let rows = group.map { evaluator.rows(seeing: $0.row) }
      let before = rows.map(contributions(of:))
      let lanes = zip(group, rows).flatMap { change, rows in rows.map { RowLane(row: $0, changes: [change]) } }
      result += evaluator.evaluate(lanes) { values in
        var lane = 0
        return zip(rows, before).map { rows, before in
          defer { lane += rows.count }
          return isNoticed(air, values, lanes: lane..<lane + rows.count, before)
        }
      }
    }
    return result
  }

  private func isNoticed(
    _ air: CompiledAIR, _ values: UnsafeBufferPointer<BabyBear>, lanes: Range<Int>, _ before: BusContributions
  ) -> Bool {
    for node in air.dag.constraints {
      for lane in lanes where values[node * LaneEvaluator.laneCount + lane] != .zero { return true }
    }
    var after = BusContributions()
    for lane in lanes { after.add(air, values, lane: lane, ignoring: ignoredBus) }
    return after != before
  }

  /// What a few rows send together.
  private func contributions(of rows: [Int]) -> BusContributions {
    var sum = BusContributions()
    for row in rows { sum.add(contributions(of: row)) }
    return sum
  }

  private func contributions(of row: Int) -> BusContributions {
    if let known = contributions.withLock({ $0[row] }) { return known }
    var found = BusContributions()
    evaluator.evaluate([RowLane(row: row, changes: [])]) { values in
      found.add(evaluator.instance.air, values, lane: 0, ignoring: ignoredBus)
    }
    contributions.withLock { $0[row] = found }
    return found
  }
}
