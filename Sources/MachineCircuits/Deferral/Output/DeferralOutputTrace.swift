import AIR
import Algebra
import Hashing
import Machine

/// Traces of `DeferralOutputAIR`.
enum DeferralOutputTrace {
  /// A row for each record; counts the look-ups but for permutations.
  static func make(
    _ records: [DeferralOutputRecord], hashing: DeferralHashing, program: Program, counts: LookupCounts
  ) -> FieldMatrix {
    let matrix = FieldMatrix(
      height: records.count.paddedToPowerOfTwo, width: DeferralOutputColumns<BabyBear>.width)
    counts.withTally { tally in
      matrix.fill(rows: DeferralOutputColumns<BabyBear>.self) { index, row in
        guard index < records.count, let instruction = program[records[index].pc] else { return }
        fill(&row, records[index], instruction, counting: tally)
        row.header = hashing.outputHeaders[index].cells
      }
    }
    return matrix
  }

  private static func fill(
    _ row: inout DeferralOutputColumns<BabyBear>, _ record: DeferralOutputRecord, _ instruction: Instruction,
    counting tally: LookupTally
  ) {
    row.isValid = 1
    row.state = ExecutionState(pc: BabyBear(record.pc), timestamp: BabyBear(record.timestamp))
    (row.destinationPointer, row.sourcePointer, row.index) = (instruction.a, instruction.b, instruction.c)
    row.destination = Word(record.destination)
    row.source = Word(record.source)
    row.output = CommitColumns(record.commit.digest)
    row.length = Word(record.length)
    row.isEmpty = record.length == 0 ? 1 : 0
    row.times = [12 of BabyBear] { BabyBear(record.times[$0]) }

    CommitColumns.countCanonical(record.commit.digest, in: tally)
    tally.range(record.length >> 24, bits: 5)
    for address in [record.destination, record.source] {
      tally.range(address >> 24, bits: DataAddress.topByteBits)
    }
    for access in 0..<12 { tally.access(at: record.timestamp + UInt32(access), since: record.times[access]) }
  }
}
