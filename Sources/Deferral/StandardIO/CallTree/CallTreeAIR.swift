import AIR
import Algebra
import Hashing
import MachineVerifier

/// The Merkle tree over the calls of a batch (chapter 40, section 1.6; chapter 60, section 10): the same as `CallTree`
/// makes of their commitments. 43 + height columns, 8 interactions, degree 2. Public values: the root, the number of
/// calls, the height of the tree, the index.
///
/// A row is a leaf or an inner node that has calls below it; the first row is the root. On the node bus a node is a
/// message `(height, position, hash)` to its parent. The children of `position` are `2 position` and `2 position + 1`,
/// one height below.
///
/// Why it is sound. Every row but the root sends its node, so there is a row that receives it, one height above and at
/// half the position; there is no way round in fewer than p rows, so every row hangs below the root. The root has
/// position 0, a child has one of two positions, and a node is received once; so a place in the tree has one row at
/// most, and positions stay below `2^height`. Inner rows receive a left child always: so going down from an inner row
/// there is a leaf, and as leaves send height 0, all inner rows have the height that their place says. A leaf is the
/// call of its position, by the commit bus. All calls have leaves, since their commits are received. So a right child
/// is absent only where no call has its leaf below it, and then its hash is that of the tree of absent calls of that
/// height, a constant.
struct CallTreeAIR: AIR {
  /// The deferral index.
  var index: Int
  /// Of the tree, 1 to `DeferralVerifyingKey.maxLogBatch`.
  var height: Int

  var width: TraceWidth { TraceWidth(commonMain: CallTreeColumns<Expr>.width + height - 1) }
  var publicValueCount: Int { DeferralPublicValues.batchCount }
  var isRequired: Bool { true }

  /// Of common main.
  var columnNames: [String] {
    CallTreeColumns<BabyBear>.zero.columnNames + (1..<height).map { "isHeight[\($0)]" }
  }

  /// A row with the flags of the heights, from 1 to the one below the root.
  private struct Row {
    var columns: CallTreeColumns<Expr>
    var isHeight: [Expr]

    init(_ cells: [Expr]) {
      columns = CallTreeColumns(cells: cells.prefix(CallTreeColumns<Expr>.width))
      isHeight = Array(cells.dropFirst(CallTreeColumns<Expr>.width))
    }
  }

  func evaluate(_ builder: AIRBuilder) {
    let cells = builder.cells(.commonMain)
    let (local, next) = (Row(cells.local), Row(cells.next))
    // The root is the first row; its height needs no flag.
    let isRoot = builder.isFirstRow
    let isInner = local.isHeight.reduce(isRoot) { $0 + $1 }
    let height = zip(1..., local.isHeight).reduce(Expr(BabyBear(self.height)) * isRoot) {
      $0 + Expr(BabyBear($1.0)) * $1.1
    }
    constrainFlags(builder, local, isInner: isInner)
    constrainRoot(builder, local.columns)
    countCalls(builder, local.columns, next.columns)
    constrainAbsent(builder, local, isRoot: isRoot)
    hash(builder, local.columns, isInner: isInner)
    receiveCommits(builder, local.columns)
    exchangeNodes(builder, local, isInner: isInner, isRoot: isRoot, height: height)
  }

  // Constrains: flags are 0 or 1; a row is a leaf, an inner node of one height, or padding, where all are 0; only inner
  // nodes have absent children.
  // Broken if removed: leaves take back what others send; an inner node has a height and an absent child that are mixed
  // from those of others. (The last three rules follow from the others. A row that sends its node twice needs a parent
  // that receives twice, and so on above the root. A row that is no inner node would send a child of height -1, which
  // none receives. A count of right children other than 0 and 1 would be one of rows with the hash of an absent child,
  // and there is none. But each AIR shows its own counts to be 0 or 1.)
  private func constrainFlags(_ builder: AIRBuilder, _ local: Row, isInner: Expr) {
    let columns = local.columns
    builder.assertBoolean("isLeaf is boolean", columns.isLeaf)
    for (below, flag) in zip(1..., local.isHeight) { builder.assertBoolean("isHeight is boolean[\(below)]", flag) }
    builder.assertBoolean("one kind of row", columns.isLeaf + isInner)
    builder.assertBoolean("isRightAbsent is boolean", columns.isRightAbsent)
    builder.when(columns.isRightAbsent).assertOne("absent child of an inner node", isInner)
  }

  // Constrains: the first row, the root, has position 0, and the hash that the public values show. Index and height of
  // the tree are the circuit's.
  // Broken if removed: the proof speaks of other calls, of a tree of another height, or for another circuit.
  private func constrainRoot(_ builder: AIRBuilder, _ local: CallTreeColumns<Expr>) {
    builder.whenFirstRow.assertZero("root's position", local.position)
    for i in 0..<8 {
      builder.whenFirstRow.assertEqual(
        "root[\(i)]", local.hash[i], builder.publicValue(BatchPublicValue.root.lowerBound + i))
    }
    builder.assertEqual(
      "height of the tree", builder.publicValue(BatchPublicValue.height), Expr(BabyBear(height)))
    builder.assertEqual("index", builder.publicValue(BatchPublicValue.index), Expr(BabyBear(index)))
  }

  // Assumes: isLeaf is 0 or 1.
  // Constrains: the number of calls that the public values show is the number of leaves.
  // Broken if removed: any number of calls is shown.
  private func countCalls(
    _ builder: AIRBuilder, _ local: CallTreeColumns<Expr>, _ next: CallTreeColumns<Expr>
  ) {
    builder.whenFirstRow.assertEqual(
      "number of calls", local.callsLeft, builder.publicValue(BatchPublicValue.callCount))
    builder.whenTransition.assertEqual("leaves are counted", local.callsLeft, local.isLeaf + next.callsLeft)
    builder.whenLastRow.assertEqual("last leaf", local.callsLeft, local.isLeaf)
  }

  // Assumes: flags as above.
  // Constrains: an absent right child has the hash of the tree of absent calls one height below the node.
  // Broken if removed: any hash stands where no call is.
  private func constrainAbsent(_ builder: AIRBuilder, _ local: Row, isRoot: Expr) {
    for i in 0..<8 {
      let absent = zip(CallTree.absent, local.isHeight).reduce(
        Expr(CallTree.absent[height - 1].elements[i]) * isRoot
      ) { $0 + Expr($1.0.elements[i]) * $1.1 }
      builder.when(local.columns.isRightAbsent).assertEqual("absent child[\(i)]", local.columns.right[i], absent)
    }
  }

  // Assumes: flags as above.
  // Constrains: hash = compress(compress(tag, left), right), with the tag 1 of leaves and 2 of inner nodes; on a leaf
  // the left side is the folded commit of the unfolded one.
  // Broken if removed: any hash. With the tags exchanged an inner node passes for a leaf.
  private func hash(_ builder: AIRBuilder, _ local: CallTreeColumns<Expr>, isInner: Expr) {
    let nothing = [Expr](repeating: 0, count: 7)
    let isNode = local.isLeaf + isInner
    builder.lookUpPermutation(
      "fold", local.unfolded.elements, nothing + [0], half: local.left.elements, enabled: local.isLeaf)
    let tag =
      local.isLeaf * Expr(CallTree.leafTag.e0) + isInner * Expr(CallTree.innerTag.e0)
    builder.lookUpPermutation(
      "tag and left", [tag] + nothing, local.left.elements, half: local.middle.elements, enabled: isNode)
    builder.lookUpPermutation(
      "and right", local.middle.elements, local.right.elements, half: local.hash.elements, enabled: isNode)
  }

  // Constrains: a leaf has the commits of the call that its position says.
  // Broken if removed: leaves of calls that nobody has proven.
  private func receiveCommits(_ builder: AIRBuilder, _ local: CallTreeColumns<Expr>) {
    builder.receive(
      "input commit", [local.position, 0] + local.unfolded.elements, on: IOBus.commit, enabled: local.isLeaf)
    builder.receive(
      "output commit", [local.position, 1] + local.right.elements, on: IOBus.commit, enabled: local.isLeaf)
  }

  // Constrains: see above.
  // Broken if removed: the leaves have nothing to do with the root.
  private func exchangeNodes(
    _ builder: AIRBuilder, _ local: Row, isInner: Expr, isRoot: Expr, height: Expr
  ) {
    let columns = local.columns
    builder.send(
      "node", [height, columns.position] + columns.hash.elements, on: IOBus.node,
      enabled: columns.isLeaf + isInner - isRoot)
    builder.receive(
      "left child", [height - 1, columns.position.doubled] + columns.left.elements, on: IOBus.node, enabled: isInner)
    builder.receive(
      "right child", [height - 1, columns.position.doubled + 1] + columns.right.elements, on: IOBus.node,
      enabled: isInner - columns.isRightAbsent)
  }
}
