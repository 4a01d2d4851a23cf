import Algebra
import CMachine
import Machine
import TestSupport
import Testing

/// What a guest can do wrong, in every mode; and that nothing it does brings the host down.
struct ExecutionErrorTests {
  enum Mode: CaseIterable { case pure, metered, preflight, profile }

  static func run(_ machine: VirtualMachine, _ mode: Mode) throws(ExecutionError) {
    switch mode {
    case .pure: try machine.run(maxInstructions: 100_000)
    case .metered: _ = try machine.plan(budget: UnlimitedBudget())
    case .preflight: _ = try machine.preflight()
    case .profile: _ = try machine.profile(maxInstructions: 100_000)
    }
  }

  /// Runs `code` in each mode and compares the error; the instruction at fault is number `at`.
  private func expect(
    _ kind: ExecutionError.Kind, at index: Int, _ code: [UInt32], inputs: [[UInt8]] = [], count: UInt64? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let executable = try Guest.executable(code)
    let pc = Guest.base + 4 * UInt32(index)
    for mode in Mode.allCases {
      let machine = try VirtualMachine(executable: executable, inputs: inputs)
      let error = ExecutionError(
        kind, pc: pc, instruction: executable.program[pc], instructionCount: count ?? UInt64(index))
      #expect(throws: error, "\(mode)", sourceLocation: sourceLocation) { try Self.run(machine, mode) }
      // It stands still.
      #expect(throws: error, "\(mode)", sourceLocation: sourceLocation) { try Self.run(machine, mode) }
      #expect(!error.description.isEmpty)
    }
  }

  @Test func undefinedInstruction() throws {
    try expect(.undefinedInstruction, at: 2, [RV.nop, RV.nop])
  }

  @Test func jumpsOutOfTheProgram() throws {
    let base = Int64(Guest.base)
    try expect(.jumpOutOfRange(target: base + 4 + 400), at: 1, [RV.nop, RV.j(1, 400)])
    try expect(.jumpOutOfRange(target: base - 8), at: 0, [RV.j(0, -8)])
    try expect(.misalignedJump(target: base + 6), at: 1, [RV.nop, RV.j(0, 2)])
    try expect(.jumpOutOfRange(target: base + 404), at: 1, [RV.nop, RV.beq(0, 0, 400)])
    try expect(.misalignedJump(target: base + 6), at: 1, [RV.nop, RV.b(5, 1, 2, 2)])
    try expect(.jumpOutOfRange(target: 0), at: 0, [RV.jalr(1, 0, 0)])
    try expect(.jumpOutOfRange(target: -4), at: 0, [RV.jalr(1, 0, -3)])
    try expect(.jumpOutOfRange(target: 0xffff_fffe), at: 1, [RV.addi(5, 0, -1), RV.jalr(1, 5, 0)])
    // The sum does not wrap around.
    try expect(.jumpOutOfRange(target: 0x1_0000_0006), at: 1, [RV.addi(5, 0, -1), RV.jalr(1, 5, 8)])
    // Right behind the program.
    try expect(.jumpOutOfRange(target: base + 8), at: 1, [RV.auipc(5, 0), RV.jalr(1, 5, 8)])
    try expect(.misalignedJump(target: base + 2), at: 1, [RV.auipc(5, 0), RV.jalr(1, 5, 3)])
  }

  @Test func badBranchThatIsNotTakenDoesNothing() throws {
    let machine = try Guest.machine([RV.addi(5, 0, 1), RV.beq(5, 0, 400), RV.bne(5, 5, 2), RV.terminate(7)])
    #expect(try machine.run().exitCode == 7)
  }

  @Test func badBranchAsTheLastInstructionAskedFor() throws {
    let machine = try Guest.machine([RV.nop, RV.beq(0, 0, 400), RV.terminate(0)])
    #expect(throws: ExecutionError.self) { try machine.advance(instructions: 2) }
    #expect(machine.pc == Guest.base + 4)
    #expect(machine.instructionCount == 1)
  }

  @Test func accesses() throws {
    let top: [UInt32] = [RV.lui(5, 0x2000_0000)]
    for (f3, width) in [(0, 1), (1, 2), (2, 4), (4, 1), (5, 2)] {
      let load = { (offset: Int) in RV.i(0x03, 6, f3, 5, offset) }
      try expect(.accessOutOfRange(address: 0x2000_0000), at: 1, top + [load(0)])
      try expect(.accessOutOfRange(address: Int64(-width)), at: 0, [RV.i(0x03, 6, f3, 0, -width)])
      try expect(.accessOutOfRange(address: 0x1_0000_0003), at: 1, [RV.addi(5, 0, -1), load(4)])
      if width > 1 { try expect(.misalignedAccess(address: 0x1fff_ffff), at: 1, top + [load(-1)]) }
      let machine = try Guest.machine(top + [load(-width), RV.terminate(0)])
      #expect(try machine.run().exitCode == 0)
    }
    for (f3, width) in [(0, 1), (1, 2), (2, 4)] {
      let store = { (offset: Int) in RV.s(f3, 5, 6, offset) }
      try expect(.accessOutOfRange(address: 0x2000_0000), at: 1, top + [store(0)])
      try expect(.accessOutOfRange(address: 0x1_0000_0003), at: 1, [RV.addi(5, 0, -1), store(4)])
      if width > 1 { try expect(.misalignedAccess(address: 0x1fff_ffff), at: 1, top + [store(-1)]) }
      let machine = try Guest.machine(top + [store(-width), RV.terminate(0)])
      #expect(try machine.run().exitCode == 0)
    }
  }

  @Test func reveals() throws {
    let terminate = RV.terminate(0)
    try expect(
      .revealOutOfRange(address: 32, bytes: 32), at: 1, [RV.addi(5, 0, 32), RV.reveal(6, at: 5, 0), terminate])
    try expect(.revealOutOfRange(address: -4, bytes: 32), at: 0, [RV.reveal(6, at: 0, -4), terminate])
    try expect(.misalignedAccess(address: 2), at: 0, [RV.reveal(6, at: 0, 2), terminate])
    let machine = try Guest.machine([RV.addi(6, 0, -2), RV.reveal(6, at: 0, 28), terminate])
    try machine.run()
    #expect(machine.revealed == [UInt8](repeating: 0, count: 28) + [0xfe, 0xff, 0xff, 0xff])
  }

  @Test func hints() throws {
    let end = [RV.terminate(0)]
    try expect(.outOfInput(count: 0), at: 0, [RV.hintInput] + end)
    try expect(.outOfInput(count: 1), at: 1, [RV.hintInput, RV.hintInput] + end, inputs: [[1]])
    try expect(.hintStreamExhausted(wanted: 4, left: 0), at: 0, [RV.hintWord(0)] + end)
    let take = RV.li(5, Guest.data) + [RV.addi(6, 0, 3), RV.hintInput]
    try expect(
      .hintStreamExhausted(wanted: 12, left: 8), at: 4, take + [RV.hintBuffer(5, words: 6)] + end, inputs: [[1]])
    try expect(.hintCount(0), at: 4, take + [RV.hintBuffer(5, words: 0)] + end, inputs: [[1]])
    try expect(.hintCount(1024), at: 5, take + [RV.addi(6, 0, 1024), RV.hintBuffer(5, words: 6)] + end, inputs: [[1]])
    try expect(.misalignedAccess(address: 3), at: 4, take + [RV.hintWord(6)] + end, inputs: [[1]])
    let last = [RV.lui(5, 0x2000_0000), RV.addi(5, 5, -4), RV.addi(6, 0, 2), RV.hintInput]
    try expect(.accessOutOfRange(address: 0x1fff_fffc), at: 4, last + [RV.hintBuffer(5, words: 6)] + end, inputs: [[1]])
    try expect(
      .accessOutOfRange(address: 0xffff_fffc), at: 5, take + [RV.addi(5, 0, -4), RV.hintWord(5)] + end, inputs: [[1]])
    try expect(.tooManyRandomWords(0xffff_ffff), at: 1, [RV.addi(5, 0, -1), RV.hintRandom(words: 5)] + end)
  }

  @Test func prints() throws {
    let far = [RV.lui(5, 0x2000_0000), RV.addi(6, 0, 1)]
    try expect(.accessOutOfRange(address: 0x2000_0001), at: 2, far + [RV.print(5, count: 6), RV.terminate(0)])
    try expect(
      .accessOutOfRange(address: 0xffff_ffff), at: 1, [RV.addi(6, 0, -1), RV.print(0, count: 6), RV.terminate(0)])
  }

  @Test func limits() throws {
    let machine = try Guest.machine([RV.j(0, 0)])
    #expect(throws: ExecutionError.self) { try machine.run(maxInstructions: 10) }
    #expect(machine.instructionCount == 10)
    #expect(try machine.advance(instructions: 5) == false)
    #expect(machine.instructionCount == 15)
    let done = try Guest.machine([RV.terminate(9)])
    #expect(try done.run() == RunOutcome(exitCode: 9, instructionCount: 1, finalPC: Guest.base))
    #expect(
      throws: ExecutionError(
        .alreadyTerminated, pc: Guest.base, instruction: Instruction(.terminate, c: 9), instructionCount: 1)
    ) {
      try done.run()
    }
  }

  @Test func setUp() throws {
    let executable = try Guest.executable([RV.terminate(0)])
    for bytes in [0, 4, 24, 33, 1 << 21, -8] {
      #expect(throws: ExecutionError.self) { try VirtualMachine(executable: executable, publicValueBytes: bytes) }
    }
    #expect(try VirtualMachine(executable: executable, publicValueBytes: 8).revealed.count == 8)
    var bad = executable
    bad.entry += 2
    #expect(throws: ExecutionError.self) { try VirtualMachine(executable: bad) }
    for block in [MemoryBlock(address: 2, bytes: [1]), MemoryBlock(address: 0x1fff_fffc, bytes: [1, 2, 3, 4, 5])] {
      bad = executable
      bad.memory = [block]
      #expect(throws: ExecutionError.self) { try VirtualMachine(executable: bad) }
    }
    bad.memory = [MemoryBlock(address: 0x1fff_fffc, bytes: [1, 2, 3, 4])]
    #expect(try VirtualMachine(executable: bad).bytes(at: 0x1fff_fffc, count: 4) == [1, 2, 3, 4])
  }

  /// Instructions that no transpiler makes, with operands of any value.
  @Test func anyProgramIsRunOrRejected() throws {
    var generator = SeededGenerator(77)
    func operand() -> BabyBear {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: BabyBear(4 * UInt32.random(in: 0..<34, using: &generator))
      case 1: BabyBear(Int.random(in: -64..<64, using: &generator))
      case 2: BabyBear(UInt32.random(in: 0..<256, using: &generator))
      default: generator.element()
      }
    }
    for round in 0..<400 {
      let slots: [Instruction?] = (0..<40).map { _ in
        let opcode = Opcode.allCases[Int.random(in: 0..<Opcode.allCases.count, using: &generator)]
        if opcode == .terminate || Int.random(in: 0..<30, using: &generator) == 0 { return nil }
        let isDeferral = [.deferralCall, .deferralOutput, .deferralCommit].contains(opcode)
        let index = BabyBear(UInt32.random(in: 0..<2, using: &generator))
        return Instruction(
          opcode, a: operand(), b: operand(), c: isDeferral ? index : operand(), d: operand(), e: operand(),
          f: operand(), g: operand())
      }
      let program = Program(base: Guest.base, slots: slots)
      let executable = Executable(program: program, entry: Guest.base)
      var ends: [String] = []
      for mode in [Mode.pure, .metered, .profile, .preflight] {
        let machine = try VirtualMachine(
          executable: executable, inputs: [[1, 2, 3, 4, 5, 6, 7, 8]],
          deferrals: [DeferralTests.doubling, DeferralTests.doubling])
        do {
          if mode == .preflight {
            _ = try machine.preflight(instructions: 2000)
          } else {
            try Self.runBounded(machine, mode)
          }
          ends.append("\(machine.instructionCount)")
        } catch {
          ends.append(error.kind == .instructionLimit(2000) ? "2000" : "\(error)")
        }
        #expect(machine.register(0) == 0)
      }
      #expect(Set(ends).count == 1, "round \(round): \(ends)")
    }
  }

  /// Endless loops are possible, so all modes stop after 2000 instructions.
  private static func runBounded(_ machine: VirtualMachine, _ mode: Mode) throws(ExecutionError) {
    switch mode {
    case .pure: try machine.advance(instructions: 2000)
    case .profile: _ = try machine.profile(maxInstructions: 2000)
    default: _ = try machine.plan(budget: UnlimitedBudget(), maxInstructions: 2000)
    }
  }
}
