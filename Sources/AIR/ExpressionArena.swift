import Algebra
import Synchronization

/// A node of an expression tree, as written: nothing is simplified. Operands are positions in the arena.
enum SymbolicNode: Sendable {
  case variable(Entry, index: Int)
  case isFirstRow
  case isLastRow
  case isTransition
  case constant(BabyBear)
  /// The deferral index, a constant that is not known yet.
  case deferralIndex
  case add(Int, Int)
  case sub(Int, Int)
  case neg(Int)
  case mul(Int, Int)
}

/// Where the expressions of one evaluation of an AIR live.
///
/// Operators on `Expr` find it through a task-local that `CompiledAIR` binds while it calls `AIR.evaluate`, so an
/// expression needs no reference to its arena and stays four bytes. Every arena has a tag which its handles carry,
/// so that a handle that outlived its evaluation is noticed rather than misread.
final class ExpressionArena: @unchecked Sendable {
  // SAFE: reached only through the task-local, by the one thread that runs `evaluate`, which is synchronous.
  // Expressions built by tasks started inside `evaluate` would race; `AIR.evaluate` forbids that.
  @TaskLocal static var current: ExpressionArena?

  private static let tagBits: UInt32 = 8
  private static let maxNodes = 1 << (32 - 8)
  private static let counter = Atomic<UInt32>(0)

  private(set) var nodes: [SymbolicNode] = []
  private(set) var degrees: [Int] = []
  private let tag: UInt32

  init() {
    tag = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue & ((1 << Self.tagBits) - 1)
  }

  /// The arena of the evaluation that runs on this thread.
  static var bound: ExpressionArena {
    guard let arena = current else {
      misuse("expressions can only be built inside AIR.evaluate")
    }
    return arena
  }

  func append(_ node: SymbolicNode, degree: Int) -> Expr {
    let position = nodes.count
    require(position < Self.maxNodes, "an AIR has at most 2^24 expression nodes")
    nodes.append(node)
    degrees.append(degree)
    return Expr(handle: UInt32(position) << Self.tagBits | tag)
  }

  /// The position that `expression` refers to.
  func position(of expression: Expr) -> Int {
    require(
      expression.handle & ((1 << Self.tagBits) - 1) == tag,
      "the expression belongs to another evaluation of an AIR: keep no expressions outside AIR.evaluate")
    return Int(expression.handle >> Self.tagBits)
  }

  func add(_ a: Expr, _ b: Expr) -> Expr {
    let (left, right) = (position(of: a), position(of: b))
    return append(.add(left, right), degree: max(degrees[left], degrees[right]))
  }

  func subtract(_ a: Expr, _ b: Expr) -> Expr {
    let (left, right) = (position(of: a), position(of: b))
    return append(.sub(left, right), degree: max(degrees[left], degrees[right]))
  }

  func multiply(_ a: Expr, _ b: Expr) -> Expr {
    let (left, right) = (position(of: a), position(of: b))
    // Saturates, since repeated squaring doubles a degree: every key has a limit far below.
    return append(.mul(left, right), degree: min(degrees[left] + degrees[right], Int(Int32.max)))
  }

  func negate(_ a: Expr) -> Expr {
    let operand = position(of: a)
    return append(.neg(operand), degree: degrees[operand])
  }
}
