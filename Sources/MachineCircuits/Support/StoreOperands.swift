import AIR
import Algebra
import Machine

/// The columns of an instruction that stores rs2, or a part of it, at rs1 + immediate. Its operands in the program are
/// rs2, rs1 and the immediate. What memory becomes is the chip's.
struct StoreOperands<T: Cell>: AIRColumns {
  var state: ExecutionState<T>
  var rs2Pointer: T
  var rs1Pointer: T
  /// Signed, in [-2048, 2047].
  var immediate: T
  var rs1: Word<T>
  /// What is stored, as a whole or in part.
  var rs2: Word<T>
  /// What the word at the address held before.
  var previous: Word<T>
  var rs1Time: T
  var rs2Time: T
  /// Of the word at the address.
  var dataTime: T
}

extension StoreOperands where T == Expr {
  /// rs1 + immediate. See `DataAddress` for what the chip has to look up.
  var address: Expr { rs1.address(offset: immediate) }

  /// Reads rs1 and rs2, makes `data` the word at `pointer` of the address space, and goes on with the next instruction:
  /// see `InstructionAdapter`, also for what it assumes of `isValid` and `data`.
  func evaluate(
    _ builder: AIRBuilder, opcode: Expr, data: Word<Expr>, space: Expr, at pointer: Expr, isValid: Expr
  ) {
    var adapter = InstructionAdapter(builder, state: state, isValid: isValid)
    adapter.readRegister("rs1", at: rs1Pointer, rs1, since: rs1Time)
    adapter.readRegister("rs2", at: rs2Pointer, rs2, since: rs2Time)
    adapter.write("data", space: space, at: pointer, data, replacing: previous, since: dataTime)
    adapter.finish(opcode: opcode, [rs2Pointer, rs1Pointer, immediate], nextPC: state.pc + 4)
  }
}

extension StoreOperands where T == BabyBear {
  /// All columns, and the look-ups of `evaluate`.
  @inline(__always)
  mutating func fill(from step: Step, counting tally: LookupTally) {
    state = step.state
    rs2Pointer = step.instruction.a
    rs1Pointer = step.instruction.b
    immediate = step.instruction.c
    rs1 = Word(step.x)
    rs2 = Word(step.y)
    previous = Word(step.record.previous)
    rs1Time = BabyBear(step.record.x_time)
    rs2Time = BabyBear(step.record.y_time)
    dataTime = BabyBear(step.record.write_time)
    tally.accesses(of: step.record)
  }
}
