import Algebra

/// A column of an AIR in one of its two rows, or a public value.
public struct Variable: Hashable, Sendable {
  public var entry: Entry
  public var index: Int

  public init(entry: Entry, index: Int) {
    self.entry = entry
    self.index = index
  }
}

/// An AIR after evaluation: its constraint DAG, the facts that keys hold about it, and the names that messages show.
///
/// Made from an `AIR`, or from a DAG alone, in which case parts are named by kind and number. The names are for
/// people; nothing depends on them.
public struct CompiledAIR: Sendable {
  public var name: String
  public var width: TraceWidth
  public var publicValueCount: Int
  public var isRequired: Bool
  public var preprocessedTrace: FieldMatrix?
  public var dag: ConstraintDAG
  /// Names of each entry of `dag.constraints`: more than one where constraints turned out to be the same.
  public var constraintNames: [[String]]
  /// Names of `dag.interactions`.
  public var interactionNames: [String]
  /// Names of a part's columns, where they are known.
  public var columnNames: [TracePart: [String]]
  /// Names of buses, where they are known.
  public var busNames: [UInt16: String]
  /// The greatest degree multiple over constraints, counts and message fields, as written.
  public var maxConstraintDegree: Int

  /// Evaluates `air`.
  public init(_ air: some AIR) { self = Self.compile(air).air }

  /// Evaluates `air`; tells which nodes stand for the deferral index as well.
  static func compile(_ air: some AIR) -> (air: CompiledAIR, indexNodes: [Int]) {
    var builder = DAGBuilder(arena: ExpressionArena())
    let compiled = CompiledAIR(air, into: &builder)
    return (compiled, builder.indexNode.map { [$0] } ?? [])
  }

  private init(_ air: some AIR, into builder: inout DAGBuilder) {
    let arena = ExpressionArena()
    let recorder = AIRRecorder(
      name: air.name, width: air.width, publicValueCount: air.publicValueCount, arena: arena)
    ExpressionArena.$current.withValue(arena) { air.evaluate(AIRBuilder(recorder: recorder)) }

    var degree = 0
    builder = DAGBuilder(arena: arena)
    func add(_ expression: Expr) -> Int {
      degree = max(degree, arena.degrees[arena.position(of: expression)])
      return builder.add(expression)
    }
    var namesOfNode: [Int: [String]] = [:]
    for (name, expression) in recorder.constraints { namesOfNode[add(expression), default: []].append(name) }
    let interactions = recorder.interactions.map { interaction in
      let message = interaction.message.map(add)
      return Interaction(
        message: message, count: add(interaction.count), busIndex: interaction.bus,
        countWeight: interaction.countWeight)
    }
    let constraints = namesOfNode.keys.sorted()

    name = air.name
    width = air.width
    publicValueCount = air.publicValueCount
    isRequired = air.isRequired
    preprocessedTrace = air.preprocessedTrace
    dag = ConstraintDAG(nodes: builder.nodes, constraints: constraints, interactions: interactions)
    constraintNames = constraints.map { namesOfNode[$0] ?? [] }
    interactionNames = recorder.interactions.map(\.name)
    columnNames = recorder.columnNames
    busNames = recorder.busNames
    maxConstraintDegree = degree
  }

  /// An AIR known by its DAG alone, as a key holds it. `maxConstraintDegree` is what the key says.
  public init(
    name: String, width: TraceWidth, publicValueCount: Int, isRequired: Bool = false,
    preprocessedTrace: FieldMatrix? = nil, dag: ConstraintDAG, maxConstraintDegree: Int
  ) {
    self.name = name
    self.width = width
    self.publicValueCount = publicValueCount
    self.isRequired = isRequired
    self.preprocessedTrace = preprocessedTrace
    self.dag = dag
    constraintNames = dag.constraints.indices.map { ["constraint \($0)"] }
    interactionNames = dag.interactions.indices.map { "interaction \($0)" }
    columnNames = [:]
    busNames = [:]
    self.maxConstraintDegree = maxConstraintDegree
  }
}

extension CompiledAIR {
  /// Whether any node reads the next row, used or not.
  public var needsRotation: Bool {
    dag.nodes.contains { node in
      switch node {
      case .variable(.preprocessed(let offset), _), .variable(.main(_, let offset), _): offset == 1
      default: false
      }
    }
  }

  /// The columns that no node mentions: preprocessed, cached mains, common main; inside a part by column, this row
  /// before the next row. The next row counts only if any node reads one.
  public var unusedVariables: [Variable] {
    var used: Set<Variable> = []
    for case .variable(let entry, let index) in dag.nodes { used.insert(Variable(entry: entry, index: index)) }
    let offsets = needsRotation ? 0...1 : 0...0
    var unused: [Variable] = []
    for part in width.parts {
      for column in 0..<(width[part] ?? 0) {
        for offset in offsets {
          let variable = Variable(entry: width.entry(part, offset: offset), index: column)
          if !used.contains(variable) { unused.append(variable) }
        }
      }
    }
    return unused
  }

  /// How messages write `variable`: `rs1[2]`, `next.rs1[2]`, `main[3]`, `cached0[1]`, `preprocessed.isReal`,
  /// `public[0]`.
  public func describe(_ variable: Variable) -> String {
    guard let (part, offset) = width.part(of: variable.entry) else { return "public[\(variable.index)]" }
    let names = columnNames[part] ?? []
    let name = names.indices.contains(variable.index) ? names[variable.index] : nil
    let text =
      switch part {
      case .preprocessed: name.map { "preprocessed.\($0)" } ?? "preprocessed[\(variable.index)]"
      case .cachedMain(let index): name.map { "cached\(index).\($0)" } ?? "cached\(index)[\(variable.index)]"
      case .commonMain: name ?? "main[\(variable.index)]"
      }
    return offset == 0 ? text : "next.\(text)"
  }

  /// How messages write a bus: its number, and its name where known.
  public func describe(bus: UInt16) -> String { busNames[bus].map { "bus \(bus) (\($0))" } ?? "bus \(bus)" }
}
