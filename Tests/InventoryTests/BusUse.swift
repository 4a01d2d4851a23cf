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
        message: best.map { MessageShape($0.interaction, of: $0.air).text } ?? "",
        providers: Set(uses.filter { isLookup && $0.interaction.countWeight == 0 }.compactMap(\.id)).sorted(),
        users: Set(uses.filter { !isLookup || $0.interaction.countWeight != 0 }.compactMap(\.id)).sorted(),
        isShared: uses.contains { $0.id == nil })
    }
  }

  /// Fields that are columns count for, long formulas against; tables go before others.
  private static func readability(_ interaction: Interaction, of air: CompiledAIR) -> Int {
    interaction.message.reduce(interaction.countWeight == 0 ? 1 : 0) { score, node in
      if case .variable = air.dag.nodes[node] { return score + 2 }
      return air.render(node: node, limit: MessageShape.formulaLimit).contains("...") ? score - 100 : score
    }
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
