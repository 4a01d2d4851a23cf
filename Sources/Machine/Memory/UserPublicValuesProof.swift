import Algebra
import Hashing

/// The public values that a guest revealed, with a path from them to the root of the memory after the run
/// (chapter 20, section 6.3).
///
/// The values are the first cells of address space 3: whole leaves, `8 * 2^k` cells, hence one node of the memory
/// tree, at height `k`.
public struct UserPublicValuesProof: Equatable, Sendable {
  /// One byte in each element.
  public var values: [BabyBear]
  /// Hash of the node that consists of the values.
  public var commitment: InnerDigest
  /// The siblings of the node and of those above it, the lowest first: `29 - k`.
  public var siblings: [InnerDigest]

  public init(values: [BabyBear], commitment: InnerDigest, siblings: [InnerDigest]) {
    self.values = values
    self.commitment = commitment
    self.siblings = siblings
  }
}

/// Why public values are not those of a memory.
public enum UserPublicValuesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The configured number of values is not `8 * 2^k` with `k <= 26`.
  case unsupportedCount(Int)
  case valueCount(expected: Int, found: Int)
  case siblingCount(expected: Int, found: Int)
  case notAByte(index: Int, found: BabyBear)
  /// The values do not hash to the commitment.
  case commitment
  /// The path does not end in the memory's root.
  case root

  public var description: String {
    switch self {
    case .unsupportedCount(let count): "the number of public values is \(count), not 8 times a power of two"
    case .valueCount(let expected, let found): "\(found) public values, expected \(expected)"
    case .siblingCount(let expected, let found): "\(found) siblings of the public values, expected \(expected)"
    case .notAByte(let index, let found): "public value \(index) is \(found), not a byte"
    case .commitment: "the public values do not hash to their commitment"
    case .root: "the public values are not those in the memory after the run"
    }
  }
}

extension UserPublicValuesProof {
  /// Heights of the whole memory tree and of the part below an address space; address space 3 is the third of them.
  static let treeHeight = 29
  static let addressHeight = 26
  static let spaceIndex = 2

  /// Height of the node that `count` values fill; nil where they do not fill one of address space 3.
  static func height(ofValues count: Int) -> Int? {
    guard count >= 8, count & (count &- 1) == 0, count.trailingZeroBitCount &- 3 <= addressHeight else { return nil }
    return count.trailingZeroBitCount &- 3
  }

  /// Demands that the values are those that a memory with the hash `finalRoot` holds.
  ///
  /// Assumes: `finalRoot` is the root of a tree of height 29 that a proof accounts for. `count`, the number of values,
  /// comes from the verifier's configuration: with a number from the proof, a node of another height could be opened,
  /// and hashes shown for values. Checks lengths before anything else and traps on no input.
  public func verify(count: Int, finalRoot: InnerDigest) throws(UserPublicValuesError) {
    guard let height = Self.height(ofValues: count) else { throw .unsupportedCount(count) }
    guard values.count == count else { throw .valueCount(expected: count, found: values.count) }
    let pathLength = Self.treeHeight &- height
    guard siblings.count == pathLength else { throw .siblingCount(expected: pathLength, found: siblings.count) }
    for (index, value) in values.enumerated() where value.canonical > 255 {
      throw .notAByte(index: index, found: value)
    }
    guard Self.commitment(to: values) == commitment else { throw .commitment }
    var node = commitment
    var index = (Self.spaceIndex << Self.addressHeight) >> height
    for sibling in siblings {
      node =
        index & 1 == 0
        ? InnerConfiguration.compress(node, sibling) : InnerConfiguration.compress(sibling, node)
      index >>= 1
    }
    guard node == finalRoot else { throw .root }
  }

  /// The Merkle root of values in leaves of eight. `8 * 2^k` values.
  static func commitment(to values: [BabyBear]) -> InnerDigest {
    let empty = InnerConfiguration.emptyDigest
    var level = stride(from: 0, to: values.count, by: 8).map { first in
      InnerConfiguration.compress(InnerDigest(values.dropFirst(first).prefix(8)), empty)
    }
    while level.count > 1 {
      level = stride(from: 0, to: level.count &- 1, by: 2).map { i in
        InnerConfiguration.compress(level[i], level[i &+ 1])
      }
    }
    return level.first ?? empty
  }
}
