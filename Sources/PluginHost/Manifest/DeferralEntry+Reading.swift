import Hashing

extension DeferralEntry {
  static let maxPathBytes = 4096
  static let maxCircuitBytes = 128
  static let maxParameters = 64
  static let maxParameterKeyBytes = 64
  static let maxParameterTextBytes = 64 << 10
  static let maxLogBatch = 16

  /// Notes what is wrong with the entry; nil where something that it can't be without is missing.
  init?(_ reader: inout TOMLReader, _ table: inout TOMLReader.Table, index: Int) {
    let plugin = reader.text(&table, "plugin", required: true, maxBytes: Self.maxPathBytes)
    let circuit = reader.text(
      &table, "circuit", required: true, maxBytes: Self.maxCircuitBytes,
      expected: "an id as \"dev.outrigger.sha256\": words of letters, digits and '-' with dots between them",
      as: Self.circuitID)
    let (parameters, parameterLines) = Self.parameters(&reader, &table)
    let commit = reader.text(
      &table, "def_circuit_commit", maxBytes: 4096,
      expected: "0x and 64 hexadecimal digits, the one form of a commitment", as: { CommitBytes($0)?.digest })
    let isolation = reader.choice(&table, "isolation", of: PluginIsolation.self) ?? .worker
    let batch = reader.powerOfTwo(&table, "batch", in: 1...1 << Self.maxLogBatch) ?? 1
    let limits = DeferralLimits(&reader, reader.table(&table, "limits"))
    var function: ForeignFunction?
    if let section = reader.table(&table, "function") {
      function = ForeignFunction(&reader, section)
      if isolation == .inProcess {
        reader.fail(
          .conflict, table.path.key("isolation"), expected: "\"worker\", since foreign functions run there only",
          found: "\"in-process\"")
      }
    }
    guard let plugin, let circuit else { return nil }
    self.init(
      index: index, plugin: plugin, circuit: circuit, parameters: parameters, circuitCommit: commit,
      isolation: isolation, logBatch: batch.trailingZeroBitCount, limits: limits, function: function,
      lines: Lines(
        entry: reader.index.line(of: table.path), plugin: reader.index.line(of: table.path.key("plugin")),
        commit: reader.index.line(of: table.path.key("def_circuit_commit")),
        library: reader.index.line(of: table.path.key("function").key("library")), parameters: parameterLines))
  }

  /// The id, if it is one: words of letters, digits and '-', at least two, with dots between them.
  static func circuitID(_ text: String) -> String? {
    let words = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isFine = words.allSatisfy { word in
      !word.isEmpty && word.allSatisfy { TOMLText.isBare($0) && $0 != UInt8(ascii: "_") }
    }
    return words.count >= 2 && isFine ? text : nil
  }

  private static func parameters(
    _ reader: inout TOMLReader, _ table: inout TOMLReader.Table
  ) -> ([DeferralParameter], [Int]) {
    guard let values = reader.table(&table, "params") else { return ([], []) }
    guard values.values.count <= maxParameters else {
      reader.fail(
        .outOfRange, values.path, expected: "at most \(maxParameters) parameters", found: "\(values.values.count)")
      return ([], [])
    }
    var parameters: [DeferralParameter] = []
    var lines: [Int] = []
    for (key, node) in values.values.sorted(by: { $0.key < $1.key }) {
      let path = values.path.key(key)
      guard !key.isEmpty, key.utf8.count <= maxParameterKeyBytes, key.utf8.allSatisfy(TOMLText.isBare) else {
        reader.fail(
          .malformed, path, expected: "a name of 1 to \(maxParameterKeyBytes) letters, digits, '-' and '_'",
          found: TOMLText.quoted(key, limit: 80))
        continue
      }
      guard let value = parameter(&reader, node, path) else { continue }
      parameters.append(DeferralParameter(key: key, value: value))
      lines.append(reader.index.line(of: path))
    }
    return (parameters, lines)
  }

  private static func parameter(
    _ reader: inout TOMLReader, _ node: TOMLNode, _ path: TOMLPath
  ) -> DeferralParameter.Value? {
    switch node {
    case .integer(let value): return .integer(Int64(value))
    case .boolean(let value): return .boolean(value)
    case .string(let text):
      if text.utf8.count <= maxParameterTextBytes { return .text(text) }
      reader.fail(
        .outOfRange, path, expected: "at most \(maxParameterTextBytes) bytes", found: "\(text.utf8.count) bytes")
    case .table(let values):
      var table = TOMLReader.Table(path: path, values: values)
      let file = reader.text(&table, "file", required: true, maxBytes: maxPathBytes)
      reader.finish(table)
      return file.map { .file($0) }
    default:
      reader.fail(
        .wrongType, path, expected: "an integer, a boolean, a string or { file = \"..\" }", found: node.shown)
    }
    return nil
  }
}

extension DeferralLimits {
  static let memoryRange = 16...1 << 20
  static let secondsRange = 1...86_400

  fileprivate init(_ reader: inout TOMLReader, _ table: TOMLReader.Table?) {
    self.init()
    guard var table else { return }
    memoryMiB = reader.integer(&table, "memory_mib", in: Self.memoryRange) ?? Self.defaultMemoryMiB
    seconds = reader.integer(&table, "seconds", in: Self.secondsRange) ?? Self.defaultSeconds
    reader.finish(table)
  }
}
