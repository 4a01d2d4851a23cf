/// Takes typed values out of a document, and notes what is wrong with them.
struct TOMLReader {
  let file: String
  let index: TOMLLineIndex
  private(set) var errors: [ManifestError] = []
  /// Mistakes besides `errors`: a hostile file has more than need be kept.
  private(set) var furtherCount = 0

  private static let maxKeptErrors = 10 * ManifestFailure.maxErrors

  init(_ document: TOMLDocument) {
    file = document.file
    index = document.index
  }

  /// A table of the document, with the keys that have been asked for.
  struct Table {
    var path: TOMLPath
    var values: [String: TOMLNode]
    fileprivate var known: Set<String> = []

    init(path: TOMLPath, values: [String: TOMLNode]) {
      self.path = path
      self.values = values
    }
  }

  // MARK: Errors

  mutating func fail(_ kind: ManifestError.Kind, _ path: TOMLPath, expected: String, found: String) {
    guard errors.count < Self.maxKeptErrors else {
      furtherCount += 1
      return
    }
    errors.append(error(kind, path, expected: expected, found: found))
  }

  /// All mistakes, if there are any.
  var failure: ManifestFailure? { ManifestFailure(errors, further: furtherCount) }

  private func error(_ kind: ManifestError.Kind, _ path: TOMLPath, expected: String, found: String) -> ManifestError {
    let key = path.parts.isEmpty ? nil : path.description
    return ManifestError(kind, file: file, line: index.line(of: path), key: key, expected: expected, found: found)
  }

  private mutating func wrongType(_ path: TOMLPath, _ expected: String, _ found: TOMLNode) {
    fail(.wrongType, path, expected: expected, found: found.shown)
  }

  /// Notes every key of the table that was not asked for.
  mutating func finish(_ table: Table) {
    for name in table.values.keys.sorted() where !table.known.contains(name) {
      guard errors.count < Self.maxKeptErrors else {
        furtherCount += 1
        continue
      }
      let near = Spelling.nearest(to: name, in: table.known).map { "; did you mean '\($0)'?" } ?? ""
      let known = table.known.sorted().joined(separator: ", ")
      fail(
        .unknownKey, table.path.key(name), expected: known.isEmpty ? "no keys" : "one of \(known)",
        found: "the unknown key \(TOMLText.quoted(name, limit: 60))\(near)")
    }
  }

  // MARK: Values

  /// The value of a key; nil where it is missing, which is noted if it must be there.
  mutating func node(_ table: inout Table, _ key: String, required: Bool, expected: String) -> TOMLNode? {
    table.known.insert(key)
    if let node = table.values[key] { return node }
    if required { fail(.missingKey, table.path.key(key), expected: expected, found: "no such key") }
    return nil
  }

  /// A text of 1 to `maxBytes` bytes without control characters.
  mutating func text(_ table: inout Table, _ key: String, required: Bool = false, maxBytes: Int) -> String? {
    guard let node = node(&table, key, required: required, expected: "a string") else { return nil }
    return text(node, table.path.key(key), maxBytes: maxBytes)
  }

  mutating func text(_ node: TOMLNode, _ path: TOMLPath, maxBytes: Int) -> String? {
    guard case .string(let text) = node else {
      wrongType(path, "a string", node)
      return nil
    }
    guard !text.isEmpty, text.utf8.count <= maxBytes else {
      fail(
        .outOfRange, path, expected: "1 to \(maxBytes) bytes",
        found: text.isEmpty ? "an empty string" : "\(text.utf8.count) bytes")
      return nil
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
      fail(.malformed, path, expected: "text without control characters", found: TOMLText.quoted(text, limit: 60))
      return nil
    }
    return text
  }

  /// A text of a form of its own.
  mutating func text<Value>(
    _ table: inout Table, _ key: String, required: Bool = false, maxBytes: Int, expected: String,
    as form: (String) -> Value?
  ) -> Value? {
    guard let text = text(&table, key, required: required, maxBytes: maxBytes) else { return nil }
    if let value = form(text) { return value }
    fail(.malformed, table.path.key(key), expected: expected, found: TOMLText.quoted(text, limit: 80))
    return nil
  }

  /// One of a few words.
  mutating func choice<Value: RawRepresentable & CaseIterable>(
    _ table: inout Table, _ key: String, required: Bool = false, of type: Value.Type
  ) -> Value? where Value.RawValue == String {
    let words = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
    guard let node = node(&table, key, required: required, expected: words) else { return nil }
    guard case .string(let text) = node else {
      wrongType(table.path.key(key), words, node)
      return nil
    }
    if let value = Value(rawValue: text) { return value }
    fail(.malformed, table.path.key(key), expected: words, found: TOMLText.quoted(text, limit: 60))
    return nil
  }

  mutating func integer(
    _ table: inout Table, _ key: String, required: Bool = false, in range: ClosedRange<Int>
  ) -> Int? {
    let expected = "an integer, \(Self.shown(range))"
    guard let node = node(&table, key, required: required, expected: expected) else { return nil }
    guard case .integer(let value) = node else {
      wrongType(table.path.key(key), expected, node)
      return nil
    }
    if range.contains(value) { return value }
    fail(.outOfRange, table.path.key(key), expected: Self.shown(range), found: "\(value)")
    return nil
  }

  /// A power of two within a range.
  mutating func powerOfTwo(_ table: inout Table, _ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = integer(&table, key, in: range) else { return nil }
    if value > 0, value.nonzeroBitCount == 1 { return value }
    fail(.outOfRange, table.path.key(key), expected: "a power of two, \(Self.shown(range))", found: "\(value)")
    return nil
  }

  mutating func table(_ table: inout Table, _ key: String, required: Bool = false) -> Table? {
    guard let node = node(&table, key, required: required, expected: "a table") else { return nil }
    guard case .table(let values) = node else {
      wrongType(table.path.key(key), "a table", node)
      return nil
    }
    return Table(path: table.path.key(key), values: values)
  }

  mutating func array(_ table: inout Table, _ key: String, required: Bool = false) -> [TOMLNode]? {
    guard let node = node(&table, key, required: required, expected: "an array") else { return nil }
    guard case .array(let values) = node else {
      wrongType(table.path.key(key), "an array", node)
      return nil
    }
    return values
  }

  /// The tables of `[[key]]`. Elements that are none are noted and left out.
  mutating func tables(_ table: inout Table, _ key: String) -> [Table] {
    table.known.insert(key)
    guard let node = table.values[key] else { return [] }
    let path = table.path.key(key)
    guard case .array(let nodes) = node else {
      wrongType(path, "tables, each under a header [[\(key)]]", node)
      return []
    }
    return nodes.enumerated().compactMap { place, node in
      if case .table(let values) = node { return Table(path: path.element(place), values: values) }
      wrongType(path.element(place), "a table", node)
      return nil
    }
  }

  static func shown(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }
}

/// Guesses at what was meant.
enum Spelling {
  /// The word that a few exchanged, missing or additional characters turn into `word`.
  static func nearest(to word: String, in words: Set<String>) -> String? {
    let letters = Array(word.unicodeScalars.prefix(40))
    let candidates = words.sorted().map { (word: $0, distance: distance(letters, Array($0.unicodeScalars))) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }), best.distance <= max(1, letters.count / 3)
    else { return nil }
    return best.word
  }

  // Insertions, removals, replacements, and exchanges of neighbours.
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var rows = [Array(0...b.count)]
    for (i, x) in a.enumerated() {
      var row = [i + 1]
      for (j, y) in b.enumerated() {
        var best = min(rows[i][j] + (x == y ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, x == b[j - 1], y == a[i - 1] { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
