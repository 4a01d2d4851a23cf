import Algebra

// Constraints as people read them. A DAG has shared nodes, so a large expression is cut rather than written out in
// full, which could take exponential space.
extension CompiledAIR {
  /// Node `node` as a formula, with at most about `limit` operators; what is left out shows as `...`.
  public func render(node: Int, limit: Int = 40) -> String {
    var budget = limit
    return render(node, budget: &budget, context: .sum)
  }

  /// The columns and public values that node `node` depends on, in the order of the DAG, at most `limit`.
  public func variables(of node: Int, limit: Int = 24) -> [Variable] {
    var pending = [node]
    var seen: Set<Int> = [node]
    var found: [(node: Int, variable: Variable)] = []
    while let current = pending.popLast() {
      var operands: [Int] = []
      switch dag.nodes[current] {
      case .variable(let entry, let index): found.append((current, Variable(entry: entry, index: index)))
      case .isFirstRow, .isLastRow, .isTransition, .constant: break
      case .add(let left, let right, _), .sub(let left, let right, _), .mul(let left, let right, _):
        operands = [left, right]
      case .neg(let operand, _): operands = [operand]
      }
      for operand in operands where seen.insert(operand).inserted { pending.append(operand) }
    }
    return found.sorted { $0.node < $1.node }.prefix(limit).map(\.variable)
  }

  /// Where an operand stands, which decides whether it needs parentheses.
  private enum Context { case sum, subtrahend, factor }

  private func render(_ node: Int, budget: inout Int, context: Context) -> String {
    switch dag.nodes[node] {
    case .variable(let entry, let index): return describe(Variable(entry: entry, index: index))
    case .isFirstRow: return "isFirstRow"
    case .isLastRow: return "isLastRow"
    case .isTransition: return "isTransition"
    case .constant(let value): return value.signedDescription
    case .add(let left, let right, _):
      return binary(left, " + ", right, rightContext: .sum, budget: &budget, parentheses: context != .sum)
    case .sub(let left, let right, _):
      return binary(left, " - ", right, rightContext: .subtrahend, budget: &budget, parentheses: context != .sum)
    case .mul(let left, let right, _):
      guard spend(&budget) else { return "..." }
      let first = render(left, budget: &budget, context: .factor)
      return first + " * " + render(right, budget: &budget, context: .factor)
    case .neg(let operand, _):
      guard spend(&budget) else { return "..." }
      return "-" + render(operand, budget: &budget, context: .factor)
    }
  }

  private func binary(
    _ left: Int, _ symbol: String, _ right: Int, rightContext: Context, budget: inout Int, parentheses: Bool
  ) -> String {
    guard spend(&budget) else { return "..." }
    let first = render(left, budget: &budget, context: .sum)
    let text = first + symbol + render(right, budget: &budget, context: rightContext)
    return parentheses ? "(\(text))" : text
  }

  private func spend(_ budget: inout Int) -> Bool {
    budget -= 1
    return budget >= 0
  }
}

extension BabyBear {
  /// The canonical integer, or its negative counterpart where that is small: `-1` rather than `2013265920`.
  var signedDescription: String {
    let magnitude = (-self).canonical
    return canonical != 0 && magnitude <= 1 << 16 ? "-\(magnitude)" : "\(canonical)"
  }
}
