import AIR
import Algebra
import Hashing
import StarkVerifier

/// A present AIR's trace as the provers of the single stages see it: all columns by number, heights below the skip
/// domain lifted to it by repetition (chapter 10, section 4.2).
final class ProverTrace: @unchecked Sendable {
  // SAFE: columns are only read once this is made.
  let airID: Int
  let dag: ConstraintDAG
  let width: TraceWidth
  let needsRotation: Bool
  let publicValues: [BabyBear]
  /// Log of the real height.
  let logHeight: Int
  /// Log of the lifted height, `max(logHeight, lSkip)`.
  let logLiftedHeight: Int
  /// `logLiftedHeight - lSkip`: the cube variables.
  let cubeVariables: Int
  let numbering: ColumnNumbering
  /// By column number; the lifted columns.
  let columns: [UnsafePointer<BabyBear>]
  /// Index of the first leaf of each interaction in the fraction tree.
  var leafOffsets: [Int] = []

  /// Keeps alive what `columns` points into.
  private let storage: [FieldMatrix]

  init<H: HashConfiguration>(_ trace: AIRTrace, key: AIRVerifyingKey<H>, preprocessed: FieldMatrix?, logSkip: Int) {
    airID = trace.airID
    dag = key.dag
    width = key.width
    needsRotation = key.needsRotation
    publicValues = trace.publicValues
    let height = trace.commonMain.height
    logHeight = height.trailingZeroBitCount
    logLiftedHeight = Swift.max(logHeight, logSkip)
    cubeVariables = logLiftedHeight - logSkip
    numbering = ColumnNumbering(key.width)
    let lifted = 1 << logLiftedHeight
    let matrices = (preprocessed.map { [$0] } ?? []) + trace.cachedMains + [trace.commonMain]
    let parts = [Self.selectors(for: key.dag, height: height)] + matrices
    storage = lifted == height ? parts : parts.map { Self.repeated($0, height: lifted) }
    columns = storage.flatMap { matrix in
      (0..<matrix.width).map { UnsafePointer(matrix.base + $0 * matrix.height) }
    }
  }

  /// First row, last row, transition. A selector that no node mentions stays zero, and costs nothing.
  private static func selectors(for dag: ConstraintDAG, height: Int) -> FieldMatrix {
    let matrix = FieldMatrix(height: height, width: ColumnNumbering.selectorCount)
    if dag.nodes.contains(.isFirstRow) { matrix[row: 0, column: ColumnNumbering.isFirstRow] = .one }
    if dag.nodes.contains(.isLastRow) { matrix[row: height - 1, column: ColumnNumbering.isLastRow] = .one }
    if dag.nodes.contains(.isTransition) {
      matrix.column(ColumnNumbering.isTransition).update(repeating: .one)
      matrix[row: height - 1, column: ColumnNumbering.isTransition] = .zero
    }
    return matrix
  }

  private static func repeated(_ matrix: FieldMatrix, height: Int) -> FieldMatrix {
    let result = FieldMatrix(height: height, width: matrix.width)
    for column in 0..<matrix.width {
      for row in 0..<height { result[row: row, column: column] = matrix[row: row % matrix.height, column: column] }
    }
    return result
  }

  var height: Int { 1 << logLiftedHeight }
  var interactions: [Interaction] { dag.interactions }
  /// `2^-(lifted - real log height)`: makes up for the repetition of short traces.
  var repetitionInverse: BabyBear { BabyBear.inversePowerOfTwo(logLiftedHeight - logHeight) }

  /// Greatest degree multiple among the constraints.
  var constraintDegree: Int { dag.constraints.map { dag.degree(of: $0) }.max() ?? 0 }
  /// Greatest degree multiple among message fields and counts.
  var interactionDegree: Int {
    interactions.flatMap { $0.message + [$0.count] }.map { dag.degree(of: $0) }.max() ?? 0
  }

  /// Column numbers in opening order: common main, preprocessed, cached mains.
  var partsInOpeningOrder: [Range<Int>] {
    let cached = width.cachedMains.enumerated().map { part, count in
      numbering.main(part: part, 0)..<numbering.main(part: part, 0) + count
    }
    let common = numbering.main(part: width.cachedMains.count, 0)
    let preprocessed = width.preprocessed.map { [numbering.preprocessed(0)..<numbering.preprocessed(0) + $0] } ?? []
    return [common..<common + width.commonMain] + preprocessed + cached
  }
}

extension ConstraintDAG {
  /// The degree multiple of a node (chapter 10, section 4.4).
  func degree(of node: Int) -> Int {
    switch nodes[node] {
    case .variable(.public, _), .constant: 0
    case .variable, .isFirstRow, .isLastRow, .isTransition: 1
    case .add(_, _, let degree), .sub(_, _, let degree), .mul(_, _, let degree), .neg(_, let degree): degree
    }
  }
}

extension Interaction {
  /// The message's fields against powers of beta, by node, and the constant that the bus adds.
  func denominatorTerms(beta: Ext4) -> (fields: [(node: Int, weight: Ext4)], constant: Ext4) {
    var power = Ext4.one
    var fields: [(node: Int, weight: Ext4)] = []
    for node in message {
      fields.append((node, power))
      power *= beta
    }
    return (fields, power * BabyBear(UInt32(busIndex) + 1))
  }
}
