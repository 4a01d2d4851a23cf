/// The place of a value in a TOML document.
struct TOMLPath: Hashable, Sendable, CustomStringConvertible {
  enum Part: Hashable, Sendable {
    case key(String)
    case element(Int)
  }

  var parts: [Part]

  init(_ parts: [Part] = []) { self.parts = parts }

  func key(_ name: String) -> TOMLPath { TOMLPath(parts + [.key(name)]) }
  func element(_ index: Int) -> TOMLPath { TOMLPath(parts + [.element(index)]) }

  /// As `deferral[3].params.child_vk`; keys that are not bare stand in quotes.
  var description: String {
    var text = ""
    for part in parts {
      switch part {
      case .key(let name): text += (text.isEmpty ? "" : ".") + Self.shown(name)
      case .element(let index): text += "[\(index)]"
      }
    }
    return text
  }

  private static func shown(_ name: String) -> String {
    !name.isEmpty && name.utf8.allSatisfy(TOMLText.isBare) ? name : TOMLText.quoted(name, limit: 80)
  }
}

/// Text of TOML documents.
enum TOMLText {
  /// Whether a byte may stand in a key without quotes.
  static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// `text` as a basic string. With a limit, what lies beyond as many characters is left out.
  static func quoted(_ text: String, limit: Int = .max) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{200e}", "\u{200f}", "\u{202a}"..."\u{202e}",
        "\u{2066}"..."\u{2069}":
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + (text.unicodeScalars.dropFirst(limit).isEmpty ? "\"" : "\"...")
  }
}
