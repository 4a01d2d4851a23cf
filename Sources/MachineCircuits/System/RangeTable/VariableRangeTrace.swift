import AIR
import Algebra
import Machine

/// Traces of `VariableRangeAIR`.
package enum VariableRangeTrace {
  /// The table with the counts of `tally`.
  package static func make(_ tally: LookupTally, maxBits: Int = MachineLimits.nearBits, workers: Workers) -> FieldMatrix
  {
    let height = 2 << maxBits
    let matrix = FieldMatrix(height: height, width: VariableRangeColumns<BabyBear>.width)
    let (values, bits) = (matrix.column(0), matrix.column(1))
    let (powers, lookups) = (matrix.column(2), matrix.column(3))
    // SAFE: each range of rows is written by one thread.
    nonisolated(unsafe) let columns = (values, bits, powers, lookups)
    workers.forEachRange(height, grain: 1 << 14) { range in
      for row in range {
        let place = row + 1
        let bits = Int.bitWidth - 1 - place.leadingZeroBitCount
        columns.0[row] = BabyBear(UInt32(truncatingIfNeeded: place - 1 << bits))
        columns.1[row] = BabyBear(UInt32(truncatingIfNeeded: bits))
        columns.2[row] = BabyBear(UInt32(truncatingIfNeeded: 1 << bits))
        columns.3[row] = place < height ? BabyBear(tally.range[place]) : .zero
      }
    }
    return matrix
  }
}
