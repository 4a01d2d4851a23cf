/// Swift source without its comments and string literals, so that a text search finds code only.
///
/// Characters that go away become spaces; line breaks stay, so that line numbers are those of the source. Code in
/// string interpolations stays too. Regular-expression literals are taken for code.
struct SwiftCode {
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  init(_ source: String) {
    var reader = Reader(Array(source.utf8))
    reader.code(untilClosingParenthesis: false)
    text = String(decoding: reader.output, as: UTF8.self)
  }

  private struct Reader {
    let input: [UInt8]
    var position = 0
    var output: [UInt8] = []

    init(_ input: [UInt8]) {
      self.input = input
      output.reserveCapacity(input.count)
    }

    func peek(_ offset: Int = 0) -> UInt8? {
      input.indices.contains(position + offset) ? input[position + offset] : nil
    }

    func starts(with word: String, at offset: Int = 0) -> Bool {
      input.dropFirst(position + offset).starts(with: word.utf8)
    }

    mutating func keep(_ count: Int = 1) {
      output += input[position..<min(position + count, input.count)]
      position += count
    }

    mutating func blank(_ count: Int = 1) {
      for byte in input[position..<min(position + count, input.count)] {
        output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
      }
      position += count
    }

    /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
    mutating func code(untilClosingParenthesis: Bool) {
      var depth = 0
      while let byte = peek() {
        if starts(with: "//") {
          while let next = peek(), next != UInt8(ascii: "\n") { blank() }
        } else if starts(with: "/*") {
          blockComment()
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") {
          if !string() { keep() }
        } else {
          if byte == UInt8(ascii: "(") { depth += 1 }
          if byte == UInt8(ascii: ")") {
            if depth == 0, untilClosingParenthesis { return }
            depth -= 1
          }
          keep()
        }
      }
    }

    mutating func blockComment() {
      var depth = 0
      repeat {
        if starts(with: "/*") {
          depth += 1
          blank(2)
        } else if starts(with: "*/") {
          depth -= 1
          blank(2)
        } else {
          blank()
        }
      } while depth > 0 && position < input.count
    }

    /// Reads a string literal; false, and nothing read, when there is none here.
    mutating func string() -> Bool {
      var hashes = 0
      while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
      guard peek(hashes) == UInt8(ascii: "\"") else { return false }
      let marks = String(repeating: "#", count: hashes)
      let quote = starts(with: "\"\"\"", at: hashes) ? "\"\"\"" : "\""
      blank(hashes + quote.utf8.count)
      while position < input.count {
        if starts(with: quote + marks) {
          blank(quote.utf8.count + hashes)
          return true
        }
        if starts(with: "\\" + marks + "(") {
          blank(hashes + 2)
          code(untilClosingParenthesis: true)
          blank()
        } else if starts(with: "\\" + marks) {
          blank(hashes + 2)
        } else {
          blank()
        }
      }
      return true
    }
  }
}
