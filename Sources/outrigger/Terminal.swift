import Outrigger

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Standard output and standard error.
enum Terminal {
  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1

  /// https://no-color.org: any value but the empty one switches colours off.
  private static let isColourWanted: Bool = {
    if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
    if let term = getenv("TERM"), String(cString: term) == "dumb" { return false }
    return true
  }()

  static func style(_ text: String, _ style: Style, onError: Bool = false) -> String {
    guard isColourWanted, onError ? isErrorTerminal : isOutputTerminal else { return text }
    return "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m"
  }

  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
  static func printError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }
  /// Without a newline.
  static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  static func exit(_ code: ExitCode) -> Never { Glibc.exit(code.rawValue) }

  /// Bytes from a guest, as they are.
  static func printBytes(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBufferPointer { buffer in
      var written = 0
      while written < buffer.count, let base = buffer.baseAddress {
        let got = Glibc.write(descriptor, base + written, buffer.count - written)
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { return }  // a closed pipe: nobody reads on
        written += got
      }
    }
  }
}

/// Columns of text: the first left-aligned, the others right-aligned.
struct TextTable {
  private var rows: [[String]] = []
  private let leftAligned: Set<Int>

  init(_ header: [String] = [], leftAligned: Set<Int> = [0]) {
    self.leftAligned = leftAligned
    if !header.isEmpty { rows.append(header) }
  }

  mutating func add(_ cells: String...) { rows.append(cells) }
  mutating func add(cells: [String]) { rows.append(cells) }

  func lines(indent: Int = 2) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], cell.count)
      }
    }
    return rows.map { row in
      let cells = row.enumerated().map { index, cell in
        let padding = String(repeating: " ", count: widths[index] - cell.count)
        if leftAligned.contains(index) { return index == row.count - 1 ? cell : cell + padding }
        return padding + cell
      }
      return String(repeating: " ", count: indent) + cells.joined(separator: "  ")
    }
  }

  /// The same table with every column left-aligned.
  var allLeft: TextTable {
    var table = TextTable(leftAligned: Set(0..<(rows.map(\.count).max() ?? 0)))
    table.rows = rows
    return table
  }

  func print(indent: Int = 2) { for line in lines(indent: indent) { Terminal.print(line) } }
}

/// Numbers for people.
enum Format {
  /// With `digits` after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value > 0 ? "inf" : value < 0 ? "-inf" : "nan" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e18 else { return "\(value)" }
    let integer = UInt64(scaled)
    let whole = integer / UInt64(scale)
    let sign = value < 0 && integer != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(integer % UInt64(scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  static func seconds(_ value: Double) -> String {
    value < 0.1 ? "\(fixed(value * 1000, 2)) ms" : "\(fixed(value, 2)) s"
  }

  static func bytes(_ count: Int) -> String {
    let value = Double(count)
    if count >= 1 << 30 { return "\(fixed(value / Double(1 << 30), 2)) GiB" }
    if count >= 1 << 20 { return "\(fixed(value / Double(1 << 20), 1)) MiB" }
    if count >= 10 << 10 { return "\(fixed(value / 1024, 1)) KiB" }
    return "\(count) bytes"
  }

  /// With thin groups of three digits.
  static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }
}
