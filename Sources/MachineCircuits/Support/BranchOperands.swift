import AIR
import Algebra
import Machine

/// The columns of a branch on two registers. Its operands in the program are rs1, rs2 and the offset. Where it goes is
/// the chip's.
struct BranchOperands<T: Cell>: AIRColumns {
  var state: ExecutionState<T>
  var rs1Pointer: T
  var rs2Pointer: T
  /// Target - pc, where the branch is taken.
  var offset: T
  var rs1: Word<T>
  var rs2: Word<T>
  var rs1Time: T
  var rs2Time: T
}

extension BranchOperands where T == Expr {
  /// Reads rs1 and rs2 and goes on at `nextPC`: see `InstructionAdapter`, also for what it assumes of `isValid`.
  func evaluate(_ builder: AIRBuilder, opcode: Expr, nextPC: Expr, isValid: Expr) {
    var adapter = InstructionAdapter(builder, state: state, isValid: isValid)
    adapter.readRegister("rs1", at: rs1Pointer, rs1, since: rs1Time)
    adapter.readRegister("rs2", at: rs2Pointer, rs2, since: rs2Time)
    adapter.finish(opcode: opcode, [rs1Pointer, rs2Pointer, offset], nextPC: nextPC)
  }

  /// Where the instruction goes on if `isTaken` is 1, and if it is 0.
  func nextPC(isTaken: Expr) -> Expr { state.pc + 4 + isTaken * (offset - 4) }
}

extension BranchOperands where T == BabyBear {
  /// All columns, and the look-ups of `evaluate`.
  @inline(__always)
  mutating func fill(from step: Step, counting tally: LookupTally) {
    state = step.state
    rs1Pointer = step.instruction.a
    rs2Pointer = step.instruction.b
    offset = step.instruction.c
    rs1 = Word(step.x)
    rs2 = Word(step.y)
    rs1Time = BabyBear(step.record.x_time)
    rs2Time = BabyBear(step.record.y_time)
    tally.access(at: step.record.timestamp, since: step.record.x_time)
    tally.access(at: step.record.timestamp + 1, since: step.record.y_time)
  }
}
