import GuestKit
import SHA2

/// Checks that a leaf stands at an index below a root, in a tree of SHA-256 nodes, and reveals the root's first 24
/// bytes, the index, and the number of leaves that the tree has room for, as its logarithm.
///
/// The leaf itself stays private: the proof says that whoever made it knows a leaf of this tree. Inputs: the root (32
/// bytes), the leaf (any bytes), the path: the index as a word, then the siblings from the bottom up.
@main
struct Merkle {
  static func main() {
    let root = readInput()
    let leaf = readInput()
    let path = readInput()
    Guest.require(root.count == 32, "a root has 32 bytes")
    Guest.require(path.count >= 4 && path.count % 32 == 4, "a path is an index and siblings of 32 bytes")

    let depth = path.count / 32
    Guest.require(depth <= 32, "a path has at most 32 siblings")
    let index = (0..<4).reduce(UInt32(0)) { $0 | UInt32(path[$1]) << UInt32(8 * $1) }
    Guest.require(depth == 32 || index >> UInt32(depth) == 0, "the index is not in the tree")

    // Leaves and inner nodes are hashed with different first bytes, so that no inner node passes for a leaf.
    var node = SHA256.hash([0] + leaf).bytes
    for level in 0..<depth {
      let sibling = path[4 + 32 * level..<36 + 32 * level]
      let isRight = index >> UInt32(level) & 1 == 1
      node = SHA256.hash(isRight ? [1] + sibling + node : [1] + node + sibling).bytes
    }
    Guest.require(node == root, "the path does not lead to the root")

    reveal(Array(root[..<24]))
    reveal(index, at: 24)
    reveal(UInt32(depth), at: 28)
  }
}
