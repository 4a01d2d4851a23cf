import AIR
import Algebra
import Hashing
import Machine

/// Traces of `MemoryMerkleAIR`.
enum MemoryMerkleTrace {
  /// Two rows for each node of the update, before and after, the roots first.
  static func make(_ update: MemoryTreeUpdate, workers: Workers) -> (trace: FieldMatrix, publicValues: [BabyBear]) {
    let nodes = update.nodes
    let matrix = FieldMatrix(
      height: (2 * nodes.count).paddedToPowerOfTwo, width: MemoryMerkleColumns<BabyBear>.width)
    matrix.fill(rows: MemoryMerkleColumns<BabyBear>.self, workers: workers) { index, row in
      guard index / 2 < nodes.count else {
        row.height = 1
        return
      }
      let node = nodes[index / 2]
      let isInitial = index % 2 == 0
      let hashes = isInitial ? node.initial : node.final
      row.direction = isInitial ? 1 : -1
      row.isSpace = node.height > MachineLimits.addressHeight ? 1 : 0
      row.height = BabyBear(node.height)
      row.isRoot = node.height == MachineLimits.treeHeight ? 1 : 0
      row.spaceLabel = BabyBear(node.spaceLabel)
      row.addressLabel = BabyBear(node.addressLabel)
      row.parent = hashes.parent.cells
      row.left = hashes.left.cells
      row.right = hashes.right.cells
      row.isLeftKept = isInitial || node.isLeftTouched ? 0 : 1
      row.isRightKept = isInitial || node.isRightTouched ? 0 : 1
    }
    return (matrix, update.initialRoot.elements + update.finalRoot.elements)
  }
}
