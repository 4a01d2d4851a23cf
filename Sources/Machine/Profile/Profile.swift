/// Where a run spends its instructions: by slot of the program, and by stack of calls.
public struct Profile: Sendable {
  /// A place in the tree of calls.
  public struct Node: Sendable {
    /// Index into `functionNames`.
    public var function: Int
    /// The caller's node; nil for the root.
    public var parent: Int?
    /// Instructions executed in the function itself.
    public var instructions: UInt64
  }

  public var outcome: RunOutcome
  /// Executions by slot of the program; their sum is the number of instructions.
  public var slotCounts: [UInt64]
  /// Names of functions; the first stands for code without a symbol.
  public var functionNames: [String]
  /// The root first, callers before callees. Stacks that are very deep, or very many, end at a caller.
  public var nodes: [Node]

  /// Instructions executed in each function itself, the most first.
  public var functions: [(name: String, instructions: UInt64)] {
    var totals = [UInt64](repeating: 0, count: functionNames.count)
    for node in nodes { totals[node.function] += node.instructions }
    return zip(functionNames, totals).filter { $0.1 > 0 }.map { (name: $0.0, instructions: $0.1) }
      .sorted { ($1.instructions, $0.name) < ($0.instructions, $1.name) }
  }

  /// The indices into `functionNames` from the root down to `node`.
  func stack(of node: Int) -> [Int] {
    var stack: [Int] = []
    var next: Int? = node
    while let index = next {
      stack.append(nodes[index].function)
      next = nodes[index].parent
    }
    return stack.reversed()
  }
}
