import Algebra
import Synchronization

/// Checks traces against their AIRs row by row and says what is wrong in the AIRs' own names.
///
/// For tests and for finding out why a proof does not verify; a prover does not need it. Constraints cost one
/// evaluation of the DAG per row, buses a table of all distinct messages.
///
/// ```swift
/// let report = try TraceChecker(instances).check()
/// print(report)
/// ```
public struct TraceChecker: Sendable {
  public let instances: [AIRInstance]
  /// How many failing constraints, unbalanced messages, and participants per message are reported in full.
  public let limit: Int
  public let workers: Workers
  let evaluators: [BlockEvaluator]

  /// Throws when traces and AIRs do not fit together.
  public init(
    _ instances: [AIRInstance], limit: Int = 20, workers: Workers = Workers(1)
  ) throws(TraceShapeError) {
    self.instances = instances
    self.limit = max(limit, 0)
    self.workers = workers
    var evaluators: [BlockEvaluator] = []
    for instance in instances { evaluators.append(try BlockEvaluator(instance)) }
    self.evaluators = evaluators
  }

  /// Checks all constraints and all buses.
  public func check() -> TraceReport {
    var report = TraceReport()
    checkConstraints(into: &report)
    checkBuses(into: &report)
    return report
  }

  /// Checks constraints alone, each AIR for itself.
  public func checkConstraints() -> TraceReport {
    var report = TraceReport()
    checkConstraints(into: &report)
    return report
  }

  private func checkConstraints(into report: inout TraceReport) {
    for (index, evaluator) in evaluators.enumerated() {
      let failures = failures(of: evaluator)
      report.failingConstraintCount += failures.count
      for (constraint, failure) in failures.sorted(by: { $0.key < $1.key }) {
        guard report.constraintFailures.count < limit else { break }
        report.constraintFailures.append(
          describe(constraint: constraint, airIndex: index, row: failure.firstRow, failingRows: failure.rows))
      }
    }
  }

  private struct Failures {
    var firstRow: Int
    var rows: Int
  }

  /// The failing constraints of an AIR by position.
  private func failures(of evaluator: BlockEvaluator) -> [Int: Failures] {
    let constraints = evaluator.instance.air.dag.constraints
    let collected = Mutex<[Int: Failures]>([:])
    workers.forEachRange(evaluator.blockCount, grain: 64) { blocks in
      var found: [Int: Failures] = [:]
      evaluator.forEachBlock(in: blocks) { rows, values in
        for (constraint, node) in constraints.enumerated() {
          for lane in 0..<rows.count where values[node * BlockEvaluator.blockSize + lane] != .zero {
            found[constraint, default: Failures(firstRow: rows.lowerBound + lane, rows: 0)].rows += 1
          }
        }
      }
      collected.withLock { total in
        total.merge(found) { Failures(firstRow: min($0.firstRow, $1.firstRow), rows: $0.rows + $1.rows) }
      }
    }
    return collected.withLock { $0 }
  }

  private func describe(constraint: Int, airIndex: Int, row: Int, failingRows: Int) -> ConstraintFailure {
    let instance = instances[airIndex]
    let air = instance.air
    let node = air.dag.constraints[constraint]
    var value = BabyBear.zero
    let block = row / BlockEvaluator.blockSize
    evaluators[airIndex].forEachBlock(in: block..<block + 1) { rows, values in
      value = values[node * BlockEvaluator.blockSize + row - rows.lowerBound]
    }
    let names = air.constraintNames.indices.contains(constraint) ? air.constraintNames[constraint] : []
    return ConstraintFailure(
      airIndex: airIndex, airName: air.name, constraint: names.joined(separator: ", "), row: row,
      failingRows: failingRows, expression: air.render(node: node), value: value,
      operands: air.variables(of: node).map { variable in
        .init(name: air.describe(variable), value: instance.value(of: variable, row: row))
      })
  }
}
