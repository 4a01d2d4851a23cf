import AIR
import Algebra
import Hashing
import Machine

/// Traces of `PersistentBoundaryAIR`.
enum PersistentBoundaryTrace {
  /// Two rows for each touched leaf, before and after. `update` is that of the memory tree by these leaves.
  static func make(_ leaves: [TouchedLeaf], update: MemoryTreeUpdate, workers: Workers) -> FieldMatrix {
    let matrix = FieldMatrix(
      height: (2 * leaves.count).paddedToPowerOfTwo, width: PersistentBoundaryColumns<BabyBear>.width)
    matrix.fill(rows: PersistentBoundaryColumns<BabyBear>.self, workers: workers) { index, row in
      guard index / 2 < leaves.count else { return }
      let leaf = leaves[index / 2]
      let isInitial = index % 2 == 0
      row.direction = isInitial ? 1 : -1
      row.addressSpace = BabyBear(leaf.addressSpace)
      row.label = BabyBear(leaf.label)
      row.values = InnerDigest(cells: isInitial ? leaf.initial : leaf.final).cells
      row.hash = (isInitial ? update.initialLeafHashes[index / 2] : update.finalLeafHashes[index / 2]).cells
      if !isInitial { row.times = [BabyBear(leaf.times[0]), BabyBear(leaf.times[1])] }
    }
    return matrix
  }
}

extension InnerDigest {
  /// The elements in the form of columns.
  var cells: [8 of BabyBear] { [e0, e1, e2, e3, e4, e5, e6, e7] }
}
