/// Reading the inputs of a run as a user writes them: each gives entries of the guest's input queue.
///
/// | form | meaning |
/// |---|---|
/// | `0x01..` or `01..` | hexadecimal: the byte 01, then the input's bytes |
/// | `0x02..` or `02..` | the byte 02, then little-endian 32-bit words, each of which is one byte of input (0 to 255) |
/// | `@FILE` | one input: the file's bytes |
/// | `FILE.json` | `{"input": ["0x..", ..]}`, one input for each string, in the first two forms |
///
/// The forms with a leading byte are those of chapter 40, section 7.1.
public enum GuestInput {
  /// Greatest size of one input file in bytes.
  public static let fileLimit = 256 << 20
  /// Greatest size of a JSON file.
  private static let jsonLimit = 64 << 20

  /// The inputs in order.
  public static func read(_ arguments: [String]) throws(ArtefactError) -> [[UInt8]] {
    var inputs: [[UInt8]] = []
    for argument in arguments {
      if argument.hasPrefix("@") {
        inputs.append(try readFile(String(argument.dropFirst())))
      } else if argument.hasSuffix(".json") {
        inputs += try readJSON(argument)
      } else {
        inputs.append(try parse(argument, file: "--input \(abbreviated(argument))", field: nil))
      }
    }
    return inputs
  }

  /// A file's bytes; unlike other artefacts, an input may be empty.
  private static func readFile(_ path: String) throws(ArtefactError) -> [UInt8] {
    do throws(ArtefactError) { return try ArtefactFile.read(path, limit: fileLimit) } catch {
      if error.kind == .empty { return [] }
      throw error
    }
  }

  private static func readJSON(_ path: String) throws(ArtefactError) -> [[UInt8]] {
    var scanner = JSONScanner(try ArtefactFile.read(path, limit: jsonLimit), file: path)
    var inputs: [[UInt8]] = []
    var isFound = false
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      guard key == "input" else { throw scanner.unknownKey() }
      isFound = true
      try scanner.beginArray()
      while try scanner.nextElement() {
        let field = scanner.path
        inputs.append(try parse(try scanner.string(upTo: jsonLimit), file: path, field: field))
      }
    }
    try scanner.end()
    guard isFound else {
      throw ArtefactError(.malformed, file: path, field: "input", "expected a list of inputs, found none")
    }
    return inputs
  }

  private static func parse(_ text: String, file: String, field: String?) throws(ArtefactError) -> [UInt8] {
    func malformed(_ reason: String) -> ArtefactError {
      ArtefactError(.malformed, file: file, field: field, reason)
    }
    let digits = Array((text.hasPrefix("0x") ? text.dropFirst(2) : text[...]).utf8)
    guard digits.count % 2 == 0 else { throw malformed("an odd number of hexadecimal digits") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = hexadecimal(digits[index]), let low = hexadecimal(digits[index + 1]) else {
        throw malformed(
          "expected hexadecimal digits, @FILE or FILE.json; digit \(index) is "
            + "'\(String(decoding: digits[index..<index + 2], as: UTF8.self))'")
      }
      bytes.append(high << 4 | low)
    }
    switch bytes.first {
    case 1: return Array(bytes.dropFirst())
    case 2:
      let words = bytes.dropFirst()
      guard words.count % 4 == 0 else { throw malformed("\(words.count) bytes after 02, expected words of four") }
      var input: [UInt8] = []
      for start in stride(from: words.startIndex, to: words.endIndex, by: 4) {
        guard words[start + 1...start + 3].allSatisfy({ $0 == 0 }) else {
          throw malformed("word \((start - 1) / 4) is above 255, and inputs of this machine are bytes")
        }
        input.append(words[start])
      }
      return input
    default:
      throw malformed(
        "a hexadecimal input starts with the byte 01 (bytes follow) or 02 (words follow): the bytes 2a 00 are "
          + "0x012a00")
    }
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }

  private static func abbreviated(_ text: String) -> String {
    text.count <= 24 ? text : "\(text.prefix(20)).."
  }
}
