/// Where the keys of a TOML document stand, which the library that reads TOML does not say.
///
/// Follows the document's structure. What it can't follow is no TOML, or more deeply nested than any file needs: it
/// stops there and says why. The library must not be given such a document: much that is no TOML ends in a failed
/// assertion of its own, which takes the process down.
struct TOMLLineIndex: Sendable {
  /// Of keys with dots, and of arrays and tables within one another.
  static let maxDepth = 16
  /// Of keys and elements: many times as many as a full manifest has.
  static let maxValues = 1 << 20

  /// Why the scan ended before the document did.
  struct Stop: Hashable, Sendable {
    var kind: ManifestError.Kind
    /// Counted from 1.
    var line: Int
    var expected: String
    var found: String
  }

  /// A key that stands twice in a table.
  struct Duplicate: Hashable, Sendable {
    var path: TOMLPath
    var firstLine: Int
    var line: Int
  }

  private struct Node {
    var line: Int
    var keys: [String: Int] = [:]
    var elements: [Int] = []
    /// Given by `key = value` or by a header, so that a second time is one too many.
    var isValue = false
    var isHeader = false
  }

  private var nodes = [Node(line: 1)]
  private(set) var stop: Stop?
  private(set) var duplicates: [Duplicate] = []

  /// The line of the value at `path`, or of what contains it as far as the document goes.
  func line(of path: TOMLPath) -> Int {
    var node = 0
    for part in path.parts {
      guard let next = child(of: node, part) else { break }
      node = next
    }
    return nodes[node].line
  }

  /// Whether the document has the path.
  func contains(_ path: TOMLPath) -> Bool {
    var node = 0
    for part in path.parts {
      guard let next = child(of: node, part) else { return false }
      node = next
    }
    return true
  }

  private func child(of node: Int, _ part: TOMLPath.Part) -> Int? {
    switch part {
    case .key(let name): nodes[node].keys[name]
    case .element(let index): nodes[node].elements.indices.contains(index) ? nodes[node].elements[index] : nil
    }
  }

  // MARK: Scanning

  /// Scans a document.
  init(_ bytes: [UInt8]) {
    var scanner = TOMLScanner(bytes)
    do throws(TOMLScanner.Surprise) {
      try document(&scanner)
    } catch {
      stop = Stop(
        kind: error.kind, line: error.line ?? scanner.line, expected: error.expected, found: error.found)
    }
  }

  private mutating func document(_ scanner: inout TOMLScanner) throws(TOMLScanner.Surprise) {
    var table = 0
    var path = TOMLPath()
    while try scanner.skipToStatement() {
      let line = scanner.line
      if scanner.take("[") {
        let isElement = scanner.takeAdjacent("[")
        let key = try scanner.key()
        try scanner.expect("]")
        if isElement { try scanner.expectAdjacent("]") }
        (table, path) = header(key, isElement: isElement, line: line)
      } else {
        try statement(&scanner, table: table, path: path, depth: 0)
      }
      try scanner.endLine()
    }
  }

  // A table of the document. Elements of an array that the key passes through are its last ones.
  private mutating func header(_ key: [String], isElement: Bool, line: Int) -> (Int, TOMLPath) {
    var node = 0
    var path = TOMLPath()
    for (place, name) in key.enumerated() {
      node = self.key(name, of: node, line: line)
      path = path.key(name)
      if isElement && place == key.count - 1 {
        path = path.element(nodes[node].elements.count)
        node = element(of: node, line: line)
      } else if let last = nodes[node].elements.last {
        path = path.element(nodes[node].elements.count - 1)
        node = last
      }
    }
    if nodes[node].isValue || nodes[node].isHeader {
      note(path, firstLine: nodes[node].line, line: line)
    } else {
      // The header of a table that deeper ones have named before is where it stands.
      nodes[node].line = line
    }
    nodes[node].isHeader = true
    return (node, path)
  }

  private mutating func note(_ path: TOMLPath, firstLine: Int, line: Int) {
    guard duplicates.count < ManifestFailure.maxErrors else { return }
    duplicates.append(Duplicate(path: path, firstLine: firstLine, line: line))
  }

  // `key = value`, the key perhaps with dots.
  private mutating func statement(
    _ scanner: inout TOMLScanner, table: Int, path: TOMLPath, depth: Int
  ) throws(TOMLScanner.Surprise) {
    let line = scanner.line
    let key = try scanner.key()
    try scanner.expect("=")
    var node = table
    var path = path
    for name in key {
      node = self.key(name, of: node, line: line)
      path = path.key(name)
    }
    if nodes[node].isValue || !nodes[node].keys.isEmpty || !nodes[node].elements.isEmpty {
      note(path, firstLine: nodes[node].line, line: line)
    } else {
      nodes[node].line = line
    }
    nodes[node].isValue = true
    try value(&scanner, node: node, path: path, depth: depth)
  }

  private mutating func value(
    _ scanner: inout TOMLScanner, node: Int, path: TOMLPath, depth: Int
  ) throws(TOMLScanner.Surprise) {
    guard nodes.count < Self.maxValues else {
      throw TOMLScanner.Surprise(kind: .tooLarge, expected: "at most \(Self.maxValues) keys and values", found: "more")
    }
    guard depth < Self.maxDepth else { throw scanner.tooDeep("values within one another") }
    scanner.skipBlanks()
    if scanner.take("[") {
      var count = 0
      while true {
        try scanner.skipSpace()
        if scanner.take("]") { return }
        let child = element(of: node, line: scanner.line)
        try value(&scanner, node: child, path: path.element(count), depth: depth + 1)
        count += 1
        try scanner.skipSpace()
        if scanner.take("]") { return }
        try scanner.expect(",")
      }
    } else if scanner.take("{") {
      if scanner.take("}") { return }
      repeat {
        try statement(&scanner, table: node, path: path, depth: depth + 1)
      } while scanner.take(",")
      try scanner.expect("}")
    } else {
      try scanner.scalar()
    }
  }

  private mutating func key(_ name: String, of node: Int, line: Int) -> Int {
    if let known = nodes[node].keys[name] { return known }
    nodes.append(Node(line: line))
    nodes[node].keys[name] = nodes.count - 1
    return nodes.count - 1
  }

  private mutating func element(of node: Int, line: Int) -> Int {
    nodes.append(Node(line: line))
    nodes[node].elements.append(nodes.count - 1)
    return nodes.count - 1
  }
}
