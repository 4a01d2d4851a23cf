import AIR
import Algebra
import Machine

/// Traces of `ProgramAIR`. Rows are the defined instructions in order of address, then TERMINATE with exit code 1 at
/// the addresses after the last slot, up to a power of two: rows that a run can reach and not profit from.
enum ProgramTrace {
  /// The part that is committed once for a program.
  static func cached(_ program: Program) -> FieldMatrix {
    let defined = program.slots.indices.filter { program.slots[$0] != nil }
    let padding = Instruction(.terminate, c: 1)
    let matrix = FieldMatrix(height: defined.count.paddedToPowerOfTwo, width: ProgramColumns<BabyBear>.width)
    matrix.fill(rows: ProgramColumns<BabyBear>.self) { index, row in
      let slot = index < defined.count ? defined[index] : program.slots.count + index - defined.count
      let cells = (index < defined.count ? program.slots[slot] : nil)?.cells ?? padding.cells
      row.pc = BabyBear(Int(program.base) + 4 * slot)
      row.opcode = cells[0]
      for i in 0..<7 { row.operands[i] = cells[1 + i] }
    }
    return matrix
  }

  /// How often each row was executed. `counts` has an entry for each slot.
  static func counts(_ counts: [UInt32], of program: Program) -> FieldMatrix {
    let defined = program.slots.indices.filter { program.slots[$0] != nil }
    let matrix = FieldMatrix(
      height: defined.count.paddedToPowerOfTwo, width: ProgramCountColumns<BabyBear>.width)
    for (row, slot) in defined.enumerated() where slot < counts.count {
      matrix[row: row, column: 0] = BabyBear(counts[slot])
    }
    return matrix
  }
}
