import Algebra

/// Turns expression trees into the shared nodes of a `ConstraintDAG` (chapter 10, section 4.6).
///
/// Nodes appear in post-order of the trees, left operand first, each value once. A few simplifications apply on the
/// way; operands that they leave without a user stay in the list. The result is what keys are made of, so the
/// order of every step matters. Linear in the size of the arena; no recursion, since sums may be thousands deep.
struct DAGBuilder {
  private let arena: ExpressionArena
  private(set) var nodes: [ConstraintNode] = []
  private var indices: [ConstraintNode: Int] = [:]
  /// The node that stands for the deferral index, a constant 0 for the time being.
  private(set) var indexNode: Int?
  /// The node of each arena position that has been added.
  private var nodeOfPosition: [Int32]

  private static let absent: Int32 = -1

  init(arena: ExpressionArena) {
    self.arena = arena
    nodeOfPosition = Array(repeating: Self.absent, count: arena.nodes.count)
  }

  /// The node of `expression`, adding what is missing.
  mutating func add(_ expression: Expr) -> Int {
    let root = arena.position(of: expression)
    var pending = [root]
    while let position = pending.last {
      if known(position) != nil {
        pending.removeLast()
        continue
      }
      switch arena.nodes[position] {
      case .add(let left, let right), .sub(let left, let right), .mul(let left, let right):
        // The left operand's whole tree comes before the right operand's.
        if known(left) == nil {
          pending.append(left)
        } else if known(right) == nil {
          pending.append(right)
        } else {
          finish(position)
          pending.removeLast()
        }
      case .neg(let operand):
        if known(operand) == nil {
          pending.append(operand)
        } else {
          finish(position)
          pending.removeLast()
        }
      default:
        finish(position)
        pending.removeLast()
      }
    }
    return Int(nodeOfPosition[root])
  }

  private func known(_ position: Int) -> Int? {
    let node = nodeOfPosition[position]
    return node == Self.absent ? nil : Int(node)
  }

  /// Adds the node at `position`, whose operands have been added.
  private mutating func finish(_ position: Int) {
    let degree = arena.degrees[position]
    let node =
      switch arena.nodes[position] {
      case .variable(let entry, let index): intern(.variable(entry, index: index))
      case .isFirstRow: intern(.isFirstRow)
      case .isLastRow: intern(.isLastRow)
      case .isTransition: intern(.isTransition)
      case .constant(let value): intern(.constant(value))
      case .deferralIndex: deferralIndex()
      case .add(let left, let right): sum(node(left), node(right), degree: degree)
      case .sub(let left, let right): difference(node(left), node(right), degree: degree)
      case .neg(let operand): negation(node(operand), degree: degree)
      case .mul(let left, let right): product(node(left), node(right), degree: degree)
      }
    nodeOfPosition[position] = Int32(node)
  }

  private func node(_ position: Int) -> Int { Int(nodeOfPosition[position]) }

  private mutating func intern(_ node: ConstraintNode) -> Int {
    if let index = indices[node] { return index }
    nodes.append(node)
    indices[node] = nodes.count - 1
    return nodes.count - 1
  }

  /// No other node's like: it is neither found as a constant nor folded as one.
  private mutating func deferralIndex() -> Int {
    if let indexNode { return indexNode }
    nodes.append(.constant(.zero))
    indexNode = nodes.count - 1
    return nodes.count - 1
  }

  private func constant(_ node: Int) -> BabyBear? {
    if node == indexNode { return nil }
    return if case .constant(let value) = nodes[node] { value } else { nil }
  }

  // `degree` is that of the expression as written and part of the node's identity, even where a simplification
  // has lowered the degree of an operand.

  private mutating func sum(_ left: Int, _ right: Int, degree: Int) -> Int {
    if let a = constant(left), let b = constant(right) { return intern(.constant(a + b)) }
    if constant(left) == BabyBear.zero { return right }
    if constant(right) == BabyBear.zero { return left }
    if case .neg(let operand, _) = nodes[right] { return intern(.sub(left, operand, degree: degree)) }
    return intern(.add(left, right, degree: degree))
  }

  private mutating func difference(_ left: Int, _ right: Int, degree: Int) -> Int {
    if let a = constant(left), let b = constant(right) { return intern(.constant(a - b)) }
    if constant(right) == BabyBear.zero { return left }
    if case .neg(let operand, _) = nodes[right] { return intern(.add(left, operand, degree: degree)) }
    return intern(.sub(left, right, degree: degree))
  }

  private mutating func negation(_ operand: Int, degree: Int) -> Int {
    if let value = constant(operand) { return intern(.constant(-value)) }
    return intern(.neg(operand, degree: degree))
  }

  private mutating func product(_ left: Int, _ right: Int, degree: Int) -> Int {
    if let a = constant(left), let b = constant(right) { return intern(.constant(a * b)) }
    if constant(left) == BabyBear.zero || constant(right) == BabyBear.one { return left }
    if constant(right) == BabyBear.zero || constant(left) == BabyBear.one { return right }
    return intern(.mul(left, right, degree: degree))
  }
}
