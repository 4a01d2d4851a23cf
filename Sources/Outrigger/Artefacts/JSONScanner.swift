/// A pull parser for JSON files of known shape, with the field and byte at which each error was found.
///
/// It builds no tree: a reader asks for what the format has next, and the memory in use is what the reader keeps.
/// Nesting is bounded, so is the length of strings. Numbers are unsigned integers, the only ones that artefacts
/// have.
///
///     try scanner.beginObject()
///     while let key = try scanner.nextKey() {
///       switch key {
///       case "height": height = try scanner.unsigned(upTo: 1 << 27)
///       default: throw scanner.unknownKey()
///       }
///     }
struct JSONScanner {
  /// The file's name, for errors.
  let file: String
  private let bytes: [UInt8]
  /// The next byte to be looked at.
  private(set) var offset = 0
  private var frames: [Frame] = []

  private enum Frame {
    case object(key: String?)
    /// The index of the current element, -1 before the first.
    case array(index: Int)
  }

  static let maxDepth = 32
  static let maxStringLength = 4096

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The current field, for instance `[0].common_main.height`; empty at the top.
  var path: String {
    var path = ""
    for frame in frames {
      switch frame {
      case .object(nil): break
      case .object(let key?): path += path.isEmpty ? key : ".\(key)"
      case .array(let index): if index >= 0 { path += "[\(index)]" }
      }
    }
    return path
  }

  func malformed(_ reason: String, at place: Int? = nil) -> ArtefactError {
    ArtefactError(.malformed, file: file, field: path, offset: place ?? offset, reason)
  }

  /// The error for a key that the format does not have. A key that means something to somebody else must not be
  /// passed over: it could change what the others mean.
  func unknownKey() -> ArtefactError { malformed("unknown key") }

  // MARK: Structure

  mutating func beginObject() throws(ArtefactError) {
    try expect(UInt8(ascii: "{"), "an object")
    try push(.object(key: nil))
  }

  /// The next key of the current object; nil at its end, which closes it.
  mutating func nextKey() throws(ArtefactError) -> String? {
    guard case .object(let previous)? = frames.last else { throw malformed("expected an object") }
    skipSpace()
    if peek == UInt8(ascii: "}") {
      offset += 1
      frames.removeLast()
      return nil
    }
    if previous != nil {
      try expect(UInt8(ascii: ","), "',' or '}'")
      skipSpace()
    }
    let key = try string()
    frames[frames.count - 1] = .object(key: key)
    try expect(UInt8(ascii: ":"), "':'")
    return key
  }

  mutating func beginArray() throws(ArtefactError) {
    try expect(UInt8(ascii: "["), "an array")
    try push(.array(index: -1))
  }

  /// Moves to the next element of the current array; false at its end, which closes it.
  mutating func nextElement() throws(ArtefactError) -> Bool {
    guard case .array(let index)? = frames.last else { throw malformed("expected an array") }
    skipSpace()
    if peek == UInt8(ascii: "]") {
      offset += 1
      frames.removeLast()
      return false
    }
    if index >= 0 { try expect(UInt8(ascii: ","), "',' or ']'") }
    frames[frames.count - 1] = .array(index: index + 1)
    return true
  }

  /// Demands that nothing but space follows.
  mutating func end() throws(ArtefactError) {
    skipSpace()
    guard offset == bytes.count else { throw malformed("expected the end of the file, found \(found)") }
  }

  // MARK: Values

  /// Whether the next value is a string.
  mutating func isString() -> Bool {
    skipSpace()
    return peek == UInt8(ascii: "\"")
  }

  /// Whether the next value is an array.
  mutating func isArray() -> Bool {
    skipSpace()
    return peek == UInt8(ascii: "[")
  }

  /// Consumes `null` if it is next.
  mutating func null() -> Bool {
    skipSpace()
    let word: [UInt8] = [0x6e, 0x75, 0x6c, 0x6c]
    guard bytes.count - offset >= word.count, bytes[offset..<offset + word.count].elementsEqual(word) else {
      return false
    }
    offset += word.count
    return true
  }

  /// An integer in `0 ... limit`.
  mutating func unsigned(upTo limit: Int) throws(ArtefactError) -> Int {
    skipSpace()
    let start = offset
    var value = 0
    while let byte = peek, byte >= 0x30, byte <= 0x39 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(byte - 0x30))
      guard !overflow, !carry, sum <= limit else {
        throw malformed("the number is above \(limit)", at: start)
      }
      value = sum
      offset += 1
    }
    guard offset > start else { throw malformed("expected an unsigned integer, found \(found)") }
    guard offset == start + 1 || bytes[start] != 0x30 else {
      throw malformed("an integer has no leading zero", at: start)
    }
    if let byte = peek, byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") {
      throw malformed("expected an integer, found a fraction", at: start)
    }
    return value
  }

  /// A string without control characters, of at most `limit` bytes.
  mutating func string(upTo limit: Int = maxStringLength) throws(ArtefactError) -> String {
    try expect(UInt8(ascii: "\""), "a string")
    let start = offset
    while let byte = peek, byte != UInt8(ascii: "\"") {
      // Names in artefacts are plain identifiers and type names, for which no escapes are needed.
      guard byte >= 0x20, byte != UInt8(ascii: "\\") else {
        throw malformed("strings have no escapes or control characters here")
      }
      offset += 1
      guard offset - start <= limit else {
        throw malformed("the string is longer than \(limit) bytes", at: start)
      }
    }
    guard peek != nil else { throw malformed("the string does not end", at: start) }
    guard let text = String(validating: bytes[start..<offset], as: UTF8.self) else {
      throw malformed("the string is not UTF-8", at: start)
    }
    offset += 1
    return text
  }

  /// Passes over one value of any kind.
  mutating func skipValue() throws(ArtefactError) {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"):
      try beginObject()
      while try nextKey() != nil { try skipValue() }  // depth is bounded by `push`
    case UInt8(ascii: "["):
      try beginArray()
      while try nextElement() { try skipValue() }
    case UInt8(ascii: "\""): _ = try string()
    default:
      let start = offset
      while let byte = peek, byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"),
        byte != UInt8(ascii: "}")
      {
        offset += 1
      }
      guard offset > start else { throw malformed("expected a value, found \(found)") }
    }
  }

  // MARK: Helpers

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private var found: String {
    guard let byte = peek else { return "the end of the file" }
    return byte >= 0x20 && byte < 0x7f ? "'\(Character(UnicodeScalar(byte)))'" : "the byte \(byte)"
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
  }

  private mutating func expect(_ byte: UInt8, _ what: String) throws(ArtefactError) {
    skipSpace()
    guard peek == byte else { throw malformed("expected \(what), found \(found)") }
    offset += 1
  }

  private mutating func push(_ frame: Frame) throws(ArtefactError) {
    guard frames.count < Self.maxDepth else { throw malformed("nested deeper than \(Self.maxDepth) levels") }
    frames.append(frame)
  }
}
