import AIR
import Algebra
import Hashing
import Machine

/// Traces of `DeferralCommitAIR`.
enum DeferralCommitTrace {
  /// A row for each record; counts the look-ups but for permutations.
  static func make(
    _ records: [DeferralCommitRecord], hashing: DeferralHashing, program: Program, counts: LookupCounts
  ) -> FieldMatrix {
    let matrix = FieldMatrix(
      height: records.count.paddedToPowerOfTwo, width: DeferralCommitColumns<BabyBear>.width)
    counts.withTally { tally in
      matrix.fill(rows: DeferralCommitColumns<BabyBear>.self) { index, row in
        guard index < records.count, let instruction = program[records[index].pc] else { return }
        fill(&row, records[index], instruction, counting: tally)
        let hashes = hashing.commits[index]
        (row.header, row.blocks, row.unfolded) = (hashes.header.cells, hashes.blocks.cells, hashes.unfolded.cells)
      }
    }
    return matrix
  }

  private static func fill(
    _ row: inout DeferralCommitColumns<BabyBear>, _ record: DeferralCommitRecord, _ instruction: Instruction,
    counting tally: LookupTally
  ) {
    row.isValid = 1
    row.state = ExecutionState(pc: BabyBear(record.pc), timestamp: BabyBear(record.timestamp))
    (row.destinationPointer, row.sourcePointer, row.index) = (instruction.a, instruction.b, instruction.c)
    row.destination = Word(record.destination)
    row.source = Word(record.source)
    row.pointer = Word(record.pointer)
    row.length = Word(record.length)
    row.tail = [Word(record.tail[0]), Word(record.tail[1])]
    row.isTail = [7 of BabyBear] { $0 < record.tailLength ? 1 : 0 }
    row.isEmpty = record.length == 0 ? 1 : 0
    row.commit = CommitColumns(record.commit.digest)
    row.previous = [8 of Word<BabyBear>] { Word(record.previous[$0]) }
    row.times = [14 of BabyBear] { BabyBear(record.times[$0]) }

    CommitColumns.countCanonical(record.commit.digest, in: tally)
    CommitColumns.countBytes(record.commit.digest, in: tally)
    tally.range(record.length >> 24, bits: 5)
    for address in [record.destination, record.source, record.pointer] {
      tally.range(address >> 24, bits: DataAddress.topByteBits)
    }
    let end = 2 * UInt32(record.blockCount)
    for access in 0..<14 {
      if access == 4 && record.tailLength == 0 || access == 5 && record.tailLength <= 4 { continue }
      let offset = UInt32(access) + (access < 6 ? 0 : end)
      tally.access(at: record.timestamp + offset, since: record.times[access])
    }
  }
}
