import Algebra
import Testing

@testable import AIR

/// One test for each rule that AIR bytes can break: which, where, what was expected.
@Suite struct AIRBytesErrorTests {
  /// Puts AIR bytes together, field by field, and knows where each field starts.
  struct Bytes {
    var bytes: [UInt8] = []
    var starts: [String: Int] = [:]

    mutating func mark(_ name: String) { starts[name] = bytes.count }
    mutating func u8(_ name: String, _ value: Int) {
      mark(name)
      bytes.append(UInt8(value))
    }
    mutating func integer(_ name: String, _ value: Int, size: Int) {
      mark(name)
      for i in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * i))) }
    }
    mutating func u16(_ name: String, _ value: Int) { integer(name, value, size: 2) }
    mutating func u32(_ name: String, _ value: Int) { integer(name, value, size: 4) }
    mutating func text(_ name: String, _ value: String) {
      u8(name, value.utf8.count)
      bytes += Array(value.utf8)
    }
  }

  /// The fields of a small set that can be changed one by one.
  struct Fields {
    var magic = "OTRGAIR1"
    var standardSet = ""
    var tables = ["outrigger.bytes/1"]
    var buses: [(number: Int, kind: Int, name: String)] = [(4, 1, "std.bytes"), (16, 0, "own")]
    var airCount = 1
    var isRequired = 1
    var publicValues = 17
    var preprocessed = 1
    var cached = (width: 2, kind: 1)
    var common = 3
    var maxDegree = 2
    var nodeCount: Int?
    var nodes: [[Int]] = [
      // Kind, then operands: width of each by kind.
      [0, 0, 0], [1, 0, 1, 1], [1, 1, 0, 2], [2, 16], [3], [4], [5], [6, 5], [7, 0, 1, 1], [11], [8, 3, 9, 0],
      [9, 1, 1], [10, 0, 1, 2],
    ]
    var constraints = [10, 12]
    var interaction = (bus: 16, weight: 1, count: 0, length: 2, message: [1, 2])
    var columnNames: [String]? = ["a", "b", "c"]
    var trailing: [UInt8] = []

    func encoded() -> Bytes {
      var bytes = Bytes()
      bytes.mark("magic")
      bytes.bytes += Array(magic.utf8)
      bytes.text("standardSet", standardSet)
      bytes.u8("tableCount", tables.count)
      for (i, table) in tables.enumerated() { bytes.text("table\(i)", table) }
      bytes.u16("busCount", buses.count)
      for (i, bus) in buses.enumerated() {
        bytes.u16("bus\(i)", bus.number)
        bytes.u8("busKind\(i)", bus.kind)
        bytes.text("busName\(i)", bus.name)
      }
      bytes.u16("airCount", airCount)
      bytes.text("name", "AIR")
      bytes.u8("isRequired", isRequired)
      bytes.u32("publicValues", publicValues)
      bytes.u32("preprocessed", preprocessed)
      bytes.u8("cachedCount", 1)
      bytes.u32("cachedWidth", cached.width)
      bytes.u8("cachedClass", cached.kind)
      bytes.u32("common", common)
      bytes.u8("maxDegree", maxDegree)
      bytes.u32("nodeCount", nodeCount ?? nodes.count)
      let sizes = [0: [1, 4], 1: [1, 1, 4], 2: [4], 6: [4], 7: [4, 4, 1], 8: [4, 4, 1], 9: [4, 1], 10: [4, 4, 1]]
      for (i, node) in nodes.enumerated() {
        bytes.u8("node\(i)", node[0])
        for (j, (size, value)) in zip(sizes[node[0]] ?? [], node.dropFirst()).enumerated() {
          bytes.integer("node\(i).\(j)", value, size: size)
        }
      }
      bytes.u32("constraintCount", constraints.count)
      for (i, node) in constraints.enumerated() {
        bytes.u32("constraint\(i)", node)
        bytes.text("constraintName\(i)", "c")
      }
      bytes.u32("interactionCount", 1)
      bytes.u16("interactionBus", interaction.bus)
      bytes.u32("weight", interaction.weight)
      bytes.u32("count", interaction.count)
      bytes.u16("length", interaction.length)
      for (i, node) in interaction.message.enumerated() { bytes.u32("field\(i)", node) }
      bytes.text("interactionName", "i")
      bytes.u32("columnNameCount", columnNames?.count ?? 0)
      for name in columnNames ?? [] { bytes.text("columnName", name) }
      bytes.mark("end")
      bytes.bytes += trailing
      return bytes
    }
  }

  static func expect(
    _ rule: AIRBytesError.Rule, at field: String, air: Int? = nil, node: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout Fields) -> Void
  ) {
    var fields = Fields()
    change(&fields)
    let encoded = fields.encoded()
    let error = #expect(throws: AIRBytesError.self, sourceLocation: sourceLocation) {
      try AIRSet(decoding: encoded.bytes)
    }
    #expect(error?.rule == rule, "\(error?.description ?? "")", sourceLocation: sourceLocation)
    #expect(error?.offset == encoded.starts[field], "\(error?.description ?? "")", sourceLocation: sourceLocation)
    #expect(error?.air == air && error?.node == node, "\(error?.description ?? "")", sourceLocation: sourceLocation)
  }

  @Test func theFieldsAreASet() throws {
    let bytes = Fields().encoded().bytes
    let set = try AIRSet(decoding: bytes)
    #expect(set.encode() == bytes && set.airs[0].indexNodes == [9])
  }

  @Test func header() {
    Self.expect(.magic, at: "magic") { $0.magic = "OTRGAIR2" }
    Self.expect(.standardSet, at: "standardSet") { $0.standardSet = "outrigger.io/2" }
    Self.expect(.standardTable, at: "table0") { $0.tables = ["outrigger.words/1"] }
    Self.expect(.standardTable, at: "table1") { $0.tables = ["outrigger.bytes/1", "outrigger.bytes/1"] }
    Self.expect(.standardTable, at: "table1") { $0.tables = ["outrigger.bytes/1", "outrigger.poseidon2/1"] }
    Self.expect(.standardTable, at: "table1") { $0.tables = ["outrigger.range/1", "outrigger.range/1"] }
    Self.expect(.trailingBytes, at: "end") { $0.trailing = [0] }
    Self.expect(.airCount, at: "airCount") { $0.airCount = 0 }
    Self.expect(.airCount, at: "airCount") { $0.airCount = 257 }
    Self.expect(.truncated, at: "end", air: 1) { $0.airCount = 2 }
  }

  @Test func text() {
    let bytes = Fields().encoded()
    var broken = bytes.bytes
    broken[(bytes.starts["name"] ?? 0) + 1] = 0xff
    let error = #expect(throws: AIRBytesError.self) { try AIRSet(decoding: broken) }
    #expect(error?.rule == .text && error?.offset == bytes.starts["name"] && error?.air == 0)
  }

  @Test func buses() {
    Self.expect(.busOrder, at: "bus2") { $0.buses.append((16, 0, "again")) }
    Self.expect(.busOrder, at: "bus1") { $0.buses = [(17, 0, "a"), (16, 0, "b")] }
    Self.expect(.busKind, at: "busKind1") { $0.buses[1].kind = 2 }
    Self.expect(.busReserved, at: "bus1") { $0.buses[1] = (6, 0, "mine") }
    Self.expect(.busReserved, at: "bus1") { $0.buses[1] = (15, 0, "mine") }
    Self.expect(.busName, at: "bus0") { $0.buses[0].name = "bytes" }
    Self.expect(.busName, at: "bus0") { $0.buses[0].kind = 0 }
    Self.expect(.busName, at: "bus1") { $0.buses[1].name = "io.mine" }
    Self.expect(.busName, at: "bus1") { $0.buses[1].name = "std.mine" }
    Self.expect(.busWithoutOwner, at: "bus0") { $0.tables = [] }
    Self.expect(.busWithoutOwner, at: "bus0") { $0.buses.insert((0, 0, "io.length"), at: 0) }
    Self.expect(.busWithoutOwner, at: "bus1") { $0.buses.insert((5, 1, "std.range"), at: 1) }
    Self.expect(.interactionBus, at: "interactionBus", air: 0) { $0.interaction.bus = 17 }
  }

  @Test func widths() {
    Self.expect(.flag, at: "isRequired", air: 0) { $0.isRequired = 2 }
    Self.expect(.publicValueCount, at: "publicValues", air: 0) { $0.publicValues = 16 }
    Self.expect(.publicValueCount, at: "publicValues", air: 0) { $0.standardSet = "outrigger.io/1" }
    Self.expect(.width, at: "cachedWidth", air: 0) { $0.cached.width = 0 }
    Self.expect(.width, at: "common", air: 0) { $0.common = 0 }
    Self.expect(.columnCount, at: "common", air: 0) { $0.common = AIRBytes.maxColumns - 2 }
    Self.expect(.columnCount, at: "preprocessed", air: 0) { $0.preprocessed = 0xffff_ffff }
    Self.expect(.cachedClass, at: "cachedClass", air: 0) { $0.cached.kind = 2 }
    Self.expect(.columnNames, at: "columnNameCount", air: 0) { $0.columnNames = ["a", "b"] }
  }

  @Test func nodes() {
    Self.expect(.nodeCount, at: "nodeCount", air: 0) { $0.nodeCount = 1 << 22 + 1 }
    Self.expect(.truncated, at: "nodeCount", air: 0) { $0.nodeCount = 1 << 22 }
    Self.expect(.nodeKind, at: "node4", air: 0, node: 4) { $0.nodes[4] = [12] }
    Self.expect(.offset, at: "node0.0", air: 0, node: 0) { $0.nodes[0] = [0, 2, 0] }
    Self.expect(.column, at: "node0.1", air: 0, node: 0) { $0.nodes[0] = [0, 0, 1] }
    Self.expect(.column, at: "node0.1", air: 0, node: 0) { $0.preprocessed = 0 }
    Self.expect(.column, at: "node1.2", air: 0, node: 1) { $0.nodes[1] = [1, 0, 1, 2] }
    Self.expect(.column, at: "node2.2", air: 0, node: 2) { $0.nodes[2] = [1, 1, 0, 3] }
    Self.expect(.column, at: "node2.0", air: 0, node: 2) { $0.nodes[2] = [1, 2, 0, 0] }
    Self.expect(.offset, at: "node2.1", air: 0, node: 2) { $0.nodes[2] = [1, 1, 9, 0] }
    Self.expect(.publicValue, at: "node3.0", air: 0, node: 3) { $0.nodes[3] = [2, 17] }
    Self.expect(.element, at: "node7.0", air: 0, node: 7) { $0.nodes[7] = [6, Int(BabyBear.modulus)] }
    Self.expect(.operand, at: "node8.0", air: 0, node: 8) { $0.nodes[8] = [7, 8, 1, 1] }
    Self.expect(.operand, at: "node8.1", air: 0, node: 8) { $0.nodes[8] = [7, 0, 9, 1] }
    Self.expect(.operand, at: "node11.0", air: 0, node: 11) { $0.nodes[11] = [9, 11, 1] }
  }

  @Test func degrees() {
    Self.expect(.degreeMultiple, at: "node8.2", air: 0, node: 8) { $0.nodes[8] = [7, 0, 1, 0] }
    Self.expect(.degreeMultiple, at: "node10.2", air: 0, node: 10) { $0.nodes[10] = [8, 3, 1, 0] }
    Self.expect(.degreeMultiple, at: "node11.1", air: 0, node: 11) { $0.nodes[11] = [9, 1, 0] }
    Self.expect(.degreeMultiple, at: "node12.2", air: 0, node: 12) { $0.nodes[12] = [10, 0, 1, 1] }
    Self.expect(.greatestDegree, at: "node12", air: 0, node: 12) { $0.maxDegree = 1 }
    Self.expect(.greatestDegree, at: "node0", air: 0, node: 0) { $0.maxDegree = 0 }
  }

  @Test func constraintsAndInteractions() {
    Self.expect(.constraintNode, at: "constraint1", air: 0) { $0.constraints = [10, 10] }
    Self.expect(.constraintNode, at: "constraint1", air: 0) { $0.constraints = [10, 8] }
    Self.expect(.constraintNode, at: "constraint0", air: 0) { $0.constraints = [13] }
    Self.expect(.interactionNode, at: "count", air: 0) { $0.interaction.count = 13 }
    Self.expect(.interactionNode, at: "field1", air: 0) { $0.interaction.message = [1, 13] }
    Self.expect(.messageLength, at: "length", air: 0) { $0.interaction.length = 0 }
    Self.expect(.truncated, at: "length", air: 0) { $0.interaction.length = 0xffff }
  }

  @Test func everyRuleSaysWhatWasExpected() {
    let error = AIRBytesError(.operand, offset: 9, air: 2, node: 5, expected: "an operand below 5", found: "7")
    #expect(error.description == "AIR bytes: AIR 2, node 5, byte 9: expected an operand below 5, found 7")
  }
}
