import AIR

/// The fields of a message as people read them: by the names of their columns, with runs in one.
struct MessageShape {
  private var fields: [Field] = []

  /// The most operators of a field that is written out.
  static let formulaLimit = 2

  init(_ interaction: Interaction, of air: CompiledAIR) {
    for node in interaction.message { append(Field(node, of: air), to: &fields) }
    // What is left of an array of arrays.
    let parts = fields
    fields = []
    var place = 0
    while place < parts.count {
      let run = parts[place...].prefix { $0.root != nil && $0.root == parts[place].root }
      if run.count > 2, let first = run.first?.first, let last = run.last?.last {
        fields.append(.other("\(first) to \(last)"))
      } else {
        fields += run.isEmpty ? [parts[place]] : Array(run)
      }
      place += max(run.count, 1)
    }
  }

  var text: String { fields.map(\.text).joined(separator: ", ") }

  private func append(_ next: Field, to fields: inout [Field]) {
    if let joined = fields.last?.joined(with: next) {
      fields[fields.count - 1] = joined
    } else {
      fields.append(next)
    }
  }

  private enum Field {
    case elements(of: String, ClosedRange<Int>)
    case formulas(Int)
    case constant(String, Int)
    case other(String)

    init(_ node: Int, of air: CompiledAIR) {
      var text = air.render(node: node, limit: formulaLimit)
      for part in ["preprocessed.", "cached0."] where text.hasPrefix(part) { text.removeFirst(part.count) }
      if text.contains("...") {
        self = .formulas(1)
      } else if case .constant = air.dag.nodes[node] {
        self = .constant(text, 1)
      } else if let (array, index) = Self.element(text) {
        self = .elements(of: array, index...index)
      } else {
        self = .other(text.replacing("|", with: "\\|"))
      }
    }

    /// `name[3]` as name and number.
    private static func element(_ text: String) -> (array: String, index: Int)? {
      guard text.hasSuffix("]"), let open = text.lastIndex(of: "["), !text.contains(" ") else { return nil }
      return Int(text[text.index(after: open)...].dropLast()).map { (String(text[..<open]), $0) }
    }

    var text: String {
      switch self {
      case .elements(let array, let range):
        range.count == 1 ? "\(array)[\(range.lowerBound)]" : "\(array)[\(range.lowerBound)...\(range.upperBound)]"
      case .formulas(let count): count == 1 ? "a formula" : "\(count) formulas"
      case .constant(let text, let count): count > 2 ? "\(count) times \(text)" : count == 2 ? "\(text), \(text)" : text
      case .other(let text): text
      }
    }

    func joined(with next: Field) -> Field? {
      switch (self, next) {
      case (.formulas(let a), .formulas(let b)): .formulas(a + b)
      case (.constant(let text, let a), .constant(let other, let b)) where text == other: .constant(text, a + b)
      case (.elements(let array, let a), .elements(let other, let b))
      where array == other && b.lowerBound == a.upperBound + 1:
        .elements(of: array, a.lowerBound...b.upperBound)
      default: nil
      }
    }

    /// Of elements, the array of arrays that they are of.
    var root: Substring? {
      if case .elements(let array, _) = self { array.prefix { $0 != "[" } } else { nil }
    }

    var first: String? {
      if case .elements(let array, let range) = self { "\(array)[\(range.lowerBound)]" } else { nil }
    }

    var last: String? {
      if case .elements(let array, let range) = self { "\(array)[\(range.upperBound)]" } else { nil }
    }
  }
}
