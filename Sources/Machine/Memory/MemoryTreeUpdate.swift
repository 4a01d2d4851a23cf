import Algebra
import Hashing

/// What an update of the memory tree hashed: all that the traces of a segment's memory need.
public struct MemoryTreeUpdate: Sendable {
  public var initialRoot: InnerDigest
  public var finalRoot: InnerDigest
  /// Hashes of the touched leaves, in their order.
  public var initialLeafHashes: [InnerDigest]
  public var finalLeafHashes: [InnerDigest]
  /// The inner nodes above touched leaves, the root first, by decreasing height and then by index. Where nothing was
  /// touched, those above leaf 0.
  public var nodes: [Node]

  /// An inner node before and after the update.
  public struct Node: Sendable {
    /// 1 above leaves, 29 at the root.
    public var height: Int
    /// Counted from the left, of the nodes at this height.
    public var index: UInt32
    public var initial: Hashes
    public var final: Hashes
    /// Whether the child is among the nodes too, or a touched leaf. The other children are the same in both trees.
    public var isLeftTouched = false
    public var isRightTouched = false
    var hasLeft = false
    var hasRight = false

    init(height: Int, index: UInt32) {
      self.height = height
      self.index = index
      let empty = InnerConfiguration.emptyDigest
      initial = Hashes(parent: empty, left: empty, right: empty)
      final = initial
    }

    /// The address-space part of the node's label: its 3 bits, or those that are fixed at this height.
    public var spaceLabel: UInt32 { index >> UInt32(max(MachineLimits.addressHeight - height, 0)) }
    /// The address part of the node's label.
    public var addressLabel: UInt32 {
      index & ((1 << UInt32(max(MachineLimits.addressHeight - height, 0))) - 1)
    }
  }

  /// A node's hash and those of its children.
  public struct Hashes: Sendable {
    public var parent: InnerDigest
    public var left: InnerDigest
    public var right: InnerDigest
  }
}
