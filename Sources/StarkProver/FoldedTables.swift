import Algebra
import CKernels

/// Extension tables of one length, each a column of a trace with the skip variable, and then cube variables, bound.
final class FoldedTables: @unchecked Sendable {
  // SAFE: written by disjoint ranges while built, then only read.
  let count: Int
  let length: Int
  private let base: UnsafeMutablePointer<UInt32>

  /// Zeroed, unless the caller is going to write every element.
  init(count: Int, length: Int, isZeroed: Bool = true) {
    self.count = count
    self.length = length
    base = PageMemory.allocate(count: count * 4 * length, of: UInt32.self, isZeroed: isZeroed)
  }

  deinit { PageMemory.deallocate(base, count: count * 4 * length) }

  /// Table `index`, planar with stride `length`.
  func table(_ index: Int) -> UnsafeMutablePointer<UInt32> { base + index * 4 * length }

  subscript(table table: Int, index: Int) -> Ext4 {
    let start = self.table(table) + index
    return Ext4(
      BabyBear(uncheckedMontgomery: start[0]), BabyBear(uncheckedMontgomery: start[length]),
      BabyBear(uncheckedMontgomery: start[2 * length]), BabyBear(uncheckedMontgomery: start[3 * length]))
  }

  /// All tables with their lowest variable bound to `r`.
  func folded(by r: Ext4, workers: Workers) -> FoldedTables {
    let result = FoldedTables(count: count, length: length / 2, isZeroed: false)
    let half = length / 2
    let grain = Swift.max(1, (1 << 13) / Swift.max(half, 1))
    workers.forEachRange(count, grain: grain) { range in
      r.withWords { words in
        for index in range {
          ck_ext_fold(self.table(index), self.length, words, result.table(index), half, half)
        }
      }
    }
    return result
  }

  /// Fills table `index` from a column of `height` rows, taken cyclically from row `shift` on: each chunk of
  /// `height / length` rows combined by `weights`, four words each.
  func fill(
    _ index: Int, from column: UnsafePointer<BabyBear>, height: Int, shift: Int, weights: UnsafePointer<UInt32>
  ) {
    ck_fold_chunks(
      column.words, 0, length, height / length, shift, height - 1, weights, table(index), length)
  }
}
