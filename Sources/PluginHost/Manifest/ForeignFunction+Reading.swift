extension ForeignFunction {
  static let maxSymbolBytes = 256
  static let argumentForms =
    "in.ptr, in.len, out.ptr, out.cap or out.len (the numbers perhaps with a type, as in.len:u32), "
    + "const:<type>:<value>, null, scratch:<bytes> or callback:<name>"
  static let returnForms = "void, ptr:nonnull, i32:==0, i32:==1 or value:<type>"

  /// Notes what is wrong with the section; nil where it makes no function.
  init?(_ reader: inout TOMLReader, _ section: TOMLReader.Table) {
    var table = section
    let role = reader.choice(&table, "role", required: true, of: Role.self)
    let library = reader.text(&table, "library", required: true, maxBytes: DeferralEntry.maxPathBytes)
    let symbol = reader.text(
      &table, "symbol", required: true, maxBytes: Self.maxSymbolBytes,
      expected: "a C name: letters, digits and '_'", as: Self.symbol)
    let arguments = Self.arguments(&reader, &table)
    let returns = reader.text(
      &table, "returns", required: true, maxBytes: 64, expected: Self.returnForms, as: Self.returnRule)
    let output = Self.output(&reader, reader.table(&table, "output", required: true))
    reader.finish(table)
    guard let role, let library, let symbol, let arguments, let returns, let output else { return nil }
    self.init(
      role: role, library: library, symbol: symbol, arguments: arguments, returns: returns, output: output)
    for problem in conflicts {
      reader.fail(.conflict, table.path.key(problem.key), expected: problem.expected, found: problem.found)
    }
  }

  // MARK: Grammar

  static func symbol(_ text: String) -> String? {
    let isFine = text.utf8.allSatisfy { TOMLText.isBare($0) && $0 != UInt8(ascii: "-") }
    let isDigit = text.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
    return isFine && !isDigit ? text : nil
  }

  /// An argument's text, if it is one of the forms.
  static func argument(_ text: String) -> Argument? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    func integerType() -> CType? {
      if parts.count == 1 { return .usize }
      guard parts.count == 2, let type = CType(rawValue: parts[1]), type != .ptr else { return nil }
      return type
    }
    switch parts[0] {
    case "in.ptr": return parts.count == 1 ? .inputPointer : nil
    case "in.len": return integerType().map { .inputLength($0) }
    case "out.ptr": return parts.count == 1 ? .outputPointer : nil
    case "out.cap": return integerType().map { .outputCapacity($0) }
    case "out.len": return integerType().map { .outputLength($0) }
    case "null": return parts.count == 1 ? .null : nil
    case "const":
      guard parts.count == 3, let type = CType(rawValue: parts[1]), let range = type.integers,
        let value = number(parts[2]), range.contains(value)
      else { return nil }
      return .constant(type, bits: UInt64(truncatingIfNeeded: value))
    case "scratch":
      guard parts.count == 2, let count = number(parts[1]), (1...Int128(maxBytes)).contains(count) else { return nil }
      return .scratch(bytes: Int(count))
    case "callback":
      return parts.count == 2 ? Callback(rawValue: parts[1]).map { .callback($0) } : nil
    default: return nil
    }
  }

  /// A rule's text, if it is one of the forms.
  static func returnRule(_ text: String) -> ReturnRule? {
    switch text {
    case "void": return .void
    case "ptr:nonnull": return .nonNullPointer
    case "i32:==0": return .status(0)
    case "i32:==1": return .status(1)
    default:
      guard text.hasPrefix("value:") else { return nil }
      return CType(rawValue: String(text.dropFirst(6))).map { .value($0) }
    }
  }

  // Decimal or 0x hexadecimal, of at most 64 bits, perhaps negative.
  private static func number(_ text: String) -> Int128? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.count <= 40, let first = digits.first, first != "+", first != "-" else {
      return nil
    }
    let isHexadecimal = digits.hasPrefix("0x")
    let rest = isHexadecimal ? digits.dropFirst(2) : digits
    guard let head = rest.first, head != "+", head != "-" else { return nil }
    guard let value = UInt64(rest, radix: isHexadecimal ? 16 : 10) else { return nil }
    return isNegative ? -Int128(value) : Int128(value)
  }

  // MARK: Parts

  private static func arguments(_ reader: inout TOMLReader, _ table: inout TOMLReader.Table) -> [Argument]? {
    guard let nodes = reader.array(&table, "args", required: true) else { return nil }
    let path = table.path.key("args")
    guard nodes.count <= maxArguments else {
      reader.fail(.outOfRange, path, expected: "at most \(maxArguments) arguments", found: "\(nodes.count)")
      return nil
    }
    var arguments: [Argument] = []
    for (place, node) in nodes.enumerated() {
      let path = path.element(place)
      guard let text = reader.text(node, path, maxBytes: 128) else { continue }
      guard let argument = argument(text) else {
        reader.fail(.malformed, path, expected: argumentForms, found: TOMLText.quoted(text, limit: 80))
        continue
      }
      arguments.append(argument)
    }
    return arguments.count == nodes.count ? arguments : nil
  }

  private static func output(_ reader: inout TOMLReader, _ section: TOMLReader.Table?) -> Output? {
    guard var table = section else { return nil }
    let fixed = reader.integer(&table, "fixed", in: 8...maxBytes)
    let length = reader.choice(&table, "length", of: LengthSource.self)
    let max = reader.integer(&table, "max", in: 8...maxBytes)
    reader.finish(table)
    let isFixed = table.values["fixed"] != nil
    let isReported = table.values["length"] != nil || table.values["max"] != nil
    guard isFixed != isReported else {
      reader.fail(
        .conflict, table.path, expected: "{ fixed = N } or { length = \"out.len\" or \"value\", max = N }",
        found: isFixed ? "both" : "neither")
      return nil
    }
    for (key, value) in [("fixed", fixed), ("max", max)] {
      guard let value, value % 8 != 0 else { continue }
      reader.fail(.outOfRange, table.path.key(key), expected: "a multiple of 8", found: "\(value)")
      return nil
    }
    if isFixed { return fixed.map { .fixed($0) } }
    for (key, expected) in [("length", "\"out.len\" or \"value\""), ("max", "an integer, 8 to \(maxBytes)")]
    where table.values[key] == nil {
      reader.fail(.missingKey, table.path.key(key), expected: expected, found: "no such key")
    }
    guard let length, let max else { return nil }
    return .reported(by: length, max: max)
  }

  // What does not go together, by the key that it is reported at.
  private var conflicts: [(key: String, expected: String, found: String)] {
    func count(_ isOne: (Argument) -> Bool) -> Int { arguments.count(where: isOne) }
    let inputs = count { $0 == .inputPointer }
    let outputs = count { $0 == .outputPointer }
    let inputLengths = count { if case .inputLength = $0 { true } else { false } }
    let capacities = count { if case .outputCapacity = $0 { true } else { false } }
    let lengths = count { if case .outputLength = $0 { true } else { false } }
    var result: [(key: String, expected: String, found: String)] = []
    if inputs != 1 { result.append(("args", "\"in.ptr\" once", "\(inputs) times")) }
    for (name, number) in [("in.len", inputLengths), ("out.cap", capacities), ("out.len", lengths), ("out.ptr", outputs)]
    where number > 1 {
      result.append(("args", "\"\(name)\" at most once", "\(number) times"))
    }
    if outputs == 0 {
      // The returned value is the output then.
      if case .value(let type) = returns, type != .ptr {
        if output != .fixed(8) { result.append(("output", "{ fixed = 8 }, the returned value", "another output")) }
        if lengths + capacities > 0 { result.append(("args", "\"out.ptr\" beside its length", "none")) }
      } else {
        result.append(("args", "\"out.ptr\", or a returned integer as output", "neither"))
      }
    } else if case .reported(let source, _) = output {
      if source == .argument, lengths == 0 {
        result.append(("output", "an argument \"out.len\" that reports the length", "none"))
      }
      if source == .value {
        if case .value(let type) = returns, type != .ptr { return result }
        result.append(("output", "returns = \"value:<integer type>\" that reports the length", "another rule"))
      }
    }
    return result
  }
}
