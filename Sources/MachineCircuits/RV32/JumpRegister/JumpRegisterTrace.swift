import Algebra
import Machine

extension JumpRegisterAIR: InstructionChip {
  typealias Row = JumpRegisterColumns<BabyBear>
  static var chip: Chip { .jumpRegister }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let instruction = step.instruction
    row.isValid = 1
    row.operands.fill(from: step, counting: tally)
    row.immediate = instruction.c
    row.link = Word(instruction.d, instruction.e, instruction.f, instruction.g)
    row.isOdd = BabyBear((step.x &+ UInt32(bitPattern: step.immediate)) & 1)
    tally.range(5 * (step.x >> 16), bits: MachineLimits.nearBits)
  }
}
