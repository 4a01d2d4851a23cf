import Algebra

extension AIRSet {
  /// Reads AIR bytes (docs/air-bytes.md). Strict: what is not as written there is refused, and `encode` gives back the
  /// same bytes. Takes memory in proportion to the bytes.
  public init(decoding bytes: [UInt8]) throws(AIRBytesError) {
    var reader = AIRBytesReader(bytes)
    try reader.magic()
    usesStandardIO = try Self.decodeStandardSet(&reader)
    standardTables = try Self.decodeTables(&reader)
    buses = try Self.decodeBuses(&reader, usesStandardIO: usesStandardIO, tables: standardTables)
    let busNames = Dictionary(buses.map { ($0.number, $0.name) }) { name, _ in name }

    let start = reader.offset
    let count = Int(try reader.u16())
    guard (1...AIRBytes.maxAIRs).contains(count) else {
      throw reader.failure(.airCount, at: start, expected: "1 to \(AIRBytes.maxAIRs) AIRs", found: "\(count)")
    }
    airs = []
    var columns = 0
    for air in 0..<count {
      reader.air = air
      let publicValues = !usesStandardIO && air == 0 ? AIRBytes.publicValueCount : 0
      airs.append(
        try DescribedAIR(from: &reader, publicValueCount: publicValues, busNames: busNames, columns: &columns))
    }
    reader.air = nil
    try reader.finish()
  }

  private static func decodeStandardSet(_ reader: inout AIRBytesReader) throws(AIRBytesError) -> Bool {
    let start = reader.offset
    let name = try reader.text()
    guard name.isEmpty || name == AIRBytes.standardIO else {
      throw reader.failure(
        .standardSet, at: start, expected: "\"\(AIRBytes.standardIO)\" or nothing", found: "\"\(name)\"")
    }
    return !name.isEmpty
  }

  private static func decodeTables(_ reader: inout AIRBytesReader) throws(AIRBytesError) -> [StandardTable] {
    let start = reader.offset
    let count = Int(try reader.u8())
    try reader.checkCount(count, at: start, itemSize: 1)
    var tables: [StandardTable] = []
    for _ in 0..<count {
      let start = reader.offset
      let id = try reader.text()
      let later = StandardTable.allCases.filter { table in tables.last.map { $0 < table } ?? true }
      guard let table = later.first(where: { $0.id == id }) else {
        throw reader.failure(
          .standardTable, at: start,
          expected: later.isEmpty ? "no more tables" : "one of \(later.map(\.id).joined(separator: ", "))",
          found: "\"\(id)\"")
      }
      tables.append(table)
    }
    return tables
  }

  private static func decodeBuses(
    _ reader: inout AIRBytesReader, usesStandardIO: Bool, tables: [StandardTable]
  ) throws(AIRBytesError) -> [DescribedBus] {
    let start = reader.offset
    let count = Int(try reader.u16())
    try reader.checkCount(count, at: start, itemSize: 4)
    var buses: [DescribedBus] = []
    for _ in 0..<count {
      let start = reader.offset
      let number = try reader.u16()
      if let last = buses.last, number <= last.number {
        throw reader.failure(.busOrder, at: start, expected: "a bus above \(last.number)", found: "\(number)")
      }
      let kindStart = reader.offset
      let kind = try reader.u8()
      guard kind < 2 else {
        throw reader.failure(
          .busKind, at: kindStart, expected: "0 for a permutation bus or 1 for a lookup bus", found: "\(kind)")
      }
      let bus = DescribedBus(number: number, isLookup: kind == 1, name: try reader.text())
      try check(bus, at: start, reader, usesStandardIO: usesStandardIO, tables: tables)
      buses.append(bus)
    }
    return buses
  }

  private static func check(
    _ bus: DescribedBus, at start: Int, _ reader: AIRBytesReader, usesStandardIO: Bool, tables: [StandardTable]
  ) throws(AIRBytesError) {
    guard bus.number < StandardBus.firstOwn else {
      guard !bus.name.hasPrefix("io."), !bus.name.hasPrefix("std.") else {
        throw reader.failure(
          .busName, at: start, expected: "a name of bus \(bus.number) that starts with neither io. nor std.",
          found: "\"\(bus.name)\"")
      }
      return
    }
    guard let standard = StandardBus.described(bus.number) else {
      throw reader.failure(
        .busReserved, at: start, expected: "a standard bus or one from \(StandardBus.firstOwn) on",
        found: "\(bus.number)")
    }
    guard bus == standard else {
      throw reader.failure(
        .busName, at: start,
        expected: "\(standard.isLookup ? "lookup" : "permutation") bus \"\(standard.name)\" for \(bus.number)",
        found: "\(bus.isLookup ? "lookup" : "permutation") bus \"\(bus.name)\"")
    }
    let table = StandardTable.allCases.first { $0.bus.index == bus.number }
    guard table.map({ tables.contains($0) }) ?? usesStandardIO else {
      throw reader.failure(
        .busWithoutOwner, at: start,
        expected:
          "the \(table.map { "table \($0.id)" } ?? "set \(AIRBytes.standardIO)") to be named for \"\(bus.name)\"",
        found: "it is not")
    }
  }
}

extension DescribedAIR {
  fileprivate init(
    from reader: inout AIRBytesReader, publicValueCount expectedPublicValues: Int, busNames: [UInt16: String],
    columns: inout Int
  ) throws(AIRBytesError) {
    let name = try reader.text()
    let isRequired = try reader.flag()
    let start = reader.offset
    let publicValueCount = Int(try reader.u32())
    guard publicValueCount == expectedPublicValues else {
      throw reader.failure(
        .publicValueCount, at: start, expected: "\(expectedPublicValues) public values", found: "\(publicValueCount)")
    }
    let (width, classes) = try Self.decodeWidth(&reader, columns: &columns)
    let maxDegree = Int(try reader.u8())
    let (nodes, indexNodes) = try Self.decodeNodes(
      &reader, width: width, publicValueCount: publicValueCount, maxDegree: maxDegree)
    let (constraints, constraintNames) = try Self.decodeConstraints(&reader, nodeCount: nodes.count)
    let (interactions, interactionNames) = try Self.decodeInteractions(
      &reader, nodeCount: nodes.count, busNames: busNames)
    let columnNames = try Self.decodeColumnNames(&reader, width: width.commonMain)

    var air = CompiledAIR(
      name: name, width: width, publicValueCount: publicValueCount, isRequired: isRequired,
      dag: ConstraintDAG(nodes: nodes, constraints: constraints, interactions: interactions),
      maxConstraintDegree: maxDegree)
    air.constraintNames = constraintNames.map { [$0] }
    air.interactionNames = interactionNames
    if !columnNames.isEmpty { air.columnNames = [.commonMain: columnNames] }
    for interaction in interactions { air.busNames[interaction.busIndex] = busNames[interaction.busIndex] }
    self.init(air, indexNodes: indexNodes, cachedClasses: classes)
  }

  // MARK: Widths

  private static func decodeWidth(
    _ reader: inout AIRBytesReader, columns: inout Int
  ) throws(AIRBytesError) -> (TraceWidth, [CachedClass]) {
    let preprocessed = try column(&reader, total: &columns)
    let start = reader.offset
    let cachedCount = Int(try reader.u8())
    try reader.checkCount(cachedCount, at: start, itemSize: 5)
    var cached: [Int] = []
    var classes: [CachedClass] = []
    for part in 0..<cachedCount {
      cached.append(try positive(&reader, "cached part \(part)", total: &columns))
      let start = reader.offset
      let value = try reader.u8()
      guard let cachedClass = CachedClass(rawValue: value) else {
        throw reader.failure(
          .cachedClass, at: start, expected: "0 for a constant part or 1 for a data part", found: "\(value)")
      }
      classes.append(cachedClass)
    }
    let common = try positive(&reader, "common main", total: &columns)
    return (
      TraceWidth(preprocessed: preprocessed == 0 ? nil : preprocessed, cachedMains: cached, commonMain: common), classes
    )
  }

  private static func positive(
    _ reader: inout AIRBytesReader, _ part: String, total: inout Int
  ) throws(AIRBytesError) -> Int {
    let start = reader.offset
    let width = try column(&reader, total: &total)
    guard width > 0 else {
      throw reader.failure(.width, at: start, expected: "at least one column in \(part)", found: "none")
    }
    return width
  }

  private static func column(_ reader: inout AIRBytesReader, total: inout Int) throws(AIRBytesError) -> Int {
    let start = reader.offset
    let width = Int(try reader.u32())
    guard width <= AIRBytes.maxColumns - total else {
      throw reader.failure(
        .columnCount, at: start, expected: "at most \(AIRBytes.maxColumns) columns over all parts",
        found: "\(total) and \(width) more")
    }
    total += width
    return width
  }

  // MARK: Constraints and interactions

  private static func decodeConstraints(
    _ reader: inout AIRBytesReader, nodeCount: Int
  ) throws(AIRBytesError) -> ([Int], [String]) {
    let count = try reader.count(itemSize: 5)
    var constraints: [Int] = []
    var names: [String] = []
    constraints.reserveCapacity(count)
    names.reserveCapacity(count)
    for _ in 0..<count {
      let start = reader.offset
      let node = Int(try reader.u32())
      let first = constraints.last.map { $0 + 1 } ?? 0
      guard node >= first, node < nodeCount else {
        throw reader.failure(
          .constraintNode, at: start, expected: "a node from \(first) on, below \(nodeCount)", found: "\(node)")
      }
      constraints.append(node)
      names.append(try reader.text())
    }
    return (constraints, names)
  }

  private static func decodeInteractions(
    _ reader: inout AIRBytesReader, nodeCount: Int, busNames: [UInt16: String]
  ) throws(AIRBytesError) -> ([Interaction], [String]) {
    func node(_ reader: inout AIRBytesReader) throws(AIRBytesError) -> Int {
      let start = reader.offset
      let node = Int(try reader.u32())
      guard node < nodeCount else {
        throw reader.failure(.interactionNode, at: start, expected: "a node below \(nodeCount)", found: "\(node)")
      }
      return node
    }

    // Bus, weight, count, length, one field, no name.
    let count = try reader.count(itemSize: 17)
    var interactions: [Interaction] = []
    var names: [String] = []
    interactions.reserveCapacity(count)
    names.reserveCapacity(count)
    for _ in 0..<count {
      let start = reader.offset
      let bus = try reader.u16()
      guard busNames[bus] != nil else {
        throw reader.failure(.interactionBus, at: start, expected: "a bus of the table", found: "bus \(bus)")
      }
      let weight = try reader.u32()
      let multiplicity = try node(&reader)
      let lengthStart = reader.offset
      let length = Int(try reader.u16())
      guard length > 0 else {
        throw reader.failure(.messageLength, at: lengthStart, expected: "at least one field", found: "none")
      }
      try reader.checkCount(length, at: lengthStart, itemSize: 4)
      var message: [Int] = []
      message.reserveCapacity(length)
      for _ in 0..<length { message.append(try node(&reader)) }
      interactions.append(
        Interaction(message: message, count: multiplicity, busIndex: bus, countWeight: weight))
      names.append(try reader.text())
    }
    return (interactions, names)
  }

  private static func decodeColumnNames(
    _ reader: inout AIRBytesReader, width: Int
  ) throws(AIRBytesError) -> [String] {
    let start = reader.offset
    let count = Int(try reader.u32())
    guard count == 0 || count == width else {
      throw reader.failure(.columnNames, at: start, expected: "0 or \(width) names of columns", found: "\(count)")
    }
    try reader.checkCount(count, at: start, itemSize: 1)
    var names: [String] = []
    names.reserveCapacity(count)
    for _ in 0..<count { names.append(try reader.text()) }
    return names
  }
}
