import AIR
import Hashing

extension AIRVerifyingKey {
  /// Checks that `unusedVariables` is exactly the list that the rest of the key implies (chapter 10, section 4.6): in
  /// order, each unused, and as many as there are. Verification doesn't read the list, but two keys that mean the same
  /// shall have the same bytes. Costs as much as the key is long, however wide the AIR claims to be.
  func validateUnusedVariables() throws(AIRKeyProblem) {
    var used: Set<Variable> = []
    for case .variable(let entry, let index) in dag.nodes where entry != .public {
      used.insert(Variable(entry: entry, index: index))
    }
    var previous: Variable?
    for (position, unused) in unusedVariables.enumerated() {
      let variable = Variable(entry: unused.entry, index: unused.index)
      try validateVariable(unused.entry, unused.index, at: .unusedVariable(position))
      guard unused.entry != .public, unused.entry.offset == 0 || needsRotation, !used.contains(variable),
        previous.map({ $0 < variable }) ?? true
      else {
        throw AIRKeyProblem(
          .unusedVariable(position), expected: "the next variable that no node reads",
          found: "\(unused.entry) index \(unused.index)")
      }
      previous = variable
    }
    let columns = (width.preprocessed ?? 0) &+ width.cachedMains.reduce(0, &+) &+ width.commonMain
    let expected = columns &* (needsRotation ? 2 : 1) &- used.count
    guard unusedVariables.count == expected else {
      throw AIRKeyProblem(.unusedVariables, expected: "\(expected) variables", found: "\(unusedVariables.count)")
    }
  }
}

/// A variable in the order of the list: by part, then column, then row offset.
private struct Variable: Hashable, Comparable {
  private let part: Int
  private let column: Int
  private let offset: Int

  init(entry: Entry, index: Int) {
    switch entry {
    case .preprocessed: part = -1
    case .main(let part, _): self.part = part
    case .public: part = Int.max
    }
    column = index
    offset = entry.offset
  }

  static func < (a: Variable, b: Variable) -> Bool {
    (a.part, a.column, a.offset) < (b.part, b.column, b.offset)
  }
}
