import AIR
import Algebra
import Hashing

/// The place in an AIR's key that a rule speaks of.
enum AIRKeyPart: Hashable, Sendable {
  case preprocessed, width, publicValueCount, needsRotation, nodes, maxConstraintDegree, unusedVariables
  case node(Int)
  case constraint(Int)
  case interaction(Int)
  case unusedVariable(Int)

  var name: String {
    switch self {
    case .preprocessed: "preprocessed_data"
    case .width: "width"
    case .publicValueCount: "num_public_values"
    case .needsRotation: "need_rot"
    case .nodes: "nodes"
    case .node(let index): "nodes[\(index)]"
    case .constraint(let index): "constraint_idx[\(index)]"
    case .interaction(let index): "interactions[\(index)]"
    case .maxConstraintDegree: "max_constraint_degree"
    case .unusedVariables: "unused_variables"
    case .unusedVariable(let index): "unused_variables[\(index)]"
    }
  }
}

/// A broken rule inside one AIR's key; whoever knows the AIR's id or the byte offset adds it.
struct AIRKeyProblem: Error {
  var part: AIRKeyPart
  var expected: String
  var found: String

  init(_ part: AIRKeyPart, expected: String, found: String) {
    self.part = part
    self.expected = expected
    self.found = found
  }
}

extension VerifyingKey {
  /// Checks every rule that verification relies on: usable parameters, indices inside their lists, degrees that
  /// follow from the nodes, consistent widths and heights. A decoded key obeys them; a key put together in memory
  /// need not.
  public func validate() throws(KeyError) {
    try parameters.validate()
    guard !airs.isEmpty else { throw KeyError(field: "airs", expected: "at least one AIR", found: "none") }
    for (id, air) in airs.enumerated() {
      do throws(AIRKeyProblem) {
        try air.validate(parameters: parameters)
      } catch {
        throw KeyError(field: "airs[\(id)].\(error.part.name)", expected: error.expected, found: error.found)
      }
    }
    for (index, constraint) in traceHeightConstraints.enumerated() where constraint.coefficients.count != airs.count {
      throw KeyError(
        field: "trace_height_constraints[\(index)]", expected: "\(airs.count) coefficients",
        found: "\(constraint.coefficients.count)")
    }
  }
}

extension AIRVerifyingKey {
  func validate(parameters: SystemParameters) throws(AIRKeyProblem) {
    guard (0...parameters.maxConstraintDegree).contains(maxConstraintDegree) else {
      throw AIRKeyProblem(
        .maxConstraintDegree, expected: "at most \(parameters.maxConstraintDegree)", found: "\(maxConstraintDegree)")
    }
    try validateWidths(parameters: parameters)
    let usesRotation = try validateNodes(maxDegree: maxConstraintDegree)
    guard usesRotation == needsRotation else {
      throw AIRKeyProblem(.needsRotation, expected: "\(usesRotation), as the nodes say", found: "\(needsRotation)")
    }
    try validateConstraints()
    try validateInteractions(logMaxMessageLength: Int(parameters.logup.logMaxMessageLength))
  }

  // MARK: Widths

  private func validateWidths(parameters: SystemParameters) throws(AIRKeyProblem) {
    // The proof codec counts columns, and their openings with rotations, in 32 bits.
    let widths = 1...Int(UInt32.max / 2)
    for (name, value) in [("common main", width.commonMain)] + width.cachedMains.map({ ("cached main", $0) }) {
      guard widths.contains(value) else {
        throw AIRKeyProblem(.width, expected: "a \(name) width from 1 to \(widths.upperBound)", found: "\(value)")
      }
    }
    guard (0...Int(UInt32.max)).contains(publicValueCount) else {
      throw AIRKeyProblem(.publicValueCount, expected: "a 32-bit count", found: "\(publicValueCount)")
    }
    switch (preprocessed, width.preprocessed) {
    case (nil, nil): break
    case (let commitment?, let columns?):
      guard widths.contains(columns) else {
        throw AIRKeyProblem(
          .width, expected: "a preprocessed width from 1 to \(widths.upperBound)", found: "\(columns)")
      }
      try validate(commitment, columns: columns, parameters: parameters)
    case (let commitment, _):
      throw AIRKeyProblem(
        .preprocessed, expected: commitment == nil ? "a commitment to preprocessed columns" : "none, without columns",
        found: commitment == nil ? "none" : "a commitment")
    }
  }

  private func validate(
    _ commitment: PreprocessedCommitment<H>, columns: Int, parameters: SystemParameters
  ) throws(AIRKeyProblem) {
    let dimensions = -parameters.lSkip...parameters.nStack
    guard dimensions.contains(commitment.hypercubeDimension) else {
      throw AIRKeyProblem(
        .preprocessed, expected: "a hypercube_dim from \(dimensions.lowerBound) to \(dimensions.upperBound)",
        found: "\(commitment.hypercubeDimension)")
    }
    // columns < 2^31 and a lifted height of at most 2^27: the address fits.
    let liftedLogHeight = parameters.lSkip + Swift.max(commitment.hypercubeDimension, 0)
    let cells = columns << liftedLogHeight
    let stackedWidth = (cells - 1) >> parameters.logStackedHeight + 1
    guard commitment.stackingWidth == stackedWidth else {
      throw AIRKeyProblem(
        .preprocessed, expected: "a stacking_width of \(stackedWidth)", found: "\(commitment.stackingWidth)")
    }
  }

  // MARK: Nodes

  /// Checks all nodes; tells whether one of them reads the next row.
  private func validateNodes(maxDegree: Int) throws(AIRKeyProblem) -> Bool {
    var usesRotation = false
    var degrees: [Int] = []
    degrees.reserveCapacity(dag.nodes.count)
    for (index, node) in dag.nodes.enumerated() {
      let degree: Int
      switch node {
      case .variable(let entry, let column):
        try validateVariable(entry, column, at: .node(index))
        usesRotation = usesRotation || entry.offset == 1
        degree = entry == .public ? 0 : 1
      case .isFirstRow, .isLastRow, .isTransition: degree = 1
      case .constant: degree = 0
      case .add(let left, let right, let stored), .sub(let left, let right, let stored):
        try checkOperands(left, right, of: index)
        degree = try checkedDegree(
          stored, least: Swift.max(degrees[left], degrees[right]), most: maxDegree, of: index)
      case .mul(let left, let right, let stored):
        try checkOperands(left, right, of: index)
        degree = try checkedDegree(stored, least: degrees[left] + degrees[right], most: maxDegree, of: index)
      case .neg(let operand, let stored):
        try checkOperands(operand, operand, of: index)
        degree = try checkedDegree(stored, least: degrees[operand], most: maxDegree, of: index)
      }
      guard degree <= maxDegree else {
        throw AIRKeyProblem(
          .maxConstraintDegree, expected: "at least \(degree), the degree of node \(index)", found: "\(maxDegree)")
      }
      degrees.append(degree)
    }
    return usesRotation
  }

  private func checkOperands(_ left: Int, _ right: Int, of index: Int) throws(AIRKeyProblem) {
    for operand in [left, right] where !(0..<index).contains(operand) {
      throw AIRKeyProblem(.node(index), expected: "operands before node \(index)", found: "\(operand)")
    }
  }

  /// A node's stored degree is that of the expression before simplification: never less than what its operands give,
  /// never more than the AIR's.
  private func checkedDegree(_ stored: Int, least: Int, most: Int, of index: Int) throws(AIRKeyProblem) -> Int {
    guard stored >= least, stored <= most else {
      throw AIRKeyProblem(.node(index), expected: "a degree_multiple from \(least) to \(most)", found: "\(stored)")
    }
    return stored
  }

  /// Checks that a variable lies inside its part.
  func validateVariable(_ entry: Entry, _ index: Int, at part: AIRKeyPart) throws(AIRKeyProblem) {
    let columns: Int?
    switch entry {
    case .preprocessed: columns = width.preprocessed
    case .main(let part, _):
      if part == width.cachedMains.count {
        columns = width.commonMain
      } else {
        columns = width.cachedMains.indices.contains(part) ? width.cachedMains[part] : nil
      }
    case .public: columns = publicValueCount
    }
    guard let columns, (0..<columns).contains(index), (0...1).contains(entry.offset) else {
      throw AIRKeyProblem(part, expected: "a column and row offset of this AIR", found: "\(entry) index \(index)")
    }
  }

  // MARK: Constraints and interactions

  private func validateConstraints() throws(AIRKeyProblem) {
    var previous = -1
    for (index, node) in dag.constraints.enumerated() {
      guard dag.nodes.indices.contains(node), node > previous else {
        throw AIRKeyProblem(
          .constraint(index), expected: "a node after \(previous) and below \(dag.nodes.count)", found: "\(node)")
      }
      previous = node
    }
  }

  private func validateInteractions(logMaxMessageLength: Int) throws(AIRKeyProblem) {
    let longest = 1 << logMaxMessageLength - 1
    for (index, interaction) in dag.interactions.enumerated() {
      guard !interaction.message.isEmpty, interaction.message.count <= longest else {
        throw AIRKeyProblem(
          .interaction(index), expected: "1 to \(longest) message fields", found: "\(interaction.message.count)")
      }
      for node in interaction.message + [interaction.count] where !dag.nodes.indices.contains(node) {
        throw AIRKeyProblem(.interaction(index), expected: "nodes below \(dag.nodes.count)", found: "\(node)")
      }
    }
  }
}

extension Entry {
  /// The row that is read: 0 for this row, 1 for the next one.
  var offset: Int {
    switch self {
    case .preprocessed(let offset), .main(_, let offset): offset
    case .public: 0
    }
  }
}
