import AIR
import Algebra
import Machine

/// The columns of an instruction on a register and constants: what it reads from rs1 makes the word of rd. Its operands
/// in the program are rd, rs1 and the constants. These are the chip's, and so is what rd becomes.
struct RegisterImmediate<T: Cell>: AIRColumns {
  var state: ExecutionState<T>
  var rdPointer: T
  var rs1Pointer: T
  var rs1: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rs1Time: T
  var rdTime: T
}

extension RegisterImmediate where T == Expr {
  /// Reads rs1, writes `rd` and goes on at `nextPC`, the next instruction unless given: see `InstructionAdapter`, also
  /// for what it assumes of `isValid` and `rd`.
  func evaluate(
    _ builder: AIRBuilder, opcode: Expr, constants: [Expr], rd: Word<Expr>, nextPC: Expr? = nil, isValid: Expr
  ) {
    var adapter = InstructionAdapter(builder, state: state, isValid: isValid)
    adapter.readRegister("rs1", at: rs1Pointer, rs1, since: rs1Time)
    adapter.writeRegister("rd", at: rdPointer, rd, replacing: previous, since: rdTime)
    adapter.finish(opcode: opcode, [rdPointer, rs1Pointer] + constants, nextPC: nextPC ?? state.pc + 4)
  }
}

extension RegisterImmediate where T == BabyBear {
  /// All columns, and the look-ups of `evaluate`.
  @inline(__always)
  mutating func fill(from step: Step, counting tally: LookupTally) {
    state = step.state
    rdPointer = step.instruction.a
    rs1Pointer = step.instruction.b
    rs1 = Word(step.x)
    previous = Word(step.record.previous)
    rs1Time = BabyBear(step.record.x_time)
    rdTime = BabyBear(step.record.write_time)
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.write_time)
  }
}
