import AIR

/// How a bus is used by a set of AIRs.
struct BusUse {
  var number: UInt16
  var name: String
  var isLookup: Bool
  var fieldCounts: Set<Int>
  /// The message of the interaction that is best to read.
  var message: String
  /// Ids of AIRs that provide a table; of a permutation bus none.
  var providers: [Int]
  /// Ids of all others.
  var users: [Int]
  /// Whether AIRs that are not listed use it too.
  var isShared: Bool

  var row: String {
    let who: String
    if isLookup {
      let provided = providers.isEmpty ? "provided by a standard table" : "provided by \(Self.ranges(providers))"
      who = users.isEmpty ? provided : "\(provided), looked up by \(Self.ranges(users))"
    } else {
      who = Self.ranges(users) + (isShared ? " and the host's" : "")
    }
    let fields = fieldCounts.sorted().map(String.init).joined(separator: ", ")
    return "| \(number) | \(name) | \(isLookup ? "lookup" : "permutation") | \(fields) | `\(message)` | \(who) |"
  }

  /// All buses, ascending.
  static func all(of airs: [CompiledAIR], firstID: Int, neighbours: [CompiledAIR]) -> [BusUse] {
    var found: [UInt16: [(id: Int?, air: CompiledAIR, interaction: Interaction)]] = [:]
    for (id, air) in zip(firstID..., airs) {
      for interaction in air.dag.interactions {
        found[interaction.busIndex, default: []].append((id, air, interaction))
      }
    }
    for air in neighbours {
      for interaction in air.dag.interactions where found[interaction.busIndex] != nil {
        found[interaction.busIndex]?.append((nil, air, interaction))
      }
    }
    return found.sorted { $0.key < $1.key }.map { number, uses in
      // Tables weigh nothing.
      let isLookup = uses.contains { $0.interaction.countWeight == 0 }
      let best = uses.max { readability($0.interaction, of: $0.air) < readability($1.interaction, of: $1.air) }
      return BusUse(
        number: number, name: uses.lazy.compactMap { $0.air.busNames[number] }.first ?? "", isLookup: isLookup,
        fieldCounts: Set(uses.map { $0.interaction.message.count }),
        message: best.map { message($0.interaction, of: $0.air) } ?? "",
        providers: Set(uses.filter { isLookup && $0.interaction.countWeight == 0 }.compactMap(\.id)).sorted(),
        users: Set(uses.filter { !isLookup || $0.interaction.countWeight != 0 }.compactMap(\.id)).sorted(),
        isShared: uses.contains { $0.id == nil })
    }
  }

  /// Fields that are columns count for, long formulas against; tables go before others.
  private static func readability(_ interaction: Interaction, of air: CompiledAIR) -> Int {
    interaction.message.reduce(interaction.countWeight == 0 ? 1 : 0) { score, node in
      if case .variable = air.dag.nodes[node] { return score + 2 }
      return air.render(node: node, limit: formulaLimit).contains("...") ? score - 100 : score
    }
  }

  /// The most operators of a field that is written out.
  private static let formulaLimit = 2

  /// Fields by name; runs of elements of one array in one, and runs of long formulas.
  static func message(_ interaction: Interaction, of air: CompiledAIR) -> String {
    var fields: [Field] = []
    for node in interaction.message {
      let next = field(node, of: air)
      if let last = fields.last, let joined = last.joined(with: next) {
        fields[fields.count - 1] = joined
      } else {
        fields.append(next)
      }
    }
    return fields.map(\.text).joined(separator: ", ")
  }

  private enum Field {
    case elements(of: String, ClosedRange<Int>)
    case formulas(Int)
    case other(String)

    var text: String {
      switch self {
      case .elements(let array, let range):
        range.count == 1 ? "\(array)[\(range.lowerBound)]" : "\(array)[\(range.lowerBound)...\(range.upperBound)]"
      case .formulas(let count): count == 1 ? "a formula" : "\(count) formulas"
      case .other(let text): text
      }
    }

    func joined(with next: Field) -> Field? {
      switch (self, next) {
      case (.formulas(let a), .formulas(let b)): .formulas(a + b)
      case (.elements(let array, let a), .elements(let other, let b))
      where array == other && b.lowerBound == a.upperBound + 1:
        .elements(of: array, a.lowerBound...b.upperBound)
      default: nil
      }
    }
  }

  /// A column's name without the part that it is in, or a formula.
  private static func field(_ node: Int, of air: CompiledAIR) -> Field {
    var text = air.render(node: node, limit: formulaLimit)
    if text.contains("...") { return .formulas(1) }
    for part in ["preprocessed.", "cached0."] where text.hasPrefix(part) { text.removeFirst(part.count) }
    if let (array, index) = element(text) { return .elements(of: array, index...index) }
    return .other(text.replacing("|", with: "\\|"))
  }

  /// `name[3]` as name and number.
  private static func element(_ text: String) -> (array: String, index: Int)? {
    guard text.hasSuffix("]"), let open = text.lastIndex(of: "["), !text.contains(" ") else { return nil }
    return Int(text[text.index(after: open)...].dropLast()).map { (String(text[..<open]), $0) }
  }

  /// `0, 2 to 5, 9`.
  static func ranges(_ ids: [Int]) -> String {
    var parts: [ClosedRange<Int>] = []
    for id in ids {
      if let last = parts.last, last.upperBound + 1 == id {
        parts[parts.count - 1] = last.lowerBound...id
      } else {
        parts.append(id...id)
      }
    }
    return parts.map { part in
      part.count == 1
        ? "\(part.lowerBound)"
        : part.count == 2 ? "\(part.lowerBound), \(part.upperBound)" : "\(part.lowerBound) to \(part.upperBound)"
    }.joined(separator: ", ")
  }
}
