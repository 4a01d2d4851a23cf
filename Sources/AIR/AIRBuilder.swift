import Algebra

/// What `AIR.evaluate` writes to: hands out the trace's columns, public values and selectors as expressions, and
/// records constraints and interactions in order.
///
/// A view: copies, groups and conditions all record into the same list.
public struct AIRBuilder: ConstraintBuilder {
  let recorder: AIRRecorder
  var prefix = ""

  public func assertZero(_ name: String, _ expression: Expr) {
    recorder.constraints.append((prefix + name, expression))
  }

  public func when(_ condition: Expr) -> ConditionalBuilder {
    ConditionalBuilder(recorder: recorder, prefix: prefix, conditions: [condition])
  }

  public func group(_ name: String) -> AIRBuilder {
    AIRBuilder(recorder: recorder, prefix: "\(prefix)\(name)/")
  }

  public var isFirstRow: Expr { recorder.selector(.isFirstRow) }
  public var isLastRow: Expr { recorder.selector(.isLastRow) }
  public var isTransition: Expr { recorder.selector(.isTransition) }
}

// Columns and public values.
extension AIRBuilder {
  /// This row and the cyclically next row of common main.
  public func main<C: AIRColumns>(_ columns: C.Type) -> (local: C, next: C) where C.T == Expr {
    bind(.commonMain, columns)
  }

  /// This row and the next row of cached main `index`.
  public func cachedMain<C: AIRColumns>(_ index: Int, _ columns: C.Type) -> (local: C, next: C) where C.T == Expr {
    bind(.cachedMain(index), columns)
  }

  /// This row and the next row of the preprocessed part.
  public func preprocessed<C: AIRColumns>(_ columns: C.Type) -> (local: C, next: C) where C.T == Expr {
    bind(.preprocessed, columns)
  }

  /// This row and the next row of `part` without names, for AIRs whose width is not fixed.
  public func cells(_ part: TracePart) -> (local: [Expr], next: [Expr]) { recorder.cells(part) }

  /// Public value `index`. Degree 0.
  public func publicValue(_ index: Int) -> Expr {
    require(
      recorder.publicValues.indices.contains(index),
      "\(recorder.name) has \(recorder.publicValues.count) public values, number \(index) was asked for")
    return recorder.publicValues[index]
  }

  /// The deferral index that the circuit is registered at: a constant of the key, 0 until one is made. Degree 0. For
  /// AIRs of deferral circuits, see `DescribedAIR`.
  public var deferralIndex: Expr { recorder.deferralIndex() }

  /// All public values.
  public var publicValues: [Expr] { recorder.publicValues }

  private func bind<C: AIRColumns>(_ part: TracePart, _ columns: C.Type) -> (local: C, next: C) where C.T == Expr {
    let (local, next) = recorder.cells(part)
    require(
      local.count == C.width,
      "\(recorder.name): \(C.self) has \(C.width) columns, but the width of \(part) is \(local.count)")
    let row = C(cells: local)
    recorder.columnNames[part] = row.columnNames
    return (row, C(cells: next))
  }
}

/// The state behind the builders of one evaluation.
final class AIRRecorder {
  struct RecordedInteraction {
    var name: String
    var bus: UInt16
    var message: [Expr]
    var count: Expr
    var countWeight: UInt32
  }

  let name: String
  let publicValues: [Expr]
  private let arena: ExpressionArena
  private let variables: [TracePart: (local: [Expr], next: [Expr])]

  var constraints: [(name: String, expression: Expr)] = []
  var interactions: [RecordedInteraction] = []
  var columnNames: [TracePart: [String]] = [:]
  var busNames: [UInt16: String] = [:]

  init(name: String, width: TraceWidth, publicValueCount: Int, arena: ExpressionArena) {
    self.name = name
    self.arena = arena
    publicValues = (0..<publicValueCount).map { arena.append(.variable(.public, index: $0), degree: 0) }
    var variables: [TracePart: (local: [Expr], next: [Expr])] = [:]
    for part in width.parts {
      func row(offset: Int) -> [Expr] {
        (0..<(width[part] ?? 0)).map {
          arena.append(.variable(width.entry(part, offset: offset), index: $0), degree: 1)
        }
      }
      variables[part] = (row(offset: 0), row(offset: 1))
    }
    self.variables = variables
  }

  func cells(_ part: TracePart) -> (local: [Expr], next: [Expr]) {
    guard let cells = variables[part] else { misuse("\(name) has no part \(part)") }
    return cells
  }

  func deferralIndex() -> Expr { arena.append(.deferralIndex, degree: 0) }

  func selector(_ selector: SymbolicNode) -> Expr { arena.append(selector, degree: 1) }
}
