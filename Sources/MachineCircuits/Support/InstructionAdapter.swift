import AIR
import Algebra
import Machine

/// Where an instruction starts.
struct ExecutionState<T: Cell>: AIRColumns {
  var pc: T
  var timestamp: T
}

/// What all executor rows have in common: one instruction read from the program, one step on the execution bus, and
/// memory accesses in consecutive timestamps.
///
/// Use: make it, record the accesses in order, then `finish`. Most chips have columns that do it for them:
/// `RegisterRegister`, `RegisterImmediate`, `LoadOperands`, `StoreOperands`, `BranchOperands`.
///
/// Assumes: `isValid` is boolean (a constraint of the chip) and 0 on padding rows; register pointers and every other
/// operand come from the program through `finish`; words read are whatever was written last, hence bytes in the
/// address spaces of bytes; the words written are bytes, which the chip sees to.
///
/// Why memory is consistent (chapter 20, section 2.5): a row receives `(address, old word, old time)` and sends
/// `(address, new word, time)`. The execution bus makes `time` a genuine integer in `[1, 2^29)`, the look-up of
/// `time - old time - 1` in 17 bits puts the old time before it, and the boundary gives each address one first and
/// one last word. So the rows of an address form one path in time, each reading what the one before wrote.
struct InstructionAdapter {
  private let builder: AIRBuilder
  private let state: ExecutionState<Expr>
  private let isValid: Expr
  /// Timestamps used so far.
  private var accesses = 0

  init(_ builder: AIRBuilder, state: ExecutionState<Expr>, isValid: Expr) {
    self.builder = builder
    self.state = state
    self.isValid = isValid
  }

  /// Reads the register at `pointer`.
  mutating func readRegister(_ name: String, at pointer: Expr, _ word: Word<Expr>, since oldTime: Expr) {
    access(name, space: Expr(AddressSpace.registers), pointer, old: word, new: word, since: oldTime)
  }

  /// Replaces the word of the register at `pointer`, which was `old`.
  mutating func writeRegister(
    _ name: String, at pointer: Expr, _ word: Word<Expr>, replacing old: Word<Expr>, since oldTime: Expr
  ) {
    access(name, space: Expr(AddressSpace.registers), pointer, old: old, new: word, since: oldTime)
  }

  /// Reads the word at `pointer` of an address space.
  mutating func read(
    _ name: String, space: Expr, at pointer: Expr, _ word: Word<Expr>, since oldTime: Expr
  ) {
    access(name, space: space, pointer, old: word, new: word, since: oldTime)
  }

  /// Replaces the word at `pointer` of an address space.
  mutating func write(
    _ name: String, space: Expr, at pointer: Expr, _ word: Word<Expr>, replacing old: Word<Expr>,
    since oldTime: Expr
  ) {
    access(name, space: space, pointer, old: old, new: word, since: oldTime)
  }

  // Assumes: `isValid` boolean, the row's timestamp genuine.
  // Constrains: the last access of the address was at `oldTime`, earlier, and left `old` there; now it holds `new`.
  // Broken if removed: without the range look-up a row may read a word from the future, or its own.
  private mutating func access(
    _ name: String, space: Expr, _ pointer: Expr, old: Word<Expr>, new: Word<Expr>, since oldTime: Expr
  ) {
    let time = state.timestamp + Expr(accesses)
    builder.accessMemory(name, space: space, pointer, old: old, new: new, since: oldTime, at: time, enabled: isValid)
    accesses += 1
  }

  // Assumes: `isValid` boolean.
  // Constrains: the program has this instruction at `pc`, and execution goes on at `nextPC`, one timestamp per access
  // later (at least one).
  // Broken if removed: without the program, any operation may be run anywhere; without the execution bus, rows can be
  // added, left out or run twice.
  /// Ends the instruction. `operands` are `a` to `g`; those left out are 0. An instruction with more accesses than
  /// those recorded here says how many timestamps it takes.
  func finish(opcode: Expr, _ operands: [Expr], nextPC: Expr, timestamps: Expr? = nil) {
    var message = [state.pc, opcode] + operands
    while message.count < 9 { message.append(0) }
    builder.lookUp("instruction", message, in: MachineBus.program, enabled: isValid)
    builder.receive("state before", [state.pc, state.timestamp], on: MachineBus.execution, enabled: isValid)
    builder.send(
      "state after", [nextPC, state.timestamp + (timestamps ?? Expr(max(accesses, 1)))], on: MachineBus.execution,
      enabled: isValid)
  }
}

extension AIRBuilder {
  /// One access of a memory word: three interactions. See `InstructionAdapter`.
  func accessMemory(
    _ name: String, space: Expr, _ pointer: Expr, old: Word<Expr>, new: Word<Expr>, since oldTime: Expr,
    at time: Expr, enabled: Expr
  ) {
    receive("\(name): old word", [space, pointer] + old.cells + [oldTime], on: MachineBus.memory, enabled: enabled)
    send("\(name): new word", [space, pointer] + new.cells + [time], on: MachineBus.memory, enabled: enabled)
    lookUpRange("\(name): old time", time - oldTime - 1, bits: Expr(MachineLimits.nearBits), enabled: enabled)
  }
}

extension Expr {
  init(_ value: Int) { self.init(BabyBear(value)) }
  init(_ value: UInt32) { self.init(BabyBear(value)) }
  init(_ opcode: Opcode) { self.init(Int(opcode.rawValue)) }
}
