import Algebra
import Hashing

/// What the guest revealed, with the path from it to a root of memory (chapter 20, section 6.3).
///
/// The values are the first cells of address space 3, one byte each. Together they are the node of height `k` in the
/// memory tree, where there are `8 * 2^k` of them.
public struct UserPublicValuesProof: Hashable, Sendable {
  /// One byte per element, `8 * 2^k` of them.
  public var values: [BabyBear]
  /// The root of the tree over the values alone.
  public var commit: InnerDigest
  /// From height `k` up to the root's children.
  public var siblings: [InnerDigest]

  public init(values: [BabyBear], commit: InnerDigest, siblings: [InnerDigest]) {
    self.values = values
    self.commit = commit
    self.siblings = siblings
  }

  /// Height of the memory tree.
  public static let treeHeight = 29
  /// Height of the subtree of an address space.
  static let addressHeight = 26
  /// Address space 3, counted from 0.
  static let addressSpaceIndex = 2

  /// Checks that the values are `count` bytes and stand in the memory with root `root`. `count` is the verifier's own:
  /// a shorter or longer list would be another node of the tree.
  public func verify(count: Int, root: InnerDigest) throws(UserPublicValuesError) {
    guard count >= 8, count.nonzeroBitCount == 1, count <= 8 << Self.addressHeight else {
      throw .unusableCount(count)
    }
    guard values.count == count else { throw .count(expected: count, found: values.count) }
    if let index = values.firstIndex(where: { $0.canonical > 255 }) { throw .noByte(index: index) }
    let height = (count / 8).trailingZeroBitCount
    guard siblings.count == Self.treeHeight - height else {
      throw .pathLength(expected: Self.treeHeight - height, found: siblings.count)
    }
    let computed = Self.commit(to: values)
    guard computed == commit else { throw .commit(expected: computed, found: commit) }
    var node = commit
    var position = (Self.addressSpaceIndex << Self.addressHeight) >> height
    for sibling in siblings {
      node =
        position & 1 == 1
        ? InnerConfiguration.compress(sibling, node) : InnerConfiguration.compress(node, sibling)
      position >>= 1
    }
    guard node == root else { throw .root(expected: root, found: node) }
  }

  /// The root over `values`, of which there are `8 * 2^k`.
  public static func commit(to values: [BabyBear]) -> InnerDigest {
    let zero = InnerConfiguration.emptyDigest
    var level = stride(from: 0, to: values.count, by: 8).map { start in
      InnerConfiguration.compress(InnerDigest(values[start..<min(start + 8, values.count)]), zero)
    }
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { index in
        InnerConfiguration.compress(level[index], index + 1 < level.count ? level[index + 1] : zero)
      }
    }
    return level.first ?? zero
  }
}

/// Why user public values are not those of a memory.
public enum UserPublicValuesError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The number that the verifier expects is not 8 times a power of two, or too great.
  case unusableCount(Int)
  case count(expected: Int, found: Int)
  case noByte(index: Int)
  case pathLength(expected: Int, found: Int)
  case commit(expected: InnerDigest, found: InnerDigest)
  case root(expected: InnerDigest, found: InnerDigest)

  public var description: String {
    switch self {
    case .unusableCount(let count): "\(count) public values were expected, which is not 8 times a power of two"
    case .count(let expected, let found): "\(found) public values, expected \(expected)"
    case .noByte(let index): "public value \(index) is not a byte"
    case .pathLength(let expected, let found): "a path of \(found) siblings, expected \(expected)"
    case .commit(let expected, let found):
      "the values hash to \(CommitBytes(expected)), the proof says \(CommitBytes(found))"
    case .root(let expected, let found):
      "the path leads to \(CommitBytes(found)), the last segment's memory is \(CommitBytes(expected))"
    }
  }
}
