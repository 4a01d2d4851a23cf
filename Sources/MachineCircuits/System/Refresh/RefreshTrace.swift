import AIR
import Algebra
import Machine

/// Traces of `RefreshAIR`.
enum RefreshTrace {
  /// A row for each record; counts the look-ups.
  static func make(
    _ records: UnsafeBufferPointer<RefreshRecord>, counts: LookupCounts, workers: Workers
  ) -> FieldMatrix {
    let bits = UInt32(MachineLimits.nearBits)
    let matrix = FieldMatrix(height: records.count.paddedToPowerOfTwo, width: RefreshColumns<BabyBear>.width)
    // SAFE: records are only read, by all threads.
    nonisolated(unsafe) let records = records
    matrix.fill(rows: RefreshColumns<BabyBear>.self, chunk: 1024, workers: workers) { range, rows in
      counts.withTally { tally in
        for index in range where index < records.count {
          let record = records[index]
          let gap = record.new_time &- record.old_time &- 1
          let mask: UInt32 = (1 << bits) - 1
          rows[index - range.lowerBound] = RefreshColumns(
            isValid: 1, addressSpace: BabyBear(record.address_space), pointer: BabyBear(record.pointer),
            word: Word(
              BabyBear(record.cells.0), BabyBear(record.cells.1), BabyBear(record.cells.2), BabyBear(record.cells.3)),
            oldTime: BabyBear(record.old_time), newTime: BabyBear(record.new_time),
            newTimeLow: BabyBear(record.new_time & mask), gapLow: BabyBear(gap & mask))
          for value in [record.new_time, gap] {
            tally.range(value & mask, bits: Int(bits))
            tally.range(value >> bits, bits: MachineLimits.timestampBits - Int(bits))
          }
        }
      }
    }
    return matrix
  }
}
