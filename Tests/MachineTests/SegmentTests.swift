import Machine
import TestSupport
import Testing

/// Cutting a run into segments, and recording them.
struct SegmentTests {
  /// Reads an input in two ways, prints it, works on it and reveals a sum: everything that has a state of its own.
  private static func guest(loops: UInt32) -> [UInt32] {
    var code = RV.li(5, Guest.data) + RV.li(20, loops) + RV.li(3, Guest.data + 0x8000)
    let top = code.count
    code += [
      RV.hintInput, RV.hintWord(5),  // length
      RV.lw(6, 5, 0), RV.addi(6, 6, 3), RV.i(0x13, 6, 5, 6, 2),  // words
      RV.addi(7, 5, 4), RV.hintBuffer(7, words: 6),
      RV.lw(8, 5, 0), RV.print(7, count: 8),
      RV.lw(9, 7, 0), RV.add(10, 10, 9), RV.reveal(10, at: 0, 8),
      RV.addi(11, 0, 5), RV.hintRandom(words: 11), RV.addi(12, 5, 1024), RV.hintBuffer(12, words: 11),
      RV.lw(13, 12, 0), RV.r(0x33, 14, 4, 14, 13, 0), RV.sw(14, 12, 64), RV.s(0, 12, 14, 71),
      // Counters in memory: what is run twice must not count twice.
      RV.lw(15, 3, 0), RV.addi(15, 15, 1), RV.sw(15, 3, 0), RV.i(0x03, 16, 0, 3, 5), RV.addi(16, 16, 3),
      RV.s(0, 3, 16, 5), RV.addi(5, 5, 24), RV.addi(20, 20, -1),
    ]
    code.append(RV.bne(20, 0, 4 * (top - code.count)))
    code.append(RV.terminate(0))
    return code
  }

  private static let inputs: [[UInt8]] = (0..<40).map { index in
    let letters: Range<Int> = index..<2 * index % 20 + index + 1
    return letters.map { UInt8(65 + $0 % 26) }
  }

  private func machine() throws -> VirtualMachine { try Guest.machine(Self.guest(loops: 40), inputs: Self.inputs) }

  private func prints(_ body: (VirtualMachine) throws -> Void) throws -> ([[UInt8]], VirtualMachine) {
    let machine = try machine()
    var prints: [[UInt8]] = []
    machine.onPrint = { prints.append($0) }
    try body(machine)
    return (prints, machine)
  }

  private func state(_ machine: VirtualMachine) -> [UInt64] {
    var state: [UInt64] = (0...31).map { UInt64(machine.register($0)) }
    machine.forEachNonZeroLeaf { space, label, cells in
      // The sink holds what was last thrown away.
      if space == 1, label == 16 { return }
      state.append(UInt64(space) << 32 | UInt64(label))
      for index in 0..<8 { state.append(UInt64(cells[index])) }
    }
    return state + machine.revealed.map(UInt64.init)
  }

  @Test(arguments: [(1, 1), (7, 1), (24, 10), (100, 1), (100, 64), (333, 100), (100_000, 1000)])
  func planIsWhatIsRecorded(limit: Int, interval: Int) throws {
    let (pure, reference) = try prints { try $0.run() }
    #expect(pure == Self.inputs)
    var plan: ExecutionPlan?
    let (planned, planner) = try prints {
      plan = try $0.plan(budget: InstructionBudget(limit: limit), checkInterval: interval)
    }
    let segments = try #require(plan).segments
    #expect(planned == pure, "prints of what is run twice appear once")
    #expect(planner.outcome == reference.outcome)
    #expect(state(planner) == state(reference))
    #expect(segments.allSatisfy { $0.instructionCount <= limit })

    var next: UInt64 = 0
    let (recorded, recorder) = try prints { machine in
      var memory: [UInt64: [UInt32]] = [:]
      for (index, segment) in segments.enumerated() {
        #expect(segment.firstInstruction == next)
        next += segment.instructionCount
        let recording = try machine.preflight(instructions: segment.instructionCount, heights: segment.heights)
        #expect(recording.heights == segment.heights)
        #expect(recording.exitCode == (index == segments.count - 1 ? 0 : nil))
        try RecordChecker.check(recording)
        // Each segment starts with what the ones before have left.
        for leaf in recording.touchedLeaves {
          let key = UInt64(leaf.addressSpace) << 32 | UInt64(leaf.label)
          let initial = (0..<8).map { leaf.initial[$0] }
          if let before = memory[key] { #expect(before == initial) }
          memory[key] = (0..<8).map { leaf.final[$0] }
        }
      }
    }
    #expect(next == reference.instructionCount)
    #expect(recorded == pure)
    #expect(recorder.outcome == reference.outcome)
    #expect(state(recorder) == state(reference))
  }

  @Test func budgetIsAskedForTheLastPointThatFits() throws {
    let plan = try machine().plan(budget: InstructionBudget(limit: 95), checkInterval: 10)
    #expect(plan.segments.dropLast().allSatisfy { $0.instructionCount == 90 })
    // Less than the interval: the stretch is halved until it fits.
    let fine = try machine().plan(budget: InstructionBudget(limit: 3), checkInterval: 1000)
    #expect(fine.segments.allSatisfy { (1...3).contains($0.instructionCount) })
    #expect(throws: ExecutionError.self) { try machine().plan(budget: InstructionBudget(limit: 0)) }
  }

  @Test func segmentCanBeRecordedFromTheMiddle() throws {
    let plan = try machine().plan(budget: InstructionBudget(limit: 150), checkInterval: 50)
    let segment = try #require(plan.segments.dropFirst(3).first)
    let machine = try machine()
    try machine.advance(instructions: segment.firstInstruction)
    #expect(machine.instructionCount == segment.firstInstruction)
    let recording = try machine.preflight(instructions: segment.instructionCount)
    #expect(recording.heights == segment.heights)
    #expect(recording.firstInstruction == segment.firstInstruction)
    try RecordChecker.check(recording)
    #expect(try machine.run() == plan.outcome)
  }

  /// 150,000 rounds of a loop between two looks at a register and a word: both must be refreshed.
  @Test func oldWordsAreRefreshed() throws {
    let code: [UInt32] =
      RV.li(5, Guest.data) + RV.li(6, 150_000) + [RV.addi(7, 0, 77), RV.sw(7, 5, 0), RV.addi(8, 0, 1)] + [
        RV.addi(6, 6, -1), RV.bne(6, 0, -4),
        RV.lw(9, 5, 0), RV.add(9, 9, 7), RV.lw(10, 5, 4), RV.reveal(9, at: 0, 0), RV.terminate(0),
      ]
    let planner = try Guest.machine(code)
    let plan = try planner.plan(budget: UnlimitedBudget())
    let recording = try Guest.machine(code).preflight()
    #expect(plan.segments.map(\.heights) == [recording.heights])
    // x5, the word at data, the word beside it, x9, x7, x10, x0 of REVEAL and the revealed word.
    #expect(recording.refreshes.count == 8)
    #expect(recording.refreshes.map(\.address_space) == [1, 2, 1, 1, 2, 1, 1, 3])
    try RecordChecker.check(recording)
    #expect(recording.touchedLeaves.filter { $0.addressSpace == 2 }.map(\.times.count) == [2])
  }

  @Test(arguments: [131_071, 131_072, 131_073])
  func refreshIsForMoreThan2To17Timestamps(distance: Int) throws {
    // x5 is written at 2, and read `distance` timestamps later, after phantoms.
    let code = [RV.addi(6, 0, 1), RV.addi(5, 0, 1)] + [UInt32](repeating: RV.nop, count: distance - 1)
    let recording = try Guest.machine(code + [RV.bne(5, 0, 4), RV.terminate(0)]).preflight()
    #expect(recording.refreshes.count == (distance > 1 << 17 ? 1 : 0))
    #expect(recording.records(of: .branchZero)[0].timestamp == UInt32(2 + distance))
    try RecordChecker.check(recording)
    let plan = try Guest.machine(code + [RV.bne(5, 0, 4), RV.terminate(0)]).plan(budget: UnlimitedBudget())
    #expect(plan.segments.map(\.heights) == [recording.heights])
  }

  @Test func longHintsAreRecorded() throws {
    // 60 buffers of 1023 words.
    var code = RV.li(5, Guest.data) + [RV.hintInput, RV.hintWord(5), RV.addi(6, 0, 1023), RV.addi(7, 0, 60)]
    code +=
      RV.li(8, 4092) + [
        RV.hintBuffer(5, words: 6), RV.add(5, 5, 8), RV.addi(7, 7, -1), RV.bne(7, 0, -12), RV.terminate(0),
      ]
    let input = (0..<60 * 4092).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let recorder = try Guest.machine(code, inputs: [input])
    let recording = try recorder.preflight()
    #expect(recording.hints.count == 60 * 1023 + 1)
    try RecordChecker.check(recording)
    #expect(recorder.bytes(at: Guest.data, count: input.count) == input)
    let planner = try Guest.machine(code, inputs: [input])
    let plan = try planner.plan(budget: UnlimitedBudget())
    #expect(plan.segments.map(\.heights) == [recording.heights])
    #expect(planner.bytes(at: Guest.data, count: input.count) == input)
  }

  @Test func printsBeforeAnErrorAppear() throws {
    let code = RV.li(5, Guest.base) + [RV.addi(6, 0, 4), RV.print(5, count: 6), RV.lw(7, 0, -4), RV.terminate(0)]
    var executable = try Guest.executable(code)
    executable.memory = [MemoryBlock(address: Guest.base, bytes: Array("last".utf8))]
    let machine = try VirtualMachine(executable: executable)
    var prints: [[UInt8]] = []
    machine.onPrint = { prints.append($0) }
    #expect(throws: ExecutionError.self) { try machine.plan(budget: UnlimitedBudget()) }
    #expect(prints == [Array("last".utf8)])
  }

  @Test func emptySegmentTouchesNothing() throws {
    let recording = try machine().preflight(instructions: 0)
    #expect(recording.touchedLeaves.isEmpty)
    #expect(recording.finalTimestamp == 1)
    #expect(recording.initialPC == recording.finalPC)
    let only = try Guest.machine([RV.terminate(3)]).preflight()
    #expect(only.exitCode == 3)
    #expect(only.finalTimestamp == 1)
    #expect(only.executionCounts == [1])
    #expect(only.touchedLeaves.isEmpty)
  }

  @Test func programIsFixed() throws {
    // The code stands in memory too, and storing there changes nothing that is run.
    let code = [RV.auipc(5, 0), RV.lw(6, 5, 16), RV.sw(0, 5, 16), RV.lw(7, 5, 16), RV.addi(8, 0, 3), RV.terminate(0)]
    let machine = try VirtualMachine(executable: Executable(elf: Guest.elf(code: code, data: [])))
    try machine.run()
    #expect(machine.register(6) == code[4])
    #expect(machine.register(7) == 0)
    #expect(machine.register(8) == 3)
  }

  @Test func leavesOfTheImageAreListed() throws {
    var executable = try Guest.executable([
      RV.addi(1, 0, 5), RV.lui(2, 0x5000), RV.sw(1, 2, 4), RV.lui(2, 0x7000), RV.s(0, 2, 1, 0), RV.lui(2, 0x9000),
      RV.s(1, 2, 1, 2), RV.lui(2, 0xb000), RV.hintInput, RV.hintWord(2), RV.reveal(1, at: 0, 8), RV.terminate(0),
    ])
    executable.memory = [
      MemoryBlock(address: 0x1000, bytes: [0, 0, 0, 0, 9]), MemoryBlock(address: 0x1fff_fff8, bytes: [0, 0, 1]),
    ]
    let machine = try VirtualMachine(executable: executable, inputs: [[1, 2, 3]])
    var leaves: [[UInt32]] = []
    func list() {
      leaves = []
      machine.forEachNonZeroLeaf { space, label, cells in leaves.append([space, label] + (0..<8).map { cells[$0] }) }
    }
    list()
    #expect(leaves == [[2, 0x200, 0, 0, 0, 0, 9, 0, 0, 0], [2, 0x3ff_ffff, 0, 0, 1, 0, 0, 0, 0, 0]])
    try machine.run()
    list()
    #expect(leaves[0] == [1, 0, 0, 0, 0, 0, 5, 0, 0, 0])
    #expect(leaves[1] == [1, 1, 0, 0xb0, 0, 0, 0, 0, 0, 0])
    // A store of each kind, in a page of its own, and what was revealed.
    let stored: [[UInt32]] = [
      [2, 0x200, 0, 0, 0, 0, 9, 0, 0, 0], [2, 0xa00, 0, 0, 0, 0, 5, 0, 0, 0], [2, 0xe00, 5, 0, 0, 0, 0, 0, 0, 0],
      [2, 0x1200, 0, 0, 5, 0, 0, 0, 0, 0], [2, 0x1600, 3, 0, 0, 0, 0, 0, 0, 0],
      [2, 0x3ff_ffff, 0, 0, 1, 0, 0, 0, 0, 0], [3, 1, 5, 0, 0, 0, 0, 0, 0, 0],
    ]
    #expect(Array(leaves.dropFirst(2)) == stored)
  }

  @Test func chipsHaveTheNumbersOfTheLoop() throws {
    // One instruction of each chip, told apart by its record.
    let program: [UInt32] = [
      RV.lui(5, Guest.data), RV.addi(6, 5, 4), RV.add(7, 5, 6), RV.r(0x33, 7, 4, 5, 6, 0), RV.i(0x13, 7, 4, 5, 1),
      RV.r(0x33, 7, 1, 5, 6, 0), RV.i(0x13, 7, 1, 5, 1), RV.r(0x33, 7, 2, 5, 6, 0), RV.i(0x13, 7, 2, 5, 1),
      RV.beq(5, 6, 4), RV.beq(5, 0, 4), RV.b(6, 5, 6, 4), RV.b(4, 5, 6, 4), RV.auipc(9, 0), RV.jalr(9, 9, 8),
      RV.lw(7, 5, 0), RV.sw(7, 5, 0), RV.i(0x03, 7, 0, 5, 0), RV.s(0, 5, 7, 0), RV.r(0x33, 7, 0, 5, 6, 1),
      RV.r(0x33, 7, 1, 5, 6, 1), RV.r(0x33, 7, 4, 5, 6, 1), RV.nop, RV.hintInput, RV.hintWord(5), RV.terminate(0),
    ]
    let recording = try Guest.machine(program, inputs: [[]]).preflight()
    for chip in Chip.allCases where chip.hasExecutionRecords {
      #expect(recording.records(of: chip).count > 0, "\(chip)")
      for record in recording.records(of: chip) { #expect(recording.program[record.pc]?.opcode.chip == chip) }
    }
    #expect(recording.hints.count == 1)
    try RecordChecker.check(recording)
  }
}
