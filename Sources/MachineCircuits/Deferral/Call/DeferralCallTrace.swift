import AIR
import Algebra
import Hashing
import Machine

/// Traces of `DeferralCallAIR`.
enum DeferralCallTrace {
  /// A row for each record; counts the look-ups but for permutations.
  static func make(_ records: [DeferralCallRecord], program: Program, counts: LookupCounts) -> FieldMatrix {
    let matrix = FieldMatrix(
      height: records.count.paddedToPowerOfTwo, width: DeferralCallColumns<BabyBear>.width)
    counts.withTally { tally in
      matrix.fill(rows: DeferralCallColumns<BabyBear>.self) { index, row in
        guard index < records.count, let instruction = program[records[index].pc] else { return }
        fill(&row, records[index], instruction, counting: tally)
      }
    }
    return matrix
  }

  private static func fill(
    _ row: inout DeferralCallColumns<BabyBear>, _ record: DeferralCallRecord, _ instruction: Instruction,
    counting tally: LookupTally
  ) {
    let newInputs = InnerConfiguration.compress(record.inputAccumulator, record.input.digest)
    let newOutputs = InnerConfiguration.compress(record.outputAccumulator, record.output.digest)
    row.isValid = 1
    row.state = ExecutionState(pc: BabyBear(record.pc), timestamp: BabyBear(record.timestamp))
    (row.destinationPointer, row.sourcePointer, row.index) = (instruction.a, instruction.b, instruction.c)
    row.destination = Word(record.destination)
    row.source = Word(record.source)
    row.input = CommitColumns(record.input.digest)
    row.output = CommitColumns(record.output.digest)
    row.length = Word(record.outputLength)
    row.oldInputs = record.inputAccumulator.cells
    row.oldOutputs = record.outputAccumulator.cells
    row.newInputs = newInputs.cells
    row.newOutputs = newOutputs.cells
    row.previous = [10 of Word<BabyBear>] { Word(record.previous[$0]) }
    row.times = [24 of BabyBear] { BabyBear(record.times[$0]) }

    CommitColumns.countCanonical(record.input.digest, in: tally)
    CommitColumns.countCanonical(record.output.digest, in: tally)
    CommitColumns.countBytes(record.output.digest, in: tally)
    tally.bytes(record.outputLength & 255, record.outputLength >> 8 & 255)
    tally.range(record.outputLength >> 16 & 255, bits: 8)
    tally.range(record.outputLength >> 24, bits: 5)
    for address in [record.destination, record.source] {
      tally.range(address >> 24, bits: DataAddress.topByteBits)
    }
    for access in 0..<24 { tally.access(at: record.timestamp + UInt32(access), since: record.times[access]) }
  }
}
