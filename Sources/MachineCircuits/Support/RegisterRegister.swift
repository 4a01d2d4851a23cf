import AIR
import Algebra
import Machine

/// The columns of an instruction on registers alone: what it reads from rs1 and rs2 makes the word of rd. Its operands
/// in the program are rd, rs1 and rs2. What rd becomes is the chip's.
struct RegisterRegister<T: Cell>: AIRColumns {
  var state: ExecutionState<T>
  var rdPointer: T
  var rs1Pointer: T
  var rs2Pointer: T
  var rs1: Word<T>
  var rs2: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rs1Time: T
  var rs2Time: T
  var rdTime: T
}

extension RegisterRegister where T == Expr {
  /// Reads rs1 and rs2, writes `rd` and goes on with the next instruction: see `InstructionAdapter`, also for what it
  /// assumes of `isValid` and `rd`.
  func evaluate(_ builder: AIRBuilder, opcode: Expr, rd: Word<Expr>, isValid: Expr) {
    var adapter = InstructionAdapter(builder, state: state, isValid: isValid)
    adapter.readRegister("rs1", at: rs1Pointer, rs1, since: rs1Time)
    adapter.readRegister("rs2", at: rs2Pointer, rs2, since: rs2Time)
    adapter.writeRegister("rd", at: rdPointer, rd, replacing: previous, since: rdTime)
    adapter.finish(opcode: opcode, [rdPointer, rs1Pointer, rs2Pointer], nextPC: state.pc + 4)
  }
}

extension RegisterRegister where T == BabyBear {
  /// All columns, and the look-ups of `evaluate`.
  @inline(__always)
  mutating func fill(from step: Step, counting tally: LookupTally) {
    state = step.state
    rdPointer = step.instruction.a
    rs1Pointer = step.instruction.b
    rs2Pointer = step.instruction.c
    rs1 = Word(step.x)
    rs2 = Word(step.y)
    previous = Word(step.record.previous)
    rs1Time = BabyBear(step.record.x_time)
    rs2Time = BabyBear(step.record.y_time)
    rdTime = BabyBear(step.record.write_time)
    tally.accesses(of: step.record)
  }
}
