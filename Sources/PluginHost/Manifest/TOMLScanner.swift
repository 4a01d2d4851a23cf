/// The characters of a TOML document one after the other, as far as its structure goes.
struct TOMLScanner {
  /// Something that can't be followed.
  struct Surprise: Error {
    var kind: ManifestError.Kind
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

  /// The byte after the last of the line.
  var lineEnd: Int {
    var end = position
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    return end
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    let place = position + offset
    return place < bytes.count ? bytes[place] : nil
  }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  private func isNext(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes.dropFirst(position).starts(with: $0) }
  }

  func tooDeep(_ what: String) -> Surprise {
    Surprise(kind: .tooDeep, expected: "at most \(TOMLLineIndex.maxDepth) \(what)", found: "more")
  }

  private func surprise(_ expected: String) -> Surprise {
    let found =
      switch peek() {
      case nil: "the end of the file"
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): "the end of the line"
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
  mutating func skipSpace() {
    while let byte = peek() {
      switch byte {
      case 0x20, 0x09, 0x0a, 0x0d: advance()
      case UInt8(ascii: "#"): skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() {
    while let byte = peek(), byte != 0x0a { advance() }
  }

  /// Goes to the next key or header; false at the end.
  mutating func skipToStatement() -> Bool {
    skipSpace()
    return position < bytes.count
  }

  /// Goes to the next line, past a comment.
  mutating func endLine() throws(Surprise) {
    skipBlanks()
    switch peek() {
    case nil, 0x0a: return
    case 0x0d where peek(1) == 0x0a: return
    case UInt8(ascii: "#"): skipComment()
    default: throw surprise("the end of the line")
    }
  }

  /// Takes a character if it comes next, after blanks.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    advance()
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(Surprise) {
    guard take(character) else { throw surprise("'\(character)'") }
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
      skipBlanks()
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
    if isNext("\"\"\"") { return try multilineString(quote: UInt8(ascii: "\""), hasEscapes: true) }
    if isNext("'''") { return try multilineString(quote: UInt8(ascii: "'"), hasEscapes: false) }
    if peek() == UInt8(ascii: "\"") { return _ = try basicString() }
    if peek() == UInt8(ascii: "'") { return _ = try literalString() }
    let start = position
    while let byte = peek(), ![0x0a, 0x0d, 0x2c, 0x5d, 0x7d, 0x23].contains(byte) { advance() }
    guard position > start else { throw surprise("a value") }
  }

  private mutating func literalString() throws(Surprise) -> String {
    advance()
    let start = position
    while let byte = peek(), byte != UInt8(ascii: "'") {
      guard byte != 0x0a else { throw surprise("a closing quote") }
      advance()
    }
    let end = position
    try close("'")
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func basicString() throws(Surprise) -> String {
    advance()
    var text: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "\"") {
      guard byte != 0x0a else { throw surprise("a closing quote") }
      if byte == UInt8(ascii: "\\") {
        text += try escape()
      } else {
        text.append(byte)
        advance()
      }
    }
    try close("\"")
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func close(_ quote: Unicode.Scalar) throws(Surprise) {
    guard let byte = peek(), UInt32(byte) == quote.value else { throw surprise("a closing quote") }
    advance()
  }

  private mutating func escape() throws(Surprise) -> [UInt8] {
    advance()
    guard let byte = peek() else { throw surprise("an escape") }
    var digits = 0
    var value: [UInt8] = []
    switch byte {
    case UInt8(ascii: "b"): value = [8]
    case UInt8(ascii: "t"): value = [9]
    case UInt8(ascii: "n"): value = [10]
    case UInt8(ascii: "f"): value = [12]
    case UInt8(ascii: "r"): value = [13]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): value = [byte]
    case UInt8(ascii: "u"): digits = 4
    case UInt8(ascii: "U"): digits = 8
    default: throw surprise("an escape")
    }
    advance()
    guard digits > 0 else { return value }
    let text = String(decoding: bytes[position..<min(position + digits, bytes.count)], as: UTF8.self)
    guard text.utf8.count == digits, let value = UInt32(text, radix: 16), text.first != "+",
      let scalar = Unicode.Scalar(value)
    else { throw surprise("\(digits) hexadecimal digits of a character") }
    advance(digits)
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func multilineString(quote: UInt8, hasEscapes: Bool) throws(Surprise) {
    advance(3)
    while let byte = peek() {
      if byte == quote, peek(1) == quote, peek(2) == quote {
        advance(3)
        // Up to two quotes may stand before the closing ones.
        for _ in 0..<2 where peek() == quote { advance() }
        return
      }
      advance(hasEscapes && byte == UInt8(ascii: "\\") ? 2 : 1)
    }
    throw surprise("three closing quotes")
  }
}
