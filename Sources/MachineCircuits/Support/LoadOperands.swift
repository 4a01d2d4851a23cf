import AIR
import Algebra
import Machine

/// The columns of an instruction that loads from memory at rs1 + immediate. Its operands in the program are rd, rs1 and
/// the immediate. The word in memory is the chip's, and so is what rd becomes.
struct LoadOperands<T: Cell>: AIRColumns {
  var state: ExecutionState<T>
  var rdPointer: T
  var rs1Pointer: T
  /// Signed, in [-2048, 2047].
  var immediate: T
  var rs1: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rs1Time: T
  /// Of the word in memory.
  var dataTime: T
  var rdTime: T
}

extension LoadOperands where T == Expr {
  /// rs1 + immediate. See `DataAddress` for what the chip has to look up.
  var address: Expr { rs1.address(offset: immediate) }

  /// Reads rs1 and the word `data` at `pointer`, writes `rd` and goes on with the next instruction: see
  /// `InstructionAdapter`, also for what it assumes of `isValid` and `rd`.
  func evaluate(
    _ builder: AIRBuilder, opcode: Expr, data: Word<Expr>, at pointer: Expr, rd: Word<Expr>, isValid: Expr
  ) {
    var adapter = InstructionAdapter(builder, state: state, isValid: isValid)
    adapter.readRegister("rs1", at: rs1Pointer, rs1, since: rs1Time)
    adapter.read("data", space: Expr(AddressSpace.memory), at: pointer, data, since: dataTime)
    adapter.writeRegister("rd", at: rdPointer, rd, replacing: previous, since: rdTime)
    adapter.finish(opcode: opcode, [rdPointer, rs1Pointer, immediate], nextPC: state.pc + 4)
  }
}

extension LoadOperands where T == BabyBear {
  /// All columns, and the look-ups of `evaluate`.
  @inline(__always)
  mutating func fill(from step: Step, counting tally: LookupTally) {
    state = step.state
    rdPointer = step.instruction.a
    rs1Pointer = step.instruction.b
    immediate = step.instruction.c
    rs1 = Word(step.x)
    previous = Word(step.record.previous)
    rs1Time = BabyBear(step.record.x_time)
    dataTime = BabyBear(step.record.y_time)
    rdTime = BabyBear(step.record.write_time)
    tally.accesses(of: step.record)
  }
}
