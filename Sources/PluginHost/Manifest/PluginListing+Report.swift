import Hashing

extension PluginListing: Encodable {
  private enum CodingKeys: String, CodingKey {
    case app, manifest, entries, notes, counts
    case libraryCount = "libraries"
    case libraryBytes = "library_bytes"
  }

  /// For programs to read.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(app, forKey: .app)
    try container.encode(manifest, forKey: .manifest)
    try container.encode(entries, forKey: .entries)
    try container.encode(notes, forKey: .notes)
    try container.encode(libraryCount, forKey: .libraryCount)
    try container.encode(libraryBytes, forKey: .libraryBytes)
    let counts = State.allCases.map { state in (state.rawValue, entries.count { $0.state == state }) }
    try container.encode(Dictionary(counts) { first, _ in first }, forKey: .counts)
  }
}

extension PluginListing.Entry: Encodable {
  private enum CodingKeys: String, CodingKey {
    case index, circuit, version, plugin, batch, isolation, state, reasons, warnings
    case library = "library_sha256"
    case circuitCommit = "def_circuit_commit"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(index, forKey: .index)
    try container.encode(circuit, forKey: .circuit)
    try container.encode(version, forKey: .version)
    try container.encode(plugin, forKey: .plugin)
    try container.encode(library?.description, forKey: .library)
    try container.encode(circuitCommit.map { CommitBytes($0).description }, forKey: .circuitCommit)
    try container.encode(batch, forKey: .batch)
    try container.encode(isolation, forKey: .isolation)
    try container.encode(state, forKey: .state)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(warnings, forKey: .warnings)
  }
}

/// What a part of a listing is, for a terminal that has colours.
public enum ListingStyle: Sendable {
  case heading
  case good
  case caution
  case bad
  case faint
}

extension PluginListing {
  private static let columns = ["index", "circuit", "version", "batch", "commit", "isolation", "state"]
  private static let rightAligned: Set = [0, 3]

  /// For people: a table, what there is to say about entries, and a summary. `style` dresses words up for a terminal;
  /// by default they are as they are.
  public func lines(style: (String, ListingStyle) -> String = { text, _ in text }) -> [String] {
    guard !entries.isEmpty else { return ["\(app): no deferral circuits in \(manifest)"] }
    let rows = entries.map { entry in
      [
        "\(entry.index)", entry.circuit, entry.version ?? "-", "\(entry.batch)",
        entry.circuitCommit.map(Self.short) ?? "-", entry.isolation.rawValue, entry.state.rawValue,
      ]
    }
    let widths = Self.columns.indices.map { column in
      rows.reduce(Self.columns[column].count) { max($0, $1[column].count) }
    }
    func line(_ cells: [String]) -> [String] {
      cells.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
        if Self.rightAligned.contains(column) { return padding + cell }
        return column == cells.count - 1 ? cell : cell + padding
      }
    }
    var lines = [style("  " + line(Self.columns).joined(separator: "  "), .heading)]
    for (entry, row) in zip(entries, rows) {
      var cells = line(row)
      cells[cells.count - 1] = style(cells[cells.count - 1], entry.state.style)
      lines.append("  " + cells.joined(separator: "  "))
    }
    let remarks = remarkLines(style)
    if !remarks.isEmpty { lines += [""] + remarks }
    return lines + ["", summary(style)]
  }

  // Reasons and warnings, entries with the same ones together.
  private func remarkLines(_ style: (String, ListingStyle) -> String) -> [String] {
    var order: [Remark] = []
    var indices: [Remark: [Int]] = [:]
    for entry in entries {
      let remarks =
        entry.reasons.map { Remark(label: entry.state.rawValue, style: entry.state.style, text: $0) }
        + entry.warnings.map { Remark(label: "note", style: .faint, text: "\(entry.plugin): \($0)") }
      for remark in remarks {
        if indices[remark] == nil { order.append(remark) }
        indices[remark, default: []].append(entry.index)
      }
    }
    return order.map { remark in
      "  \(style(remark.label, remark.style)) \(Self.ranges(indices[remark] ?? [])): \(remark.text)"
    } + notes.map { "  \(style("note", .faint)): \($0)" }
  }

  private struct Remark: Hashable {
    var label: String
    var style: ListingStyle
    var text: String
  }

  private func summary(_ style: (String, ListingStyle) -> String) -> String {
    let states = counts.map { style("\($0.count) \($0.state.rawValue)", $0.state.style) }.joined(separator: ", ")
    let circuits = entries.count == 1 ? "1 deferral circuit" : "\(entries.count) deferral circuits"
    let libraries = libraryCount == 1 ? "1 library" : "\(libraryCount) libraries"
    return "\(app): \(circuits) in \(libraries): \(states)"
  }

  /// A commitment's first and last digits.
  static func short(_ digest: InnerDigest) -> String {
    let text = CommitBytes(digest).description
    // The first byte of a commitment is always 0.
    return "\(text.prefix(10))..\(text.suffix(6))"
  }

  /// Indices in order, as `0 to 3, 7`.
  static func ranges(_ indices: [Int]) -> String {
    var parts: [ClosedRange<Int>] = []
    for index in indices {
      if let last = parts.last, last.upperBound + 1 == index {
        parts[parts.count - 1] = last.lowerBound...index
      } else {
        parts.append(index...index)
      }
    }
    return parts.map { range in
      switch range.count {
      case 1: "\(range.lowerBound)"
      case 2: "\(range.lowerBound), \(range.upperBound)"
      default: "\(range.lowerBound) to \(range.upperBound)"
      }
    }.joined(separator: ", ")
  }
}

extension PluginListing.State {
  /// How it is shown.
  public var style: ListingStyle {
    switch self {
    case .ok: .good
    case .unverified: .faint
    case .changed, .missing: .caution
    case .faulty: .bad
    }
  }
}
