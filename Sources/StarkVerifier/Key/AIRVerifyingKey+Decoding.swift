import AIR
import Algebra
import Hashing

/// Where the parts of one AIR's key begin, so that a broken rule can be reported with its byte.
struct AIRKeyOffsets {
  fileprivate var parts: [AIRKeyPart: Int] = [:]
  fileprivate var nodes: [Int] = []
  fileprivate var constraints: [Int] = []
  fileprivate var interactions: [Int] = []
  fileprivate var unusedVariables: [Int] = []

  func offset(of part: AIRKeyPart) -> Int? {
    switch part {
    case .node(let index): nodes.indices.contains(index) ? nodes[index] : nil
    case .constraint(let index): constraints.indices.contains(index) ? constraints[index] : nil
    case .interaction(let index): interactions.indices.contains(index) ? interactions[index] : nil
    case .unusedVariable(let index): unusedVariables.indices.contains(index) ? unusedVariables[index] : nil
    default: parts[part]
    }
  }
}

extension AIRVerifyingKey {
  init(from reader: inout ByteReader, id: Int, offsets: inout AIRKeyOffsets) throws(DecodeError) {
    reader.begin(.key, FieldName("airs[].preprocessed_data", id))
    offsets.parts[.preprocessed] = reader.offset
    if try reader.flag() {
      let commit = try reader.keyDigest(H.self)
      let dimension = try reader.signedInteger()
      preprocessed = PreprocessedCommitment(
        commit: commit, hypercubeDimension: dimension, stackingWidth: try reader.integer())
    } else {
      preprocessed = nil
    }

    reader.begin(.key, FieldName("airs[].width", id))
    offsets.parts[.width] = reader.offset
    let preprocessedWidth = try reader.flag() ? try reader.integer() : nil
    let cachedCount = try reader.count(itemSize: 1)
    var cachedMains: [Int] = []
    cachedMains.reserveCapacity(cachedCount)
    for _ in 0..<cachedCount { cachedMains.append(try reader.integer()) }
    width = TraceWidth(
      preprocessed: preprocessedWidth, cachedMains: cachedMains, commonMain: try reader.integer())

    reader.begin(.key, FieldName("airs[].num_public_values", id))
    offsets.parts[.publicValueCount] = reader.offset
    publicValueCount = try reader.integer()
    reader.begin(.key, FieldName("airs[].need_rot", id))
    offsets.parts[.needsRotation] = reader.offset
    needsRotation = try reader.flag()
    dag = try Self.decodeDAG(&reader, id: id, offsets: &offsets)
    reader.begin(.key, FieldName("airs[].max_constraint_degree", id))
    offsets.parts[.maxConstraintDegree] = reader.offset
    maxConstraintDegree = Int(try reader.byte())
    reader.begin(.key, FieldName("airs[].is_required", id))
    isRequired = try reader.flag()

    reader.begin(.key, FieldName("airs[].unused_variables", id))
    offsets.parts[.unusedVariables] = reader.offset
    let unusedCount = try reader.count(itemSize: 2)
    unusedVariables = []
    unusedVariables.reserveCapacity(unusedCount)
    for index in 0..<unusedCount {
      reader.at(FieldName("airs[].unused_variables[]", id, index))
      offsets.unusedVariables.append(reader.offset)
      let entry = try Entry(from: &reader)
      unusedVariables.append(UnusedVariable(entry: entry, index: try reader.integer()))
    }
  }

  private static func decodeDAG(
    _ reader: inout ByteReader, id: Int, offsets: inout AIRKeyOffsets
  ) throws(DecodeError) -> ConstraintDAG {
    reader.begin(.key, FieldName("airs[].nodes", id))
    offsets.parts[.nodes] = reader.offset
    let nodeCount = try reader.count(itemSize: 1)
    var nodes: [ConstraintNode] = []
    nodes.reserveCapacity(nodeCount)
    for index in 0..<nodeCount {
      reader.at(FieldName("airs[].nodes[]", id, index))
      offsets.nodes.append(reader.offset)
      nodes.append(try ConstraintNode(from: &reader))
    }

    reader.begin(.key, FieldName("airs[].constraint_idx", id))
    let constraintCount = try reader.count(itemSize: 1)
    var constraints: [Int] = []
    constraints.reserveCapacity(constraintCount)
    for index in 0..<constraintCount {
      reader.at(FieldName("airs[].constraint_idx[]", id, index))
      offsets.constraints.append(reader.offset)
      constraints.append(try reader.integer())
    }

    reader.begin(.key, FieldName("airs[].interactions", id))
    let interactionCount = try reader.count(itemSize: 4)
    var interactions: [Interaction] = []
    interactions.reserveCapacity(interactionCount)
    for index in 0..<interactionCount {
      reader.at(FieldName("airs[].interactions[]", id, index))
      offsets.interactions.append(reader.offset)
      interactions.append(try Interaction(from: &reader))
    }
    return ConstraintDAG(nodes: nodes, constraints: constraints, interactions: interactions)
  }
}

extension ConstraintNode {
  fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
    switch try reader.tag(below: 9) {
    case 0:
      let entry = try Entry(from: &reader)
      self = .variable(entry, index: try reader.integer())
    case 1: self = .isFirstRow
    case 2: self = .isLastRow
    case 3: self = .isTransition
    case 4: self = .constant(try reader.residue())
    case 5: self = .add(try reader.integer(), try reader.integer(), degree: try reader.integer())
    case 6: self = .sub(try reader.integer(), try reader.integer(), degree: try reader.integer())
    case 7: self = .neg(try reader.integer(), degree: try reader.integer())
    default: self = .mul(try reader.integer(), try reader.integer(), degree: try reader.integer())
    }
  }
}

extension Interaction {
  fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
    let length = try reader.count(itemSize: 1)
    var message: [Int] = []
    message.reserveCapacity(length)
    for _ in 0..<length { message.append(try reader.integer()) }
    let count = try reader.integer()
    let bus = try reader.varint(limit: UInt64(UInt16.max))
    self.init(
      message: message, count: count, busIndex: UInt16(truncatingIfNeeded: bus), countWeight: try reader.word32())
  }
}

extension Entry {
  /// Valid keys contain neither `Challenge` (tag 3) nor an offset above 1.
  fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
    switch try reader.tag(below: 3) {
    case 0: self = .preprocessed(offset: try reader.integer())
    case 1: self = .main(part: try reader.integer(), offset: try reader.integer())
    default: self = .public
    }
  }
}

extension ByteReader {
  /// An `isize` of a key, in zig-zag form.
  fileprivate mutating func signedInteger() throws(DecodeError) -> Int {
    let bits = try varint(limit: UInt64.max)
    return Int(truncatingIfNeeded: bits >> 1) ^ -Int(truncatingIfNeeded: bits & 1)
  }

  /// A field element of a key: its Montgomery residue.
  fileprivate mutating func residue() throws(DecodeError) -> BabyBear {
    let start = offset
    let value = try word32()
    guard let element = BabyBear(montgomery: value) else {
      throw failure(
        .nonCanonicalElement, at: start, expected: "a residue below \(BabyBear.modulus)", found: "\(value)")
    }
    return element
  }
}
