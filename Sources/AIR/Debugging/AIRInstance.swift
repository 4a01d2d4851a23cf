import Algebra

/// An AIR together with the traces that are claimed to satisfy it: what the trace checker examines.
public struct AIRInstance: Sendable {
  public var air: CompiledAIR
  public var cachedMains: [FieldMatrix]
  public var commonMain: FieldMatrix
  public var publicValues: [BabyBear]

  /// The preprocessed part is taken from `air`.
  public init(
    air: CompiledAIR, cachedMains: [FieldMatrix] = [], commonMain: FieldMatrix, publicValues: [BabyBear] = []
  ) {
    self.air = air
    self.cachedMains = cachedMains
    self.commonMain = commonMain
    self.publicValues = publicValues
  }

  /// Rows of every part.
  public var height: Int { commonMain.height }

  /// The matrix of `part`; nil when there is none.
  public subscript(part: TracePart) -> FieldMatrix? {
    switch part {
    case .preprocessed: air.preprocessedTrace
    case .cachedMain(let index): cachedMains.indices.contains(index) ? cachedMains[index] : nil
    case .commonMain: commonMain
    }
  }

  /// The value of `variable` in `row`. The instance must have passed `validate`.
  func value(of variable: Variable, row: Int) -> BabyBear {
    guard let (part, offset) = air.width.part(of: variable.entry) else { return publicValues[variable.index] }
    return self[part]?[row: (row + offset) % height, column: variable.index] ?? .zero
  }
}

/// Why traces cannot be checked at all: they, or the constraints, have the wrong shape.
public enum TraceShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A height that is no power of two.
  case height(air: String, found: Int)
  case missingPart(air: String, part: TracePart)
  case partWidth(air: String, part: TracePart, expected: Int, found: Int)
  /// A part whose height is not that of common main.
  case partHeight(air: String, part: TracePart, expected: Int, found: Int)
  case publicValueCount(air: String, expected: Int, found: Int)
  /// A node that refers to a later node, or to a column or public value that does not exist.
  case malformedNode(air: String, node: Int)
  /// A constraint or interaction that refers to a node that does not exist.
  case malformedReference(air: String, node: Int)

  public var description: String {
    switch self {
    case .height(let air, let found): "\(air): the height is \(found), not a power of two"
    case .missingPart(let air, let part): "\(air): the trace has no part \(part)"
    case .partWidth(let air, let part, let expected, let found):
      "\(air): part \(part) has \(found) columns, expected \(expected)"
    case .partHeight(let air, let part, let expected, let found):
      "\(air): part \(part) has \(found) rows, common main has \(expected)"
    case .publicValueCount(let air, let expected, let found):
      "\(air): \(found) public values, expected \(expected)"
    case .malformedNode(let air, let node): "\(air): constraint node \(node) refers to something that does not exist"
    case .malformedReference(let air, let node):
      "\(air): a constraint or interaction refers to node \(node), which does not exist"
    }
  }
}

extension AIRInstance {
  /// Checks that the traces have the AIR's shape and that every reference of the DAG can be followed.
  func validate() throws(TraceShapeError) {
    guard height > 0, height & (height - 1) == 0 else { throw .height(air: air.name, found: height) }
    for part in air.width.parts {
      guard let matrix = self[part] else { throw .missingPart(air: air.name, part: part) }
      let width = air.width[part] ?? 0
      guard matrix.width == width else {
        throw .partWidth(air: air.name, part: part, expected: width, found: matrix.width)
      }
      guard matrix.height == height else {
        throw .partHeight(air: air.name, part: part, expected: height, found: matrix.height)
      }
    }
    guard publicValues.count == air.publicValueCount else {
      throw .publicValueCount(air: air.name, expected: air.publicValueCount, found: publicValues.count)
    }
    for (position, node) in air.dag.nodes.enumerated() where !isWellFormed(node, at: position) {
      throw .malformedNode(air: air.name, node: position)
    }
    let references = air.dag.constraints + air.dag.interactions.flatMap { $0.message + [$0.count] }
    for node in references where !air.dag.nodes.indices.contains(node) {
      throw .malformedReference(air: air.name, node: node)
    }
  }

  private func isWellFormed(_ node: ConstraintNode, at position: Int) -> Bool {
    let earlier = 0..<position
    switch node {
    case .variable(.public, let index): return publicValues.indices.contains(index)
    case .variable(let entry, let index):
      guard let (part, offset) = air.width.part(of: entry), let width = air.width[part] else { return false }
      return (offset == 0 || offset == 1) && index >= 0 && index < width
    case .isFirstRow, .isLastRow, .isTransition, .constant: return true
    case .add(let left, let right, _), .sub(let left, let right, _), .mul(let left, let right, _):
      return earlier.contains(left) && earlier.contains(right)
    case .neg(let operand, _): return earlier.contains(operand)
    }
  }
}
