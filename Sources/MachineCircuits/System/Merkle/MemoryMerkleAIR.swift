import AIR
import Algebra
import Machine

/// An inner node of the memory tree, before or after the segment, with its children: 32 columns.
struct MemoryMerkleColumns<T: Cell>: AIRColumns {
  /// 1 for the tree before the segment, -1 for the one after it, 0 on padding.
  var direction: T
  /// 1 where the children differ in the address space, 0 where they differ in the address.
  var isSpace: T
  /// Of the node, in [1, 29]. Rows come by decreasing height.
  var height: T
  /// 1 in the first two rows.
  var isRoot: T
  /// The node's label: bits of the address space minus 1, bits of the leaf's label.
  var spaceLabel: T
  var addressLabel: T
  var parent: [8 of T]
  var left: [8 of T]
  var right: [8 of T]
  /// 1 in the tree after the segment where the child is that of the tree before.
  var isLeftKept: T
  var isRightKept: T
}

/// Where the Merkle AIR's public values stand: two digests.
enum MemoryMerklePublicValue {
  static let initialRoot = 0..<8
  static let finalRoot = 8..<16
  static let count = 16
}

/// Opens the touched leaves in two memory trees, that before a segment and that after it, and shows that the rest is
/// the same (chapter 20, section 2.9). 32 columns, 4 interactions, degree 3. Public values: the two roots.
///
/// On the bus a node of a tree is a message `(direction, height, label, hash)`. A row with direction 1 provides its node
/// to its parent and demands its children; a row with direction -1 does the same with opposite counts. The boundary
/// provides the leaves.
///
/// Why it is sound. The rows of the roots provide nothing and have height 29 and label 0, so demands start there. Labels
/// double at each step down, by one bit of the address space in three steps and by one of the address in 26, so a label
/// names one node of a tree and nothing wraps around p. Each row that is no root provides its node once, and each node is
/// demanded once, by its only parent: so the rows of a direction are a tree of nodes from the root on, each with
/// `parent = compress(left, right)`, and a leaf is demanded at most once. Where a child is kept, the row demands the node
/// under the name of the *other* tree, with the opposite count: it takes away the other tree's demand for the same node
/// and the same hash, so neither tree goes on there, and the subtrees are equal. Heights are in [1, 29], so nothing below
/// a leaf is ever expanded, and the hash of a leaf is never taken for that of an inner node.
///
/// The flags of kept children need no constraints. A demand under the name of a third tree, or one of the tree before
/// under the name of that after, cancels with nothing but the other tree's demand for the same node and hash under the
/// same name, since nodes are provided under their own names only: that says the same as a kept child.
///
/// A segment that touches nothing expands the path to leaf 0 and keeps both leaves.
struct MemoryMerkleAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: MemoryMerkleColumns<Expr>.width) }
  var publicValueCount: Int { MemoryMerklePublicValue.count }
  var isRequired: Bool { true }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.main(MemoryMerkleColumns<Expr>.self)
    constrainDirection(builder, local)
    constrainOrder(builder, local, next)
    constrainRoots(builder, local, next)
    interact(builder, local)
  }

  // Constrains: direction is 1, -1 or 0. Padding: direction 0.
  // Broken if removed: nodes count any number of times. (That no tree has another direction follows from the boundary's
  // rows as well, which have no other; each AIR shows its own counts to be small.)
  private func constrainDirection(_ builder: AIRBuilder, _ local: MemoryMerkleColumns<Expr>) {
    builder.assertZero("direction is 1, -1 or 0", local.direction.cubed - local.direction)
  }

  // Constrains: from row to row the height falls by 0 or 1, from 29 (below) to 1. With fewer than p rows it does not get
  // there by way of p, so all heights are in [1, 29]. isSpace changes only from a row of height 27 to one of height 26,
  // of which there is one pair, from 1 to 0: it is 1 for the heights 29 to 27, and 0 from 26 on.
  // Broken if removed: with a height of 0 or less, rows expand leaves: labels wrap around p, and digests are swapped
  // without an access. With another split of the label, addresses change places.
  private func constrainOrder(
    _ builder: AIRBuilder, _ local: MemoryMerkleColumns<Expr>, _ next: MemoryMerkleColumns<Expr>
  ) {
    let addressHeight = Expr(MachineLimits.addressHeight)
    builder.whenTransition.assertBoolean("height falls by at most 1", local.height - next.height)
    builder.whenLastRow.assertOne("height ends with 1", local.height)

    let isBorder = local.isSpace - next.isSpace
    builder.whenFirstRow.assertOne("starts with the address space", local.isSpace)
    builder.whenTransition.when(isBorder).assertEqual("address space ends above", local.height, addressHeight + 1)
    builder.whenTransition.when(isBorder).assertEqual("address begins below", next.height, addressHeight)
    builder.whenLastRow.assertZero("ends with the address", local.isSpace)
  }

  // Assumes: direction is 1, -1 or 0.
  // Constrains: isRoot falls by 0 or 1 from row to row, and where it is not 0 the height is 29 and the label 0. The last
  // row has height 1: so isRoot ends with 0, and is boolean. The first two rows are roots; the directions of two roots in
  // succession differ by 2, so the first is 1, the second -1, and there is no third. The public values are their hashes.
  // Broken if removed: with other labels the whole tree is moved, and other addresses are opened; a root that is none
  // needs no parent, so any hash is a node of the tree.
  private func constrainRoots(
    _ builder: AIRBuilder, _ local: MemoryMerkleColumns<Expr>, _ next: MemoryMerkleColumns<Expr>
  ) {
    builder.whenFirstRow.assertOne("first row is a root", local.isRoot)
    builder.whenFirstRow.assertOne("second row is a root", next.isRoot)
    builder.whenTransition.assertBoolean("isRoot falls by at most 1", local.isRoot - next.isRoot)
    builder.when(local.isRoot * next.isRoot).assertEqual(
      "one root before and one after", local.direction - next.direction, 2)
    builder.when(local.isRoot).assertEqual("root's height", local.height, Expr(MachineLimits.treeHeight))
    builder.when(local.isRoot).assertZero("root's address space", local.spaceLabel)
    builder.when(local.isRoot).assertZero("root's address", local.addressLabel)
    for i in 0..<8 {
      builder.whenFirstRow.assertEqual(
        "initial root[\(i)]", local.parent[i], builder.publicValue(MemoryMerklePublicValue.initialRoot[i]))
      builder.whenFirstRow.assertEqual(
        "final root[\(i)]", next.parent[i], builder.publicValue(MemoryMerklePublicValue.finalRoot[8 + i]))
    }
  }

  // Assumes: all of the above.
  // Constrains: see above.
  // Broken if removed: the leaves have nothing to do with the roots.
  private func interact(_ builder: AIRBuilder, _ local: MemoryMerkleColumns<Expr>) {
    let (space, address) = (local.spaceLabel * (1 + local.isSpace), local.addressLabel * (2 - local.isSpace))
    builder.interact(
      "node", [local.direction, local.height, local.spaceLabel, local.addressLabel] + local.parent.elements,
      on: MachineBus.merkle, direction: (1 - local.isRoot) * local.direction)
    builder.interact(
      "left child",
      [local.direction + 2 * local.isLeftKept, local.height - 1, space, address] + local.left.elements,
      on: MachineBus.merkle, direction: -local.direction)
    builder.interact(
      "right child",
      [
        local.direction + 2 * local.isRightKept, local.height - 1, space + local.isSpace,
        address + (1 - local.isSpace),
      ] + local.right.elements,
      on: MachineBus.merkle, direction: -local.direction)
    builder.lookUp(
      "hash of the children", local.left.elements + local.right.elements + local.parent.elements,
      in: MachineBus.compression, enabled: local.direction.squared)
  }
}
