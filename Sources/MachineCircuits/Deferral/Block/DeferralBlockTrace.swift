import AIR
import Algebra
import Hashing
import Machine

/// Traces of `DeferralBlockAIR`.
enum DeferralBlockTrace {
  /// A row for each record; counts the look-ups but for permutations.
  static func make(
    _ records: [DeferralBlockRecord], hashing: DeferralHashing, counts: LookupCounts, workers: Workers
  ) -> FieldMatrix {
    let matrix = FieldMatrix(
      height: records.count.paddedToPowerOfTwo, width: DeferralBlockColumns<BabyBear>.width)
    matrix.fill(rows: DeferralBlockColumns<BabyBear>.self, chunk: 1024, workers: workers) { range, rows in
      counts.withTally { tally in
        for index in range where index < records.count {
          fill(&rows[index - range.lowerBound], records[index], hashing.blocks[index], counting: tally)
        }
      }
    }
    return matrix
  }

  private static func fill(
    _ row: inout DeferralBlockColumns<BabyBear>, _ record: DeferralBlockRecord, _ block: DeferralHashing.Block,
    counting tally: LookupTally
  ) {
    row.isValid = 1
    row.isWrite = block.isWrite ? 1 : 0
    row.isLast = block.isLast ? 1 : 0
    row.start = BabyBear(block.start)
    row.base = BabyBear(block.base)
    row.position = BabyBear(block.position)
    row.state = block.state.cells
    row.bytes = [Word(record.words[0]), Word(record.words[1])]
    row.previous = [Word(record.previous[0]), Word(record.previous[1])]
    row.times = [BabyBear(record.times[0]), BabyBear(record.times[1])]
    row.result = block.result.cells
    for half in 0..<2 {
      tally.access(at: block.start + 2 * block.position + UInt32(half), since: record.times[half])
      if block.isWrite { tally.bytes(of: record.words[half]) }
    }
  }
}
