import Algebra

// The nodes of an AIR in AIR bytes.
extension DescribedAIR {
  /// The nodes, and which of them are the deferral index.
  static func decodeNodes(
    _ reader: inout AIRBytesReader, width: TraceWidth, publicValueCount: Int, maxDegree: Int
  ) throws(AIRBytesError) -> (nodes: [ConstraintNode], indexNodes: [Int]) {
    let start = reader.offset
    let count = Int(try reader.u32())
    guard count <= AIRBytes.maxNodes else {
      throw reader.failure(.nodeCount, at: start, expected: "at most \(AIRBytes.maxNodes) nodes", found: "\(count)")
    }
    try reader.checkCount(count, at: start, itemSize: 1)
    var decoder = NodeDecoder(width: width, publicValueCount: publicValueCount)
    decoder.nodes.reserveCapacity(count)
    decoder.degrees.reserveCapacity(count)
    for index in 0..<count {
      reader.node = index
      let start = reader.offset
      let (node, degree) = try decoder.next(&reader)
      guard degree <= maxDegree else {
        throw reader.failure(
          .greatestDegree, at: start, expected: "a degree of at most \(maxDegree), the AIR's greatest",
          found: "\(degree)")
      }
      decoder.nodes.append(node)
      decoder.degrees.append(degree)
    }
    reader.node = nil
    return (decoder.nodes, decoder.indexNodes)
  }
}

private struct NodeDecoder {
  let width: TraceWidth
  let publicValueCount: Int
  var nodes: [ConstraintNode] = []
  /// By node.
  var degrees: [Int] = []
  var indexNodes: [Int] = []

  init(width: TraceWidth, publicValueCount: Int) {
    self.width = width
    self.publicValueCount = publicValueCount
  }

  mutating func next(_ reader: inout AIRBytesReader) throws(AIRBytesError) -> (ConstraintNode, degree: Int) {
    let start = reader.offset
    let value = try reader.u8()
    guard let kind = AIRBytes.Kind(rawValue: value) else {
      throw reader.failure(.nodeKind, at: start, expected: "a kind from 0 to 11", found: "\(value)")
    }
    switch kind {
    case .preprocessed:
      let offset = try rowOffset(&reader)
      return (.variable(.preprocessed(offset: offset), index: try column(&reader, of: width.preprocessed ?? 0)), 1)
    case .main:
      let start = reader.offset
      let part = Int(try reader.u8())
      guard part <= width.cachedMains.count else {
        throw reader.failure(
          .column, at: start, expected: "a part up to \(width.cachedMains.count)", found: "part \(part)")
      }
      let offset = try rowOffset(&reader)
      let columns = part < width.cachedMains.count ? width.cachedMains[part] : width.commonMain
      return (.variable(.main(part: part, offset: offset), index: try column(&reader, of: columns)), 1)
    case .publicValue:
      let start = reader.offset
      let index = Int(try reader.u32())
      guard index < publicValueCount else {
        throw reader.failure(
          .publicValue, at: start, expected: "a public value below \(publicValueCount)", found: "\(index)")
      }
      return (.variable(.public, index: index), 0)
    case .firstRow: return (.isFirstRow, 1)
    case .lastRow: return (.isLastRow, 1)
    case .transition: return (.isTransition, 1)
    case .constant: return (.constant(try reader.element()), 0)
    case .sum:
      let (left, right, degree) = try operands(&reader) { max($0, $1) }
      return (.add(left, right, degree: degree), degree)
    case .difference:
      let (left, right, degree) = try operands(&reader) { max($0, $1) }
      return (.sub(left, right, degree: degree), degree)
    case .product:
      let (left, right, degree) = try operands(&reader) { $0 + $1 }
      return (.mul(left, right, degree: degree), degree)
    case .negation:
      let operand = try operand(&reader)
      let degree = try degreeMultiple(&reader, least: degrees[operand])
      return (.neg(operand, degree: degree), degree)
    case .deferralIndex:
      indexNodes.append(nodes.count)
      return (.constant(.zero), 0)
    }
  }

  private func rowOffset(_ reader: inout AIRBytesReader) throws(AIRBytesError) -> Int {
    let start = reader.offset
    let offset = try reader.u8()
    guard offset < 2 else {
      throw reader.failure(.offset, at: start, expected: "0 for this row or 1 for the next", found: "\(offset)")
    }
    return Int(offset)
  }

  private func column(_ reader: inout AIRBytesReader, of width: Int) throws(AIRBytesError) -> Int {
    let start = reader.offset
    let column = Int(try reader.u32())
    guard column < width else {
      throw reader.failure(.column, at: start, expected: "a column below \(width)", found: "\(column)")
    }
    return column
  }

  private func operand(_ reader: inout AIRBytesReader) throws(AIRBytesError) -> Int {
    let start = reader.offset
    let operand = Int(try reader.u32())
    guard operand < nodes.count else {
      throw reader.failure(.operand, at: start, expected: "an operand below \(nodes.count)", found: "\(operand)")
    }
    return operand
  }

  private func operands(
    _ reader: inout AIRBytesReader, least: (Int, Int) -> Int
  ) throws(AIRBytesError) -> (left: Int, right: Int, degree: Int) {
    let left = try operand(&reader)
    let right = try operand(&reader)
    return (left, right, try degreeMultiple(&reader, least: least(degrees[left], degrees[right])))
  }

  private func degreeMultiple(_ reader: inout AIRBytesReader, least: Int) throws(AIRBytesError) -> Int {
    let start = reader.offset
    let degree = Int(try reader.u8())
    guard degree >= least else {
      throw reader.failure(
        .degreeMultiple, at: start, expected: "a degree multiple of at least \(least)", found: "\(degree)")
    }
    return degree
  }
}
