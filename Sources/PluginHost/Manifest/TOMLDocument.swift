import TOMLKit

/// A value of a TOML document.
enum TOMLNode: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case float(Double)
  /// A date, a time, or both.
  case date
  case array([TOMLNode])
  case table([String: TOMLNode])

  /// What it is, for messages.
  var shown: String {
    switch self {
    case .string(let text): "the string \(TOMLText.quoted(text, limit: 60))"
    case .integer(let value): "the integer \(value)"
    case .boolean(let value): "\(value)"
    case .float(let value): "the number \(value)"
    case .date: "a date or time"
    case .array(let values): values.isEmpty ? "an empty array" : "an array"
    case .table(let values): values.isEmpty ? "an empty table" : "a table"
    }
  }
}

/// A TOML document: its values, and where they stand.
struct TOMLDocument {
  var file: String
  var root: [String: TOMLNode]
  var index: TOMLLineIndex

  init(_ bytes: [UInt8], file: String) throws(ManifestFailure) {
    self.file = file
    if let error = Self.notText(bytes, file: file) { throw ManifestFailure(error) }
    index = TOMLLineIndex(bytes)
    if let failure = ManifestFailure(index.duplicates.map { Self.error($0, file: file) }) { throw failure }
    if let stop = index.stop {
      throw ManifestFailure(
        ManifestError(stop.kind, file: file, line: stop.line, expected: stop.expected, found: stop.found))
    }
    // The index has followed all of it: it is TOML, as far as form goes, and not deeply nested.
    do throws(ManifestError) {
      root = try Self.parse(bytes, file: file)
    } catch {
      throw ManifestFailure(error)
    }
  }

  // MARK: Before the library

  // The library's text ends at the first NUL.
  private static func notText(_ bytes: [UInt8], file: String) -> ManifestError? {
    func error(at place: Int, _ found: String) -> ManifestError {
      let line = 1 + bytes[..<place].count { $0 == 0x0a }
      return ManifestError(.notText, file: file, line: line, expected: "UTF-8 text without NUL", found: found)
    }
    if let place = bytes.firstIndex(of: 0) { return error(at: place, "the byte 0x00") }
    if String(validating: bytes, as: UTF8.self) == nil {
      return error(at: invalidPlace(bytes), "bytes that are no UTF-8")
    }
    return nil
  }

  // Where the text stops being UTF-8.
  private static func invalidPlace(_ bytes: [UInt8]) -> Int {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var place = 0
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let scalar): place += scalar.count
      case .emptyInput: return max(0, bytes.count - 1)
      case .error: return min(place, max(0, bytes.count - 1))
      }
    }
  }

  private static func error(_ duplicate: TOMLLineIndex.Duplicate, file: String) -> ManifestError {
    ManifestError(
      .duplicateKey, file: file, line: duplicate.line, key: duplicate.path.description, expected: "each key once",
      found: "the key of line \(duplicate.firstLine) again")
  }

  // MARK: The library

  private static func parse(_ bytes: [UInt8], file: String) throws(ManifestError) -> [String: TOMLNode] {
    do {
      let table = try TOMLTable(string: String(decoding: bytes, as: UTF8.self))
      return node(of: table)
    } catch let error as TOMLParseError {
      throw ManifestError(
        .syntax, file: file, line: max(1, error.source.begin.line), expected: "TOML", found: Self.words(error))
    } catch {
      throw ManifestError(.syntax, file: file, expected: "TOML", found: "\(error)")
    }
  }

  private static func words(_ error: TOMLParseError) -> String {
    let column = error.source.begin.column
    return "an error at column \(column): \(error.description)"
  }

  private static func node(of table: TOMLTable) -> [String: TOMLNode] {
    var result: [String: TOMLNode] = [:]
    for key in table.keys {
      guard let value = table[key] else { continue }
      result[key] = node(of: value)
    }
    return result
  }

  private static func node(of value: any TOMLValueConvertible) -> TOMLNode {
    if let text = value.string { return .string(text) }
    if let number = value.int { return .integer(number) }
    if let flag = value.bool { return .boolean(flag) }
    if let table = value.table { return .table(node(of: table)) }
    if let array = value.array { return .array((0..<array.count).map { node(of: array[$0]) }) }
    if let number = value.double { return .float(number) }
    return .date
  }
}
