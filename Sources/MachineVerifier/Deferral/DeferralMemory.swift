import Algebra
import Hashing
import StarkVerifier

/// The accumulators of a deferral circuit (chapter 40, section 3.7): what memory holds of the calls to it.
public struct DeferralAccumulators: Hashable, Sendable {
  public var input: InnerDigest
  public var output: InnerDigest

  public init(input: InnerDigest, output: InnerDigest) {
    self.input = input
    self.output = output
  }

  /// Before the first call.
  public init(circuitCommit: InnerDigest) {
    input = circuitCommit
    output = InnerConfiguration.emptyDigest
  }

  /// Takes up a call.
  public mutating func fold(_ call: CommittedCall) {
    input = InnerConfiguration.compress(input, call.input.digest)
    output = InnerConfiguration.compress(output, call.output.digest)
  }
}

/// Address space 4 as a whole: the accumulators of the circuits at its start, zeros behind them.
///
/// The verifier knows all of it, so a proof opens just the subtree's root, at the beginning of the run and at its end. That
/// says at once that the first memory holds the commitments of the very keys, that the last one holds the accumulators of
/// the very calls, that circuits which were not called are as they were, and that there is nothing else.
public struct DeferralMemoryProof: Hashable, Sendable {
  /// From the root of the address space up to the children of the memory's root, before the first segment.
  public var initialSiblings: [InnerDigest]
  /// The same after the last one.
  public var finalSiblings: [InnerDigest]

  public init(initialSiblings: [InnerDigest], finalSiblings: [InnerDigest]) {
    self.initialSiblings = initialSiblings
    self.finalSiblings = finalSiblings
  }

  /// Address space 4, counted from 0.
  private static let addressSpaceIndex = 3
  /// How many siblings lead from the address space to the root.
  public static let pathLength = UserPublicValuesProof.treeHeight - UserPublicValuesProof.addressHeight

  /// The root of the address space with the accumulators of circuits 0, 1, ...; at most `2^25`.
  public static func root(of circuits: [DeferralAccumulators]) -> InnerDigest {
    var zero = InnerConfiguration.emptyDigest
    var level = circuits.flatMap { [$0.input, $0.output] }.map { InnerConfiguration.compress($0, zero) }
    zero = InnerConfiguration.compress(zero, zero)
    for _ in 0..<UserPublicValuesProof.addressHeight {
      level = stride(from: 0, to: level.count, by: 2).map { index in
        InnerConfiguration.compress(level[index], index + 1 < level.count ? level[index + 1] : zero)
      }
      zero = InnerConfiguration.compress(zero, zero)
    }
    return level.first ?? zero
  }

  /// The root of the memory in which the address space has the root `node`; nil where the path has another length.
  static func memoryRoot(over node: InnerDigest, siblings: [InnerDigest]) -> InnerDigest? {
    guard siblings.count == pathLength else { return nil }
    var (node, position) = (node, addressSpaceIndex)
    for sibling in siblings {
      node =
        position & 1 == 1
        ? InnerConfiguration.compress(sibling, node) : InnerConfiguration.compress(node, sibling)
      position >>= 1
    }
    return node
  }
}

extension DeferralMemoryProof {
  func encode(into writer: inout ByteWriter) {
    for siblings in [initialSiblings, finalSiblings] {
      writer.size(siblings.count)
      writer.digests(siblings, InnerConfiguration.self)
    }
  }

  init(from reader: inout ByteReader) throws(DecodeError) {
    func siblings(_ name: StaticString) throws(DecodeError) -> [InnerDigest] {
      reader.at(FieldName(name))
      let count = try reader.length(itemSize: InnerConfiguration.digestByteCount)
      return try reader.digests(count, InnerConfiguration.self)
    }
    initialSiblings = try siblings("deferral_memory.initial_siblings")
    finalSiblings = try siblings("deferral_memory.final_siblings")
  }
}
