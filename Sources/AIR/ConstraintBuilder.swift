import Algebra

/// Something that constraints can be recorded with: the builder of an AIR, or a view of it under a condition.
///
/// Write gadgets generic in `some ConstraintBuilder` and they work under any condition. Every constraint has a name,
/// which failures show together with the enclosing groups: `alu/carry is boolean`.
public protocol ConstraintBuilder {
  /// Demands that `expression` vanishes on every row (on which the conditions do not vanish).
  func assertZero(_ name: String, _ expression: Expr)
  /// The same builder under one more condition: constraints are multiplied by `condition`, outermost first, which
  /// adds its degree to theirs.
  func when(_ condition: Expr) -> ConditionalBuilder
  /// The same builder with `name` and a slash before the names of its constraints.
  func group(_ name: String) -> Self
  /// 1 on the first row only.
  var isFirstRow: Expr { get }
  /// 1 on the last row only.
  var isLastRow: Expr { get }
  /// 0 on the last row only.
  var isTransition: Expr { get }
}

extension ConstraintBuilder {
  /// `x - y` vanishes.
  public func assertEqual(_ name: String, _ x: Expr, _ y: Expr) { assertZero(name, x - y) }

  /// `x - 1` vanishes.
  public func assertOne(_ name: String, _ x: Expr) { assertZero(name, x - 1) }

  /// `x` is 0 or 1. Degree twice that of `x`.
  public func assertBoolean(_ name: String, _ x: Expr) { assertZero(name, x.booleanCheck) }

  /// `x` is 0, 1 or 2. Degree three times that of `x`.
  public func assertTernary(_ name: String, _ x: Expr) { assertZero(name, x.ternaryCheck) }

  /// Every expression vanishes; they are named `name[0]`, `name[1]`, ...
  public func assertZeros(_ name: String, _ expressions: some Sequence<Expr>) {
    for (index, expression) in expressions.enumerated() { assertZero("\(name)[\(index)]", expression) }
  }

  /// The two sequences, of equal length, agree element by element.
  public func assertEqual(_ name: String, _ x: some Collection<Expr>, _ y: some Collection<Expr>) {
    require(x.count == y.count, "\"\(name)\" compares \(x.count) expressions with \(y.count)")
    for (index, (a, b)) in zip(x, y).enumerated() { assertEqual("\(name)[\(index)]", a, b) }
  }

  /// Under the condition `1 - condition`.
  public func unless(_ condition: Expr) -> ConditionalBuilder { when(1 - condition) }

  /// Under the condition `x - y`: where the two differ.
  public func whenDifferent(_ x: Expr, _ y: Expr) -> ConditionalBuilder { when(x - y) }

  /// On the first row only.
  public var whenFirstRow: ConditionalBuilder { when(isFirstRow) }
  /// On the last row only.
  public var whenLastRow: ConditionalBuilder { when(isLastRow) }
  /// On all rows but the last: what relates a row to the next one without wrapping around.
  public var whenTransition: ConditionalBuilder { when(isTransition) }

  /// Records what `body` asserts under `condition`.
  public func when(_ condition: Expr, _ body: (ConditionalBuilder) -> Void) { body(when(condition)) }

  /// Records what `body` asserts under names that start with `name`.
  public func group(_ name: String, _ body: (Self) -> Void) { body(group(name)) }
}

/// A builder under conditions. It has no buses: an interaction takes part on the rows where its count is not zero,
/// so a condition belongs into the count.
public struct ConditionalBuilder: ConstraintBuilder {
  let recorder: AIRRecorder
  let prefix: String
  let conditions: [Expr]

  public func assertZero(_ name: String, _ expression: Expr) {
    let guarded = conditions.reversed().reduce(expression) { $1 * $0 }
    recorder.constraints.append((prefix + name, guarded))
  }

  public func when(_ condition: Expr) -> ConditionalBuilder {
    ConditionalBuilder(recorder: recorder, prefix: prefix, conditions: conditions + [condition])
  }

  public func group(_ name: String) -> ConditionalBuilder {
    ConditionalBuilder(recorder: recorder, prefix: "\(prefix)\(name)/", conditions: conditions)
  }

  public var isFirstRow: Expr { recorder.selector(.isFirstRow) }
  public var isLastRow: Expr { recorder.selector(.isLastRow) }
  public var isTransition: Expr { recorder.selector(.isTransition) }
}
