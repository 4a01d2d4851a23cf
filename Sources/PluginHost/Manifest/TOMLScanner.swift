/// The characters of a TOML 1.0 document one after the other, as far as structure, strings and the forms of scalars go.
struct TOMLScanner {
  /// Something that is no TOML, or more of it than any file needs.
  struct Surprise: Error {
    var kind: ManifestError.Kind
    /// Where the reason is; nil for the line that the scanner has come to.
    var line: Int?
    var expected: String
    var found: String
  }

  /// The longest key, in bytes: the parts of one with dots together.
  static let maxKeyBytes = 1024

  private let bytes: [UInt8]
  private var position = 0
  private(set) var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    let place = position + offset
    return place < bytes.count ? bytes[place] : nil
  }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == 0x0a { line += 1 }
      position += 1
    }
  }

  func tooDeep(_ what: String) -> Surprise {
    Surprise(kind: .tooDeep, expected: "at most \(TOMLLineIndex.maxDepth) \(what)", found: "more")
  }

  private func surprise(_ expected: String) -> Surprise {
    let found =
      switch peek() {
      case nil: "the end of the file"
      case 0x0a: "the end of the line"
      case 0x0d where peek(1) == 0x0a: "the end of the line"
      case .some(let byte) where byte > 0x20 && byte < 0x7f: "'\(Character(Unicode.Scalar(byte)))'"
      case .some(let byte): "the byte 0x\(String(byte, radix: 16))"
      }
    return Surprise(kind: .syntax, expected: expected, found: found)
  }

  // MARK: Space

  /// Spaces and tabs.
  mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || byte == 0x09 { advance() }
  }

  /// Blanks, line breaks and comments.
  mutating func skipSpace() throws(Surprise) {
    while true {
      skipBlanks()
      guard try skipComment() || skipLineBreak() else { return }
    }
  }

  private mutating func skipLineBreak() -> Bool {
    if peek() == 0x0a {
      advance()
      return true
    }
    guard peek() == 0x0d, peek(1) == 0x0a else { return false }
    advance(2)
    return true
  }

  // Up to the line's end.
  private mutating func skipComment() throws(Surprise) -> Bool {
    guard peek() == UInt8(ascii: "#") else { return false }
    while let byte = peek(), byte != 0x0a, !(byte == 0x0d && peek(1) == 0x0a) { try text(byte) }
    return true
  }

  /// Goes to the next key or header; false at the end.
  mutating func skipToStatement() throws(Surprise) -> Bool {
    try skipSpace()
    return position < bytes.count
  }

  /// Goes to the end of the line, past a comment.
  mutating func endLine() throws(Surprise) {
    skipBlanks()
    guard try skipComment() || peek() == nil || peek() == 0x0a || (peek() == 0x0d && peek(1) == 0x0a) else {
      throw surprise("the end of the line")
    }
  }

  /// Takes a character if it is the next.
  mutating func takeAdjacent(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    advance()
    return true
  }

  /// Takes a character if it is the next after blanks.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    return takeAdjacent(character)
  }

  mutating func expect(_ character: Unicode.Scalar) throws(Surprise) {
    guard take(character) else { throw surprise("'\(character)'") }
  }

  mutating func expectAdjacent(_ character: Unicode.Scalar) throws(Surprise) {
    guard takeAdjacent(character) else { throw surprise("'\(character)'") }
  }

  // MARK: Keys

  /// A key: its parts between dots.
  mutating func key() throws(Surprise) -> [String] {
    var parts: [String] = []
    var count = 0
    repeat {
      skipBlanks()
      let part = try keyPart()
      count += part.utf8.count
      guard parts.count < TOMLLineIndex.maxDepth else { throw tooDeep("parts of a key") }
      guard count <= Self.maxKeyBytes else {
        throw Surprise(kind: .tooDeep, expected: "a key of at most \(Self.maxKeyBytes) bytes", found: "a longer one")
      }
      parts.append(part)
    } while take(".")
    return parts
  }

  private mutating func keyPart() throws(Surprise) -> String {
    if peek() == UInt8(ascii: "\"") { return try basicString() }
    if peek() == UInt8(ascii: "'") { return try literalString() }
    let start = position
    while let byte = peek(), TOMLText.isBare(byte) { advance() }
    guard position > start else { throw surprise("a key") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: Values

  /// A value that contains no others.
  mutating func scalar() throws(Surprise) {
    guard let quote = peek() else { throw surprise("a value") }
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      if peek(1) == quote, peek(2) == quote { return try multilineString(quote) }
      _ = try quote == UInt8(ascii: "'") ? literalString() : basicString()
      return
    }
    let start = position
    while let byte = peek(), byte > 0x1f, byte < 0x7f, ![0x2c, 0x5d, 0x7d, 0x23].contains(byte) { advance() }
    var end = position
    while end > start, bytes[end - 1] == 0x20 { end -= 1 }
    guard end > start else { throw surprise("a value") }
    guard TOMLScalar.isWellFormed(bytes[start..<end]) else {
      let found = String(decoding: bytes[start..<min(end, start + 60)], as: UTF8.self)
      throw Surprise(
        kind: .syntax, expected: "a string in quotes, a number, true, false, a date, an array or a table",
        found: "'\(found)'")
    }
  }

  private mutating func literalString() throws(Surprise) -> String {
    advance()
    let start = position
    while let byte = peek(), byte != UInt8(ascii: "'") { try text(byte) }
    guard peek() != nil else { throw surprise("a closing quote") }
    defer { advance() }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func basicString() throws(Surprise) -> String {
    advance()
    var result: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") {
        result += try escape()
      } else {
        try text(byte)
        result.append(byte)
      }
    }
    guard peek() != nil else { throw surprise("a closing quote") }
    advance()
    return String(decoding: result, as: UTF8.self)
  }

  // A character of a string or comment on one line.
  private mutating func text(_ byte: UInt8) throws(Surprise) {
    guard byte >= 0x20 && byte != 0x7f || byte == 0x09 else {
      throw surprise(byte == 0x0a || byte == 0x0d ? "a closing quote" : "text without control characters")
    }
    advance()
  }

  private mutating func escape() throws(Surprise) -> [UInt8] {
    advance()
    var digits = 0
    var value: [UInt8] = []
    switch peek() {
    case UInt8(ascii: "b"): value = [8]
    case UInt8(ascii: "t"): value = [9]
    case UInt8(ascii: "n"): value = [10]
    case UInt8(ascii: "f"): value = [12]
    case UInt8(ascii: "r"): value = [13]
    case UInt8(ascii: "\""): value = [0x22]
    case UInt8(ascii: "\\"): value = [0x5c]
    case UInt8(ascii: "u"): digits = 4
    case UInt8(ascii: "U"): digits = 8
    default: throw surprise("an escape: one of b t n f r \" \\ u U")
    }
    advance()
    guard digits > 0 else { return value }
    let text = bytes[position..<min(position + digits, bytes.count)]
    guard text.count == digits, text.allSatisfy({ TOMLScalar.isDigit($0, radix: 16) }),
      let code = UInt32(String(decoding: text, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(code)
    else { throw surprise("\(digits) hexadecimal digits of a character") }
    // The library cuts keys and strings at a NUL.
    guard code != 0 else { throw Surprise(kind: .notText, expected: "text without NUL", found: "its escape") }
    advance(digits)
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func multilineString(_ quote: UInt8) throws(Surprise) {
    let start = line
    advance(3)
    while let byte = peek() {
      if byte == quote, peek(1) == quote, peek(2) == quote {
        advance(3)
        // Up to two quotes may stand before the closing ones.
        for _ in 0..<2 where peek() == quote { advance() }
        return
      }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        try escapeOrLineBreak()
      } else if !skipLineBreak() {
        try text(byte)
      }
    }
    throw Surprise(kind: .syntax, line: start, expected: "three closing quotes", found: "the end of the file")
  }

  // A backslash at the end of a line leaves out the line break and the blanks that follow.
  private mutating func escapeOrLineBreak() throws(Surprise) {
    var offset = 1
    while let byte = peek(offset), byte == 0x20 || byte == 0x09 { offset += 1 }
    if peek(offset) == 0x0a || (peek(offset) == 0x0d && peek(offset + 1) == 0x0a) {
      advance(offset)
    } else {
      _ = try escape()
    }
  }
}
