import AIR
import Algebra
import Machine

/// Traces of `HintStoreAIR`.
enum HintStoreTrace {
  /// A head row for each first record, a row for each record; counts the look-ups.
  static func make(
    _ records: UnsafeBufferPointer<HintRecord>, program: Program, counts: LookupCounts, workers: Workers
  ) -> FieldMatrix {
    // The record of a row, and whether the row is its head.
    var rows: [(record: Int, isHead: Bool)] = []
    rows.reserveCapacity(records.count)
    for (index, record) in records.enumerated() {
      if record.is_first != 0 { rows.append((index, true)) }
      rows.append((index, false))
    }
    let plan = rows
    let matrix = FieldMatrix(height: plan.count.paddedToPowerOfTwo, width: HintStoreColumns<BabyBear>.width)
    // SAFE: records are only read, by all threads.
    nonisolated(unsafe) let records = records
    matrix.fill(rows: HintStoreColumns<BabyBear>.self, chunk: 1024, workers: workers) { range, rows in
      counts.withTally { tally in
        for index in range where index < plan.count {
          let record = records[plan[index].record]
          if plan[index].isHead {
            guard let instruction = program[record.pc] else { continue }
            fillHead(&rows[index - range.lowerBound], record, instruction, counting: tally)
          } else {
            fillWord(&rows[index - range.lowerBound], record, counting: tally)
          }
        }
      }
    }
    return matrix
  }

  private static func fillHead(
    _ row: inout HintStoreColumns<BabyBear>, _ record: HintRecord, _ instruction: Instruction,
    counting tally: LookupTally
  ) {
    let isBuffer = instruction.opcode == .hintBuffer
    let countHigh = isBuffer ? record.remaining >> 8 : 0
    row.isSingle = isBuffer ? 0 : 1
    row.isBuffer = isBuffer ? 1 : 0
    row.time = BabyBear(record.timestamp)
    row.rest = BabyBear(record.remaining)
    row.address = instruction.b
    row.old = Word(record.pointer)
    row.oldTime = BabyBear(record.pointer_time)
    row.head = (
      pc: BabyBear(record.pc), countPointer: instruction.a, countTime: BabyBear(isBuffer ? record.count_time : 0),
      countHigh: BabyBear(countHigh)
    )
    tally.access(at: record.timestamp, since: record.pointer_time)
    if isBuffer { tally.access(at: record.timestamp + 1, since: record.count_time) }
    tally.bytes(8 * (record.pointer >> 24), 64 * countHigh)
  }

  private static func fillWord(
    _ row: inout HintStoreColumns<BabyBear>, _ record: HintRecord, counting tally: LookupTally
  ) {
    row.isWord = 1
    row.time = BabyBear(record.timestamp + 2)
    row.rest = BabyBear(record.remaining) - 1
    row.address = BabyBear(record.pointer)
    row.old = Word(record.previous)
    row.oldTime = BabyBear(record.write_time)
    row.payload = Word<BabyBear>(record.data).bytes
    tally.access(at: record.timestamp + 2, since: record.write_time)
    tally.bytes(of: record.data)
  }
}
