import Algebra
import Hashing
import TestSupport
import Testing

/// Merkle commitments by the letter of chapter 10, section 2.6, one hash at a time.
struct MerkleReference<H: SampleDigests> {
  /// `layers[0]` are the grouped leaves, the last layer is the root.
  var layers: [[H.Digest]]

  static func treeCompress(_ digests: [H.Digest]) -> H.Digest? {
    var level = digests
    while level.count > 1 { level = pairs(level) }
    return level.first
  }

  static func pairs(_ level: [H.Digest]) -> [H.Digest] {
    stride(from: 0, to: level.count - 1, by: 2).map { H.compress(level[$0], level[$0 + 1]) }
  }

  init(rows: [[BabyBear]], rowsPerQuery: Int) {
    let digests = rows.map { H.hash($0) }
    let queryStride = rows.count / rowsPerQuery
    let leaves = (0..<queryStride).compactMap { y in
      Self.treeCompress((0..<rowsPerQuery).map { digests[y + $0 * queryStride] })
    }
    layers = [leaves]
    while let last = layers.last, last.count > 1 { layers.append(Self.pairs(last)) }
  }

  /// The same with the bulk operations, as the prover does it.
  static func bulkLayers(rows: [[BabyBear]], rowsPerQuery: Int) -> [[H.Digest]]? {
    var generator = SeededGenerator(77)
    let guardDigest = H.sampleDigests(8, &generator)[7]
    let width = rows.first?.count ?? 0
    let columns = (0..<width).map { column in rows.map { $0[column] } }
    guard
      var level = H.hashRows(columns, firstRow: 0, rowCount: rows.count, guardDigest: guardDigest),
      level == H.hashRows(rowMajor: rows, width: width, guardDigest: guardDigest)
    else { return nil }
    let queryStride = rows.count / rowsPerQuery
    var groups = rowsPerQuery / 2
    while groups > 0 {
      guard let next = H.compressHalves(level, groups: groups, half: queryStride, guardDigest: guardDigest)
      else { return nil }
      level = next
      groups /= 2
    }
    var layers = [level]
    while let last = layers.last, last.count > 1 {
      guard let next = H.compressHalves(last, groups: last.count / 2, half: 1, guardDigest: guardDigest)
      else { return nil }
      layers.append(next)
    }
    return layers
  }

  /// The siblings from the leaf layer upwards.
  func path(_ query: Int) -> [H.Digest] {
    layers.dropLast().enumerated().map { depth, layer in layer[(query >> depth) ^ 1] }
  }

  /// The root that an opening leads to.
  static func root(openedRows: [[BabyBear]], path: [H.Digest], query: Int) -> H.Digest? {
    guard var current = treeCompress(openedRows.map { H.hash($0) }) else { return nil }
    for (depth, sibling) in path.enumerated() {
      current = (query >> depth) & 1 == 0 ? H.compress(current, sibling) : H.compress(sibling, current)
    }
    return current
  }
}

struct MerkleTests {
  /// The rows of a known-answer matrix; elements of the extension stand as four columns.
  static func rows(_ tree: JSON) -> [[BabyBear]] {
    if tree["field"].string == "F" {
      let width = tree["matrix"]["width"].int ?? 1
      let values = tree["matrix"]["values_row_major"].elements
      return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
    return tree["matrix_rows"].array.map { row in row.array.flatMap(\.elements) }
  }

  static func openedRow(_ row: JSON, field: String?) -> [BabyBear] {
    field == "F" ? row.elements : row.array.flatMap(\.elements)
  }

  @Test func innerTreesMatchKnownAnswers() throws {
    typealias Reference = MerkleReference<InnerConfiguration>
    let file = try #require(try Vectors.json("vectors/poseidon2.json"))
    let trees = file["merkle_trees"].array
    #expect(trees.count == 9)
    for tree in trees {
      let rows = Self.rows(tree)
      let rowsPerQuery = try #require(tree["rows_per_query"].int)
      let queryStride = try #require(tree["query_stride"].int)
      #expect(rows.count == rowsPerQuery * queryStride)
      let root = InnerDigest(tree["root"].elements)
      let reference = Reference(rows: rows, rowsPerQuery: rowsPerQuery)
      #expect(reference.layers.last == [root])
      #expect(reference.layers.count == 1 + (tree["proof_depth"].int ?? -1))
      #expect(Reference.bulkLayers(rows: rows, rowsPerQuery: rowsPerQuery) == reference.layers)

      #expect(tree["queries"].array.count == queryStride)
      for opening in tree["queries"].array {
        let query = try #require(opening["query"].int)
        let opened = opening["opened_rows"].array.map { Self.openedRow($0, field: tree["field"].string) }
        let path = opening["path"].array.map { InnerDigest($0.elements) }
        #expect(opened == (0..<rowsPerQuery).map { rows[query + $0 * queryStride] })
        #expect(path == reference.path(query))
        #expect(Reference.root(openedRows: opened, path: path, query: query) == root)
      }
    }
  }

  static func checkBulkTrees<H: SampleDigests>(_: H.Type) {
    var generator = SeededGenerator(30)
    for (logRows, logGroup, width) in [(0, 0, 3), (3, 0, 1), (3, 3, 2), (4, 1, 17), (5, 2, 16), (6, 4, 4), (7, 3, 9)] {
      let rows = (0..<1 << logRows).map { _ in generator.elements(width) }
      let reference = MerkleReference<H>(rows: rows, rowsPerQuery: 1 << logGroup)
      #expect(MerkleReference<H>.bulkLayers(rows: rows, rowsPerQuery: 1 << logGroup) == reference.layers)
      let queryStride = 1 << (logRows - logGroup)
      for query in 0..<queryStride {
        let opened = (0..<1 << logGroup).map { rows[query + $0 * queryStride] }
        let path = reference.path(query)
        #expect(path.count == logRows - logGroup)
        #expect(MerkleReference<H>.root(openedRows: opened, path: path, query: query) == reference.layers.last?.first)
      }
    }
  }

  @Test func bulkTreesAreThoseOfTheDefinition() {
    Self.checkBulkTrees(InnerConfiguration.self)
    Self.checkBulkTrees(RootConfiguration.self)
  }

  static func checkWrongOpenings<H: SampleDigests>(_: H.Type) {
    var generator = SeededGenerator(31)
    let rows = (0..<32).map { _ in generator.elements(5) }
    let reference = MerkleReference<H>(rows: rows, rowsPerQuery: 4)
    let root = reference.layers.last?.first
    let opened = (0..<4).map { rows[3 + $0 * 8] }
    let path = reference.path(3)
    func opens(_ rows: [[BabyBear]], _ path: [H.Digest], _ query: Int) -> Bool {
      MerkleReference<H>.root(openedRows: rows, path: path, query: query) == root
    }
    #expect(opens(opened, path, 3))
    #expect(!opens(opened, path, 2))
    #expect(!opens(opened, path.reversed(), 3))
    for row in 0..<4 {
      for column in 0..<5 {
        var changed = opened
        changed[row][column] += .one
        #expect(!opens(changed, path, 3))
      }
    }
    for depth in path.indices {
      var changed = path
      changed[depth] = root ?? path[depth]
      #expect(!opens(opened, changed, 3))
    }
  }

  @Test func wrongOpeningsMissTheRoot() {
    Self.checkWrongOpenings(InnerConfiguration.self)
    Self.checkWrongOpenings(RootConfiguration.self)
  }
}
