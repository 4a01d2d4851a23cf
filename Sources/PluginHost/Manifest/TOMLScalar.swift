/// The forms of numbers, truth values, dates and times in TOML.
struct TOMLScalar {
  private var rest: ArraySlice<UInt8>

  /// Whether the bytes have one of the forms. Whether a number is too large, or a month the 13th, is not looked at.
  static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
    forms.contains { form in
      var scalar = TOMLScalar(rest: bytes)
      return form(&scalar) && scalar.rest.isEmpty
    }
  }

  static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") < radix
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): radix == 16
    default: false
    }
  }

  private static let forms: [@Sendable (inout TOMLScalar) -> Bool] = [
    { $0.word("true") || $0.word("false") },
    { $0.isPrefixed("0x", radix: 16) || $0.isPrefixed("0o", radix: 8) || $0.isPrefixed("0b", radix: 2) },
    { $0.sign() && ($0.word("inf") || $0.word("nan")) },
    { $0.isNumber() },
    { $0.isDate() && ($0.rest.isEmpty || $0.separator() && $0.isTime() && ($0.rest.isEmpty || $0.isOffset())) },
    { $0.isTime() },
  ]

  private mutating func word(_ text: StaticString) -> Bool {
    let isNext = text.withUTF8Buffer { rest.starts(with: $0) }
    if isNext { rest = rest.dropFirst(text.utf8CodeUnitCount) }
    return isNext
  }

  private mutating func one(of text: StaticString) -> Bool {
    guard let byte = rest.first, text.withUTF8Buffer({ $0.contains(byte) }) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func sign() -> Bool {
    _ = one(of: "+-")
    return true
  }

  private mutating func separator() -> Bool { one(of: "Tt ") }

  // Digits, with single underscores between them; their number, or 0.
  private mutating func digits(radix: Int = 10) -> Int {
    var count = 0
    while let byte = rest.first {
      if Self.isDigit(byte, radix: radix) {
        rest = rest.dropFirst()
      } else if count > 0, byte == UInt8(ascii: "_"),
        let next = rest.dropFirst().first, Self.isDigit(next, radix: radix)
      {
        rest = rest.dropFirst(2)
      } else {
        break
      }
      count += 1
    }
    return count
  }

  private mutating func digits(exactly count: Int) -> Bool {
    guard rest.count >= count, rest.prefix(count).allSatisfy({ Self.isDigit($0, radix: 10) }) else { return false }
    rest = rest.dropFirst(count)
    return true
  }

  private mutating func isPrefixed(_ prefix: StaticString, radix: Int) -> Bool {
    word(prefix) && digits(radix: radix) > 0
  }

  // An integer or a fraction.
  private mutating func isNumber() -> Bool {
    _ = sign()
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let count = digits()
    guard count == 1 || count > 1 && !startsWithZero else { return false }
    if one(of: "."), digits() == 0 { return false }
    if one(of: "eE") {
      _ = sign()
      return digits() > 0
    }
    return true
  }

  private mutating func isDate() -> Bool {
    digits(exactly: 4) && one(of: "-") && digits(exactly: 2) && one(of: "-") && digits(exactly: 2)
  }

  private mutating func isTime() -> Bool {
    guard digits(exactly: 2), one(of: ":"), digits(exactly: 2), one(of: ":"), digits(exactly: 2) else { return false }
    guard one(of: ".") else { return true }
    let count = rest.prefix { Self.isDigit($0, radix: 10) }.count
    rest = rest.dropFirst(count)
    return count > 0
  }

  private mutating func isOffset() -> Bool {
    if one(of: "Zz") { return true }
    return one(of: "+-") && digits(exactly: 2) && one(of: ":") && digits(exactly: 2)
  }
}
