import Algebra
import Machine

extension BranchZeroAIR: InstructionChip {
  typealias Row = BranchZeroColumns<BabyBear>
  static var chip: Chip { .branchZero }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, instruction) = (step.x, step.instruction)
    let isNot = step.opcode == .branchNotZero
    let sum = (x & 255) + (x >> 8 & 255) + (x >> 16 & 255) + (x >> 24)
    let jump = instruction.c - 4
    row.isValid = 1
    row.isNot = isNot ? 1 : 0
    row.state = step.state
    row.rs1Pointer = instruction.a
    row.offset = instruction.c
    row.rs1 = Word(x)
    row.rs1Time = BabyBear(step.record.x_time)
    row.step = (isNot ? jump : -jump) * SmallInverses.inverse(of: Int32(sum))
    tally.access(at: step.record.timestamp, since: step.record.x_time)
  }
}
