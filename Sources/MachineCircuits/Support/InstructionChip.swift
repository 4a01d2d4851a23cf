import AIR
import Algebra
import Machine

/// An executor's AIR together with how its rows are filled: one row per executed instruction.
protocol InstructionChip: AIR {
  associatedtype Row: AIRColumns where Row.T == BabyBear
  /// Whose records the rows are made from.
  static var chip: Chip { get }

  /// Fills `row`, which is zero, and counts every look-up that the AIR makes on it.
  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally)
}

/// One executed instruction.
struct Step {
  let record: ExecutionRecord
  let instruction: Instruction

  @inline(__always) var opcode: Opcode { instruction.opcode }
  @inline(__always) var x: UInt32 { record.x }
  @inline(__always) var y: UInt32 { record.y }
  /// The immediate `c`, a signed number.
  @inline(__always) var immediate: Int32 { instruction.c.signed }

  @inline(__always)
  var state: ExecutionState<BabyBear> {
    ExecutionState(pc: BabyBear(record.pc), timestamp: BabyBear(record.timestamp))
  }
}

extension BabyBear {
  /// The number of least absolute value that the element stands for.
  @inline(__always)
  var signed: Int32 {
    let value = Int64(canonical)
    return Int32(truncatingIfNeeded: value > Int64(Self.modulus / 2) ? value - Int64(Self.modulus) : value)
  }
}

extension InstructionChip {
  var width: TraceWidth { TraceWidth(commonMain: Row.width) }

  /// The trace: a row per record, then zero rows up to a power of two. At least one record.
  static func trace(
    _ records: UnsafeBufferPointer<ExecutionRecord>, program: Program, counts: LookupCounts, workers: Workers
  ) -> FieldMatrix {
    let matrix = FieldMatrix(height: records.count.paddedToPowerOfTwo, width: Row.width)
    // SAFE: records are only read, by all threads.
    nonisolated(unsafe) let records = records
    matrix.fill(rows: Row.self, chunk: 1024, workers: workers) { range, rows in
      counts.withTally { tally in
        for index in range where index < records.count {
          let record = records[index]
          guard let instruction = program[record.pc] else { continue }
          fill(&rows[index - range.lowerBound], from: Step(record: record, instruction: instruction), counting: tally)
        }
      }
    }
    return matrix
  }
}

extension Int {
  /// The least power of two that is not below; 1 for 0.
  package var paddedToPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
