/// Why a document is refused.
struct JSONError: Error {
  var offset: Int
  var reason: StaticString
}

/// Reads JSON (RFC 8259) byte by byte, building nothing: values are ranges of the document.
struct JSONReader {
  private let bytes: [UInt8]
  private var position = 0
  /// How deep objects and arrays may be nested. The stack holds far more.
  private static let maxDepth = 128

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Where the value at `path` stands. Each step is a key, or an index where the value is an array. The whole document
  /// is read, so that one which is no JSON is refused; so is one in which a key of the path stands twice.
  mutating func find(_ path: [[UInt8]]) throws(JSONError) -> Range<Int> {
    skipSpace()
    let found = try value(path[...], depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("more follows the value") }
    guard let found else { throw failure("the document has no such field") }
    return found
  }

  /// Reads a value and returns where the one at `path` stands in it; nil if there is none. A `path` of nil looks for
  /// nothing.
  private mutating func value(_ path: ArraySlice<[UInt8]>?, depth: Int) throws(JSONError) -> Range<Int>? {
    guard depth < Self.maxDepth else { throw failure("nested too deeply") }
    let start = position
    var found: Range<Int>?
    switch peek {
    case UInt8(ascii: "{"): found = try object(path, depth: depth)
    case UInt8(ascii: "["): found = try array(path, depth: depth)
    case UInt8(ascii: "\""): _ = try string(matching: nil)
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try number()
    }
    if let path, path.isEmpty { found = start..<position }
    return found
  }

  private mutating func object(_ path: ArraySlice<[UInt8]>?, depth: Int) throws(JSONError) -> Range<Int>? {
    var found: Range<Int>?
    var isKeySeen = false
    position += 1
    skipSpace()
    guard !take(UInt8(ascii: "}")) else { return nil }
    repeat {
      skipSpace()
      let isKey = try string(matching: path?.first)
      guard !isKey || !isKeySeen else { throw failure("a key of the path stands twice") }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("expected a colon") }
      skipSpace()
      if isKey {
        isKeySeen = true
        found = try value(path?.dropFirst(), depth: depth + 1)
      } else {
        _ = try value(nil, depth: depth + 1)
      }
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("expected a comma or the object's end") }
    return found
  }

  private mutating func array(_ path: ArraySlice<[UInt8]>?, depth: Int) throws(JSONError) -> Range<Int>? {
    let wanted = path?.first.flatMap(Self.index)
    var found: Range<Int>?
    var index = 0
    position += 1
    skipSpace()
    guard !take(UInt8(ascii: "]")) else { return nil }
    repeat {
      skipSpace()
      if index == wanted {
        found = try value(path?.dropFirst(), depth: depth + 1)
      } else {
        _ = try value(nil, depth: depth + 1)
      }
      index += 1
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("expected a comma or the array's end") }
    return found
  }

  /// The number that a step is; nil for anything but up to nine digits.
  private static func index(_ step: [UInt8]) -> Int? {
    guard (1...9).contains(step.count) else { return nil }
    var index = 0
    for digit in step {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      index = index * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return index
  }

  // MARK: Strings

  /// Reads a string, and says whether its contents, with escapes resolved, are `expected`.
  private mutating func string(matching expected: [UInt8]?) throws(JSONError) -> Bool {
    guard take(UInt8(ascii: "\"")) else { throw failure("expected a string") }
    var match = Match(expected)
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return match.isComplete
      case UInt8(ascii: "\\"): try escape(&match)
      case ..<0x20: throw failure("a control character in a string")
      default: match.append(byte)
      }
    }
    throw failure("a string without an end")
  }

  private mutating func escape(_ match: inout Match) throws(JSONError) {
    guard let byte = peek else { throw failure("a string without an end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): match.append(byte)
    case UInt8(ascii: "b"): match.append(0x08)
    case UInt8(ascii: "f"): match.append(0x0c)
    case UInt8(ascii: "n"): match.append(0x0a)
    case UInt8(ascii: "r"): match.append(0x0d)
    case UInt8(ascii: "t"): match.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = try hexadecimal()
      if scalar & 0xfc00 == 0xd800 {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw failure("half a surrogate pair") }
        let low = try hexadecimal()
        guard low & 0xfc00 == 0xdc00 else { throw failure("half a surrogate pair") }
        scalar = 0x1_0000 + (scalar & 0x3ff) << 10 + low & 0x3ff
      }
      guard let scalar = Unicode.Scalar(scalar) else { throw failure("half a surrogate pair") }
      for byte in UTF8.encode(scalar) ?? .init() { match.append(byte) }
    default: throw failure("no such escape")
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek else { throw failure("expected four hexadecimal digits") }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw failure("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// Compares bytes that come one by one with those expected.
  private struct Match {
    private let expected: [UInt8]
    /// How many have matched; nil once one has not.
    private var count: Int?

    init(_ expected: [UInt8]?) {
      self.expected = expected ?? []
      count = expected == nil ? nil : 0
    }

    var isComplete: Bool { count == expected.count }

    mutating func append(_ byte: UInt8) {
      guard let count else { return }
      self.count = count < expected.count && expected[count] == byte ? count + 1 : nil
    }
  }

  // MARK: Numbers and words

  private mutating func number() throws(JSONError) {
    _ = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      guard !isDigit(peek) else { throw failure("a number with a leading zero") }
    } else {
      try digits()
    }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      try digits()
    }
  }

  private mutating func digits() throws(JSONError) {
    guard isDigit(peek) else { throw failure("expected a value") }
    while isDigit(peek) { position += 1 }
  }

  private func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func word(_ word: StaticString) throws(JSONError) {
    var isMatch = true
    word.withUTF8Buffer { for byte in $0 { isMatch = take(byte) && isMatch } }
    guard isMatch else { throw failure("expected a value") }
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  private func failure(_ reason: StaticString) -> JSONError { JSONError(offset: position, reason: reason) }
}
