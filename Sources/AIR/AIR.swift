import Algebra

/// An algebraic intermediate representation: a shape of traces and the polynomial relations their rows satisfy.
///
/// ```swift
/// struct DoublingAIR: AIR {
///   var width: TraceWidth { TraceWidth(commonMain: DoublingColumns<Expr>.width) }
///
///   func evaluate(_ builder: AIRBuilder) {
///     let (local, next) = builder.main(DoublingColumns<Expr>.self)
///     builder.whenFirstRow.assertOne("starts at one", local.value)
///     builder.whenTransition.assertEqual("doubles", next.value, local.value.doubled)
///   }
/// }
/// ```
///
/// Constraints hold on every row, cyclically: the row after the last one is the first. An AIR is a value without
/// state of its own; `evaluate` must record the same constraints in the same order at every call, since order and
/// shape are part of the key.
public protocol AIR: Sendable {
  /// Shown in messages; not part of the key. The type's name unless given.
  var name: String { get }
  /// Widths of the parts of a trace.
  var width: TraceWidth { get }
  /// Number of public values. None unless given.
  var publicValueCount: Int { get }
  /// The preprocessed part, committed in the key; its width is `width.preprocessed` and its height fixes the AIR's.
  /// None unless given.
  var preprocessedTrace: FieldMatrix? { get }
  /// Whether every proof must contain this AIR. False unless given.
  var isRequired: Bool { get }

  /// Records the constraints and interactions. Must build all expressions itself, on the calling thread.
  func evaluate(_ builder: AIRBuilder)
}

extension AIR {
  public var name: String { String(describing: Self.self) }
  public var publicValueCount: Int { 0 }
  public var preprocessedTrace: FieldMatrix? { nil }
  public var isRequired: Bool { false }
}

/// A part of a trace. The order is the order in constraint DAGs, not that of commitments.
public enum TracePart: Hashable, Sendable {
  case preprocessed
  case cachedMain(Int)
  case commonMain
}

extension TraceWidth {
  /// The width of `part`; nil when there is no such part.
  public subscript(part: TracePart) -> Int? {
    switch part {
    case .preprocessed: preprocessed
    case .cachedMain(let index): cachedMains.indices.contains(index) ? cachedMains[index] : nil
    case .commonMain: commonMain
    }
  }

  /// The parts that exist: preprocessed, cached mains, common main.
  public var parts: [TracePart] {
    (preprocessed == nil ? [] : [.preprocessed]) + cachedMains.indices.map { .cachedMain($0) } + [.commonMain]
  }

  /// How a variable of `part` is written in a constraint DAG.
  public func entry(_ part: TracePart, offset: Int) -> Entry {
    switch part {
    case .preprocessed: .preprocessed(offset: offset)
    case .cachedMain(let index): .main(part: index, offset: offset)
    case .commonMain: .main(part: cachedMains.count, offset: offset)
    }
  }

  /// The part and row offset that `entry` refers to; nil for public values and for parts that do not exist.
  public func part(of entry: Entry) -> (part: TracePart, offset: Int)? {
    switch entry {
    case .preprocessed(let offset): preprocessed == nil ? nil : (.preprocessed, offset)
    case .main(let part, let offset):
      if part == cachedMains.count {
        (.commonMain, offset)
      } else if cachedMains.indices.contains(part) {
        (.cachedMain(part), offset)
      } else {
        nil
      }
    case .public: nil
    }
  }
}
