import Algebra

/// What a variable of an AIR refers to.
public enum Entry: Hashable, Sendable {
  /// A column of the preprocessed trace, in this row (`offset` 0) or the cyclically next one (`offset` 1).
  case preprocessed(offset: Int)
  /// A column of main part `part`: cached mains `0 ..< c` come first, common main is part `c`.
  case main(part: Int, offset: Int)
  /// A public value.
  case `public`
}

/// A node of a constraint DAG. Operands are indices of earlier nodes; `degree` is the degree multiple that the
/// original expression had, and is part of a node's identity (chapter 10, sections 4.4 and 4.6).
public enum ConstraintNode: Hashable, Sendable {
  case variable(Entry, index: Int)
  case isFirstRow
  case isLastRow
  case isTransition
  case constant(BabyBear)
  case add(Int, Int, degree: Int)
  case sub(Int, Int, degree: Int)
  case neg(Int, degree: Int)
  case mul(Int, Int, degree: Int)
}

/// An interaction: a message sent to a bus with a signed multiplicity. All fields are node indices.
public struct Interaction: Hashable, Sendable {
  /// The message's fields, at least one.
  public var message: [Int]
  /// The multiplicity.
  public var count: Int
  public var busIndex: UInt16
  /// What a row of this interaction adds to its bus's trace-height constraint (chapter 10, section 4.7).
  public var countWeight: UInt32

  public init(message: [Int], count: Int, busIndex: UInt16, countWeight: UInt32) {
    self.message = message
    self.count = count
    self.busIndex = busIndex
    self.countWeight = countWeight
  }
}

/// All constraints and interactions of an AIR as one list of shared nodes. It is data: a verifier or prover
/// needs nothing else to evaluate an AIR.
public struct ConstraintDAG: Hashable, Sendable {
  /// Operands precede their users.
  public var nodes: [ConstraintNode]
  /// The nodes that must vanish on every row, ascending and without repetition.
  public var constraints: [Int]
  public var interactions: [Interaction]

  public init(nodes: [ConstraintNode], constraints: [Int], interactions: [Interaction]) {
    self.nodes = nodes
    self.constraints = constraints
    self.interactions = interactions
  }
}

/// The widths, in columns, of an AIR's parts.
public struct TraceWidth: Hashable, Sendable {
  /// Width of the preprocessed part, when there is one.
  public var preprocessed: Int?
  /// Widths of the cached main parts.
  public var cachedMains: [Int]
  /// Width of common main, at least one.
  public var commonMain: Int

  public init(preprocessed: Int? = nil, cachedMains: [Int] = [], commonMain: Int) {
    self.preprocessed = preprocessed
    self.cachedMains = cachedMains
    self.commonMain = commonMain
  }

  /// Number of parts: common main, preprocessed if any, cached mains.
  public var partCount: Int { 1 + (preprocessed == nil ? 0 : 1) + cachedMains.count }
}
