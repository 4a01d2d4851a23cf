extension ForeignFunction {
  static let maxSymbolBytes = 256
  /// Of an output.
  static let maxOutputBytes = 1 << 30
  /// The most that an input of any circuit can have; whoever calls the function lowers it to the circuit's own limit.
  static let maxInputBytes = 1 << 29 - 1

  private static let argumentForms =
    "\(Argument.syntax); lengths perhaps with a type, as in.len:u32, callbacks with a signature, as "
    + "callback:cancel(ptr)->i32"

  /// Reads `[deferral.function]`. Notes what is wrong with it; nil where it makes no function.
  init?(_ reader: inout TOMLReader, _ section: TOMLReader.Table) {
    var table = section
    let role = reader.choice(&table, "role", required: true, of: Role.self)
    let library = reader.text(&table, "library", required: true, maxBytes: Self.maxLibraryBytes)
    let symbol = reader.text(
      &table, "symbol", required: true, maxBytes: Self.maxSymbolBytes,
      expected: "a C name: letters, digits and '_'", as: Self.symbol)
    let arguments = Self.arguments(&reader, &table)
    let returns = reader.text(
      &table, "returns", required: true, maxBytes: 64, expected: Result.syntax,
      as: { text in Result(text: text).map { (text: text, rule: $0) } })
    var isValue = false
    if case .value = returns?.rule { isValue = true }
    let section = reader.table(&table, "output", required: returns != nil && !isValue)
    let output = section.flatMap { Self.output(&reader, $0) }
    reader.finish(table)
    guard let role, let library, let symbol, let arguments, let returns else { return nil }
    if isValue {
      guard section == nil || output == .fixed(8) else {
        reader.fail(
          .conflict, table.path.key("output"), expected: "{ fixed = 8 }: the returned value is the output",
          found: "another output")
        return nil
      }
    } else if output == nil {
      return nil
    }
    guard arguments.contains("in.ptr") else {
      reader.fail(.conflict, table.path.key("args"), expected: "\"in.ptr\" among the arguments", found: "none")
      return nil
    }
    do throws(ForeignSignatureError) {
      try self.init(
        role: role, library: library, symbol: symbol, arguments: arguments, returns: returns.text,
        output: output ?? .fixed(8), maxInputBytes: Self.maxInputBytes)
    } catch {
      // The parts are well-formed; what is left is whether they go together, of which the arguments decide.
      reader.fail(.conflict, table.path.key("args"), expected: error.expected, found: error.found)
      return nil
    }
  }

  private static let maxLibraryBytes = 511

  /// The name, if a C compiler would take it.
  static func symbol(_ text: String) -> String? {
    let isFine = text.utf8.allSatisfy { TOMLText.isBare($0) && $0 != UInt8(ascii: "-") }
    let isDigit = text.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
    return isFine && !isDigit ? text : nil
  }

  private static func arguments(_ reader: inout TOMLReader, _ table: inout TOMLReader.Table) -> [String]? {
    guard let nodes = reader.array(&table, "args", required: true) else { return nil }
    let path = table.path.key("args")
    guard nodes.count <= maxArguments else {
      reader.fail(.outOfRange, path, expected: "at most \(maxArguments) arguments", found: "\(nodes.count)")
      return nil
    }
    var arguments: [String] = []
    for (place, node) in nodes.enumerated() {
      let path = path.element(place)
      guard let text = reader.text(node, path, maxBytes: 128) else { continue }
      guard Argument(text) != nil else {
        reader.fail(.malformed, path, expected: argumentForms, found: TOMLText.quoted(text, limit: 80))
        continue
      }
      arguments.append(text)
    }
    return arguments.count == nodes.count ? arguments : nil
  }

  private static let maxArguments = 16

  private enum LengthSource: String, CaseIterable {
    case argument = "out.len"
  }

  private static func output(_ reader: inout TOMLReader, _ section: TOMLReader.Table) -> Output? {
    var table = section
    let fixed = reader.integer(&table, "fixed", in: 1...maxOutputBytes)
    let max = reader.integer(&table, "max", in: 1...maxOutputBytes)
    _ = reader.choice(&table, "length", of: LengthSource.self)
    reader.finish(table)
    let isFixed = table.values["fixed"] != nil
    let isReported = table.values["max"] != nil
    guard isFixed != isReported, !isFixed || table.values["length"] == nil else {
      reader.fail(
        .conflict, table.path, expected: "{ fixed = N } or { length = \"out.len\", max = N }",
        found: isFixed ? "both" : "neither")
      return nil
    }
    return isFixed ? fixed.map { .fixed($0) } : max.map { .upTo($0) }
  }
}

extension ForeignFunction.Role: CaseIterable {
  public static let allCases: [Self] = [.eval, .oracle]
}
