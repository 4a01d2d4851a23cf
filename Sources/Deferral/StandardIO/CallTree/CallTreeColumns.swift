import AIR

/// A node of the call tree with present calls below it: 44 columns, and a flag for each height between root and leaves.
struct CallTreeColumns<T: Cell>: AIRColumns {
  /// 1 on a leaf: a call.
  var isLeaf: T
  /// 1 on an inner node where there are no calls below the right child.
  var isRightAbsent: T
  /// Leaves on this row and those after it.
  var callsLeft: T
  /// Place of the node among those of its height; of a leaf the call's number.
  var position: T
  /// On a leaf the input's unfolded commit.
  var unfolded: [8 of T]
  /// On a leaf the input's folded commit, else the left child.
  var left: [8 of T]
  /// On a leaf the output's commit, else the right child.
  var right: [8 of T]
  /// Compression of the tag and the left side.
  var middle: [8 of T]
  /// Of the node.
  var hash: [8 of T]
}

/// Where the public values of a circuit for batches stand.
enum BatchPublicValue {
  static let root = 0..<8
  static let callCount = 8
  static let height = 9
  static let index = 10
}
