import AIR
import Algebra
import Hashing

extension VerifyingKey {
  /// The bytes that the pre-hash covers: everything but the pre-hash itself (chapter 10, section 4.9).
  @_specialize(where H == InnerConfiguration)
  public static func encodeBody(
    parameters: SystemParameters, airs: [AIRVerifyingKey<H>], traceHeightConstraints: [TraceHeightConstraint]
  ) -> [UInt8] {
    var writer = ByteWriter()
    parameters.encode(into: &writer)
    writer.varint(airs.count)
    for air in airs { air.encode(into: &writer) }
    writer.varint(traceHeightConstraints.count)
    for constraint in traceHeightConstraints {
      writer.varint(constraint.coefficients.count)
      for coefficient in constraint.coefficients { writer.varint(UInt64(coefficient)) }
      writer.varint(UInt64(constraint.threshold))
    }
    return writer.bytes
  }

  /// Hash of codec version, length and body, one field element per byte.
  @_specialize(where H == InnerConfiguration)
  public static func preHash(body: [UInt8]) -> H.Digest { preHash(body: body[...]) }

  static func preHash(body: ArraySlice<UInt8>) -> H.Digest {
    var elements: [BabyBear] = []
    elements.reserveCapacity(12 + body.count)
    for shift in stride(from: 0, to: 32, by: 8) { elements.append(BabyBear((proofCodecVersion >> shift) & 0xff)) }
    for shift in stride(from: 0, to: 64, by: 8) { elements.append(BabyBear(UInt32((body.count >> shift) & 0xff))) }
    for byte in body { elements.append(BabyBear(UInt32(byte))) }
    return elements.withUnsafeBufferPointer { H.hash($0) }
  }

  /// The body.
  public func encodeBody() -> [UInt8] {
    Self.encodeBody(parameters: parameters, airs: airs, traceHeightConstraints: traceHeightConstraints)
  }

  /// The body followed by the pre-hash: a key file.
  public func encode() -> [UInt8] {
    var bytes = encodeBody()
    H.encodeForKey(preHash, into: &bytes)
    return bytes
  }
}

extension SystemParameters {
  func encode(into writer: inout ByteWriter) {
    writer.varint(lSkip)
    writer.varint(nStack)
    writer.varint(wStack)
    writer.varint(logBlowup)
    writer.varint(whir.k)
    writer.varint(whir.queriesPerRound.count)
    for queries in whir.queriesPerRound { writer.varint(queries) }
    writer.varint(whir.muPowBits)
    writer.varint(whir.queryPhasePowBits)
    writer.varint(whir.foldingPowBits)
    switch whir.proximity {
    case .uniqueDecoding: writer.varint(0)
    case .splitUniqueList(let m, let listStartRound):
      writer.varint(1)
      writer.varint(m)
      writer.varint(listStartRound)
    case .listDecoding(let m):
      writer.varint(2)
      writer.varint(m)
    }
    writer.varint(UInt64(logup.maxInteractionCount))
    writer.varint(UInt64(logup.logMaxMessageLength))
    writer.varint(logup.powBits)
    writer.varint(maxConstraintDegree)
  }
}

extension AIRVerifyingKey {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.flag(preprocessed != nil)
    if let preprocessed {
      writer.keyDigest(preprocessed.commit, H.self)
      writer.signed(preprocessed.hypercubeDimension)
      writer.varint(preprocessed.stackingWidth)
    }
    writer.flag(width.preprocessed != nil)
    if let columns = width.preprocessed { writer.varint(columns) }
    writer.varint(width.cachedMains.count)
    for columns in width.cachedMains { writer.varint(columns) }
    writer.varint(width.commonMain)
    writer.varint(publicValueCount)
    writer.flag(needsRotation)
    dag.encode(into: &writer)
    writer.byte(UInt8(clamping: maxConstraintDegree))
    writer.flag(isRequired)
    writer.varint(unusedVariables.count)
    for variable in unusedVariables {
      variable.entry.encode(into: &writer)
      writer.varint(variable.index)
    }
  }
}

extension ConstraintDAG {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.varint(nodes.count)
    for node in nodes { node.encode(into: &writer) }
    writer.varint(constraints.count)
    for constraint in constraints { writer.varint(constraint) }
    writer.varint(interactions.count)
    for interaction in interactions {
      writer.varint(interaction.message.count)
      for field in interaction.message { writer.varint(field) }
      writer.varint(interaction.count)
      writer.varint(UInt64(interaction.busIndex))
      writer.varint(UInt64(interaction.countWeight))
    }
  }
}

extension ConstraintNode {
  fileprivate func encode(into writer: inout ByteWriter) {
    func binary(_ tag: Int, _ left: Int, _ right: Int, _ degree: Int) {
      writer.varint(tag)
      writer.varint(left)
      writer.varint(right)
      writer.varint(degree)
    }
    switch self {
    case .variable(let entry, let index):
      writer.varint(0)
      entry.encode(into: &writer)
      writer.varint(index)
    case .isFirstRow: writer.varint(1)
    case .isLastRow: writer.varint(2)
    case .isTransition: writer.varint(3)
    case .constant(let value):
      writer.varint(4)
      writer.residue(value)
    case .add(let left, let right, let degree): binary(5, left, right, degree)
    case .sub(let left, let right, let degree): binary(6, left, right, degree)
    case .neg(let operand, let degree):
      writer.varint(7)
      writer.varint(operand)
      writer.varint(degree)
    case .mul(let left, let right, let degree): binary(8, left, right, degree)
    }
  }
}

extension Entry {
  fileprivate func encode(into writer: inout ByteWriter) {
    switch self {
    case .preprocessed(let offset):
      writer.varint(0)
      writer.varint(offset)
    case .main(let part, let offset):
      writer.varint(1)
      writer.varint(part)
      writer.varint(offset)
    case .public: writer.varint(2)
    }
  }
}
