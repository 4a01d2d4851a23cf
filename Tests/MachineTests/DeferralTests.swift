import Algebra
import Hashing
import Machine
import Testing

/// CALL, OUTPUT and COMMIT as the executor performs them.
struct DeferralTests {
  static let circuitCommit = InnerDigest((1...8).map { BabyBear($0) })

  /// Twice the input, if that is a multiple of 8; no input may start with 255, and 254 is a fault.
  static let doubling = DeferralBinding(circuitCommit: circuitCommit, maxInputBytes: 1 << 20, evaluate: evaluate)

  @Sendable static func evaluate(_ input: [UInt8]) throws(DeferralFailure) -> [UInt8] {
    if input.first == 255 { throw .badInput("starts with 255") }
    if input.first == 254 { throw .fault("broken") }
    return input + input
  }

  /// Registers that the programs use: descriptor, commitment, key, output.
  static let descriptor = Guest.data
  static let commit = Guest.data + 0x20
  static let key = Guest.data + 0x40
  static let output = Guest.data + 0x0010_0000
  static let input = Guest.data + 0x0030_0000

  static let pointers: [UInt32] =
    RV.li(10, descriptor) + RV.li(11, commit) + RV.li(12, key) + RV.li(13, output) + RV.li(14, input)

  /// COMMIT, CALL and OUTPUT of circuit `index`, with `length` bytes at x14, to x13.
  static func roundTrip(_ index: Int, length: UInt32) -> [UInt32] {
    RV.li(15, length) + [
      RV.sw(14, 10, 0), RV.sw(15, 10, 4), RV.commit(index, 11, 10), RV.call(index, 12, 11), RV.output(index, 13, 12),
    ]
  }

  static func executable(_ code: [UInt32], input bytes: [UInt8] = []) throws -> Executable {
    try Guest.executable(
      pointers + code + [RV.terminate(0)], data: bytes.isEmpty ? [] : [MemoryBlock(address: input, bytes: bytes)])
  }

  static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) } }

  @Test(arguments: [0, 4, 8, 12, 64, 1000])
  func bytesGoThroughTheFunction(length: Int) throws {
    let input = Self.bytes(length)
    let executable = try Self.executable(Self.roundTrip(1, length: UInt32(length)), input: input)
    let machine = try VirtualMachine(executable: executable, deferrals: [Self.doubling, Self.doubling])
    try machine.run()
    #expect(machine.bytes(at: Self.output, count: 2 * length) == input + input)
    let inputCommit = UnfoldedInputCommit(index: 1, bytes: input).folded()
    let outputCommit = OutputCommit(index: 1, bytes: input + input)
    #expect(machine.bytes(at: Self.commit, count: 32) == inputCommit.digest.guestBytes)
    let key = outputCommit.digest.guestBytes + [UInt8(2 * length & 255), UInt8((2 * length) >> 8), 0, 0, 0, 0, 0, 0]
    #expect(machine.bytes(at: Self.key, count: 40) == key)
    #expect(
      machine.deferralCalls == [
        [],
        [DeferralCall(inputCommit: inputCommit, outputCommit: outputCommit, input: input, output: input + input)],
      ])

    // The accumulators are memory.
    var leaves: [UInt32: [UInt32]] = [:]
    machine.forEachNonZeroLeaf { space, label, cells in
      if space == AddressSpace.deferral { leaves[label] = (0..<8).map { cells[$0] } }
    }
    let accumulators: [UInt32: InnerDigest] = [
      0: Self.circuitCommit, 2: InnerConfiguration.compress(Self.circuitCommit, inputCommit.digest),
      3: InnerConfiguration.compress(.init([]), outputCommit.digest),
    ]
    #expect(leaves == accumulators.mapValues { $0.elements.map(\.canonical) })
  }

  /// All modes agree, and what was planned is what is recorded, wherever the run is cut.
  @Test(arguments: [1, 2, 3, 5, 8, 100])
  func modesAgree(limit: Int) throws {
    var code: [UInt32] = []
    for (round, length) in [0, 8, 64, 12, 64, 4].enumerated() {
      code += Self.roundTrip(round % 2, length: UInt32(length))
    }
    let executable = try Self.executable(code, input: Self.bytes(64))
    func machine() throws -> VirtualMachine {
      try VirtualMachine(executable: executable, deferrals: [Self.doubling, Self.doubling])
    }
    let reference = try machine()
    try reference.run()
    #expect(reference.deferralCalls.map(\.count) == [3, 3])
    let profiler = try machine()
    _ = try profiler.profile()
    #expect(profiler.deferralCalls == reference.deferralCalls)

    let planner = try machine()
    let plan = try planner.plan(budget: InstructionBudget(limit: limit), checkInterval: 4)
    #expect(planner.deferralCalls == reference.deferralCalls)
    let recorder = try machine()
    for segment in plan.segments {
      let recording = try recorder.preflight(instructions: segment.instructionCount, heights: segment.heights)
      #expect(recording.heights == segment.heights)
      try RecordChecker.check(recording)
    }
    #expect(recorder.deferralCalls == reference.deferralCalls)
    for machine in [profiler, planner, recorder] {
      #expect(machine.bytes(at: Guest.data, count: 1 << 12) == reference.bytes(at: Guest.data, count: 1 << 12))
      #expect(machine.bytes(at: Self.output, count: 128) == reference.bytes(at: Self.output, count: 128))
    }
  }

  /// Longer than 2^17 timestamps, so that words are refreshed in the middle of an instruction; and words of
  /// accumulators that were last accessed long ago.
  @Test func longInputsAreRecorded() throws {
    let length = 272_000
    let code = Self.roundTrip(0, length: UInt32(length)) + Self.roundTrip(0, length: UInt32(length))
    let executable = try Self.executable(code, input: Self.bytes(length))
    let recording = try VirtualMachine(executable: executable, deferrals: [Self.doubling]).preflight()
    try RecordChecker.check(recording)
    #expect(recording.refreshes.contains { $0.address_space == AddressSpace.deferral })
    let planner = try VirtualMachine(executable: executable, deferrals: [Self.doubling])
    let plan = try planner.plan(budget: UnlimitedBudget())
    #expect(plan.segments.map(\.heights) == [recording.heights])
  }

  /// Stores that are to be taken back are bounded: a stretch between two looks at the budget ends early.
  @Test func manyLongOutputs() throws {
    var binding = Self.doubling
    binding.evaluate = { _ in [UInt8](repeating: 9, count: 1 << 20) }
    let code =
      RV.li(15, 0) + [RV.sw(14, 10, 0), RV.sw(15, 10, 4), RV.commit(0, 11, 10), RV.call(0, 12, 11), RV.addi(16, 0, 9)]
      + [RV.output(0, 13, 12), RV.addi(16, 16, -1), RV.bne(16, 0, -8)]
    let executable = try Self.executable(code)
    let recording = try VirtualMachine(executable: executable, deferrals: [binding]).preflight()
    #expect(recording.deferrals.outputs.count == 9)
    let plan = try VirtualMachine(executable: executable, deferrals: [binding]).plan(budget: UnlimitedBudget())
    #expect(plan.segments.map(\.heights) == [recording.heights])
    // Cut by the budget, in the middle.
    let planner = try VirtualMachine(executable: executable, deferrals: [binding])
    let cut = try planner.plan(budget: InstructionBudget(limit: 30))
    #expect(cut.segments.count > 1)
    #expect(cut.segments.map(\.instructionCount).reduce(0, +) == recording.instructionCount)
    #expect(planner.bytes(at: Self.output, count: 1 << 20) == [UInt8](repeating: 9, count: 1 << 20))
  }

  @Test func regionsMayOverlap() throws {
    // The commitment replaces the descriptor and the input, the key the commitment, the output the key.
    let code =
      RV.li(14, Self.descriptor + 8) + RV.li(15, 16) + [
        RV.sw(14, 10, 0), RV.sw(15, 10, 4), RV.commit(0, 10, 10), RV.call(0, 10, 10), RV.output(0, 10, 10),
      ]
    var executable = try Self.executable(code)
    executable.memory = [MemoryBlock(address: Self.descriptor, bytes: Self.bytes(64))]
    let machine = try VirtualMachine(executable: executable, deferrals: [Self.doubling])
    let recording = try machine.preflight()
    try RecordChecker.check(recording)
    let input = Array(Self.bytes(64)[8..<24])
    #expect(machine.bytes(at: Self.descriptor, count: 32) == input + input)
  }

  @Test func hostGivesInputs() throws {
    var binding = Self.doubling
    let input = InputCommit(digest: InnerDigest((11...18).map { BabyBear($0) }))
    binding.inputs = [input: [1, 2, 3, 4, 5, 6, 7, 8]]
    binding.allowsCommit = false
    var executable = try Self.executable([RV.call(0, 12, 11), RV.output(0, 13, 12)])
    executable.memory = [MemoryBlock(address: Self.commit, bytes: input.digest.guestBytes)]
    let machine = try VirtualMachine(executable: executable, deferrals: [binding])
    try machine.run()
    #expect(machine.bytes(at: Self.output, count: 9) == [1, 2, 3, 4, 5, 6, 7, 8, 1])
    #expect(machine.deferralCalls[0].map(\.input) == [[1, 2, 3, 4, 5, 6, 7, 8]])
  }

  /// The function is asked once for each input, in a machine.
  @Test func resultsAreKept() throws {
    let counter = Counter()
    var binding = Self.doubling
    binding.evaluate = { input throws(DeferralFailure) in
      counter.count += 1
      return try Self.evaluate(input)
    }
    let code = Self.roundTrip(0, length: 8) + Self.roundTrip(0, length: 8) + [RV.call(0, 12, 11)]
    let machine = try VirtualMachine(executable: Self.executable(code), deferrals: [binding])
    _ = try machine.plan(budget: InstructionBudget(limit: 3), checkInterval: 2)
    #expect(counter.count == 1)
    #expect(machine.deferralCalls[0].count == 3)
  }

  final class Counter: @unchecked Sendable {
    // SAFE: a test's own.
    var count = 0
  }

  @Test func indicesMustBeBound() throws {
    for word in [RV.call(2, 10, 11), RV.output(2, 10, 11), RV.commit(1023, 10, 11)] {
      let executable = try Self.executable([RV.nop, word])
      let error = #expect(throws: ExecutionError.self) {
        try VirtualMachine(executable: executable, deferrals: [Self.doubling, Self.doubling])
      }
      guard case .configuration(let message)? = error?.kind else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(message.contains("below 2"))
      #expect(error?.pc == Guest.base + 4 * UInt32(Self.pointers.count + 1))
    }
    #expect(throws: ExecutionError.self) {
      try VirtualMachine(executable: Self.executable([RV.call(0, 10, 11)]))
    }
    let many = [DeferralBinding](repeating: Self.doubling, count: 1025)
    let executable = try Self.executable([])
    #expect(throws: ExecutionError.self) { try VirtualMachine(executable: executable, deferrals: many) }
    _ = try VirtualMachine(executable: Self.executable([RV.call(1023, 10, 11)]), deferrals: many.dropLast())
  }
}

/// What guests can do wrong with deferral instructions, in every mode.
struct DeferralErrorTests {
  private func expect(
    _ code: [UInt32], at index: Int, memory: [MemoryBlock] = [], binding: DeferralBinding = DeferralTests.doubling,
    sourceLocation: SourceLocation = #_sourceLocation, _ kind: (VirtualMachine) -> ExecutionError.Kind
  ) throws {
    var executable = try DeferralTests.executable(code)
    executable.memory = memory
    for mode in ExecutionErrorTests.Mode.allCases {
      let machine = try VirtualMachine(executable: executable, deferrals: [binding])
      let pc = Guest.base + 4 * UInt32(DeferralTests.pointers.count + index)
      let error = ExecutionError(
        kind(machine), pc: pc, instruction: executable.program[pc],
        instructionCount: UInt64(DeferralTests.pointers.count + index))
      #expect(throws: error, "\(mode)", sourceLocation: sourceLocation) {
        try ExecutionErrorTests.run(machine, mode)
      }
      #expect(throws: error, "\(mode)", sourceLocation: sourceLocation) {
        try ExecutionErrorTests.run(machine, mode)
      }
      #expect(error.description.contains("expected") || error.description.contains("deferral"))
    }
  }

  private func expect(
    _ kind: ExecutionError.Kind, _ code: [UInt32], at index: Int, memory: [MemoryBlock] = [],
    binding: DeferralBinding = DeferralTests.doubling, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(code, at: index, memory: memory, binding: binding, sourceLocation: sourceLocation) { _ in kind }
  }

  private static let zero = InnerDigest([])
  private static let input = MemoryBlock(address: DeferralTests.input, bytes: DeferralTests.bytes(64))

  @Test func unknownCommitments() throws {
    try expect(.unknownDeferralInput(index: 0, commit: InputCommit(digest: Self.zero)), [RV.call(0, 12, 11)], at: 0)
    try expect(
      .unknownDeferralOutput(index: 0, commit: OutputCommit(digest: Self.zero)), [RV.output(0, 13, 12)], at: 0)
  }

  /// A key is that of one circuit.
  @Test func keysOfOtherCircuits() throws {
    let code = DeferralTests.roundTrip(0, length: 8).dropLast() + [RV.output(1, 13, 12)]
    let executable = try DeferralTests.executable(Array(code))
    let machine = try VirtualMachine(
      executable: executable, deferrals: [DeferralTests.doubling, DeferralTests.doubling])
    let commit = OutputCommit(index: 0, bytes: [UInt8](repeating: 0, count: 16))
    let error = #expect(throws: ExecutionError.self) { try machine.run() }
    #expect(error?.kind == .unknownDeferralOutput(index: 1, commit: commit))
  }

  @Test func commitmentsThatAreNoElements() throws {
    let bytes: [UInt8] = [1, 0, 0, 0x78] + [UInt8](repeating: 0, count: 28)
    let kind = ExecutionError.Kind.nonCanonicalCommit(index: 0, bytes: bytes)
    let memory = [DeferralTests.commit, DeferralTests.key].map { MemoryBlock(address: $0, bytes: bytes) }
    try expect(kind, [RV.call(0, 12, 11)], at: 0, memory: memory)
    try expect(kind, [RV.output(0, 13, 12)], at: 0, memory: memory)
  }

  @Test func badInputsAndFaults() throws {
    for (byte, failure) in [(255, .badInput("starts with 255")), (254, .fault("broken"))]
      as [(UInt8, DeferralFailure)]
    {
      let bytes = [byte] + [UInt8](repeating: 0, count: 7)
      let commit = UnfoldedInputCommit(index: 0, bytes: bytes).folded()
      try expect(
        .deferralFailed(index: 0, commit: commit, failure), DeferralTests.roundTrip(0, length: 8), at: 5,
        memory: [MemoryBlock(address: DeferralTests.input, bytes: bytes)])
    }
  }

  @Test func outputsOfOtherLengths() throws {
    let commit = UnfoldedInputCommit(index: 0, bytes: []).folded()
    for length in [7, 1 << 20 + 8] {
      var binding = DeferralTests.doubling
      binding.evaluate = { _ in [UInt8](repeating: 0, count: length) }
      try expect(
        .deferralOutputLength(index: 0, commit: commit, bytes: length), DeferralTests.roundTrip(0, length: 0), at: 5,
        binding: binding)
    }
  }

  @Test func keysWithAnotherLength() throws {
    let commit = OutputCommit(index: 0, bytes: Self.input.bytes[..<8] + Self.input.bytes[..<8])
    for (offset, found) in [(32, 17), (36, 16 + 1 << 32)] as [(Int, UInt64)] {
      // A length that is one more, or a word above it.
      let code =
        DeferralTests.roundTrip(0, length: 8).dropLast() + [
          RV.lw(5, 12, offset), RV.addi(5, 5, 1), RV.sw(5, 12, offset), RV.output(0, 13, 12),
        ]
      try expect(
        .deferralKeyLength(index: 0, commit: commit, expected: 16, found: found), Array(code), at: 9,
        memory: [Self.input])
    }
  }

  @Test func commitsThatAreRefused() throws {
    var binding = DeferralTests.doubling
    binding.maxInputBytes = 16
    try expect(
      .deferralInputLength(index: 0, limit: 16, found: 17), DeferralTests.roundTrip(0, length: 17), at: 4,
      binding: binding)
    binding.maxInputBytes = .max
    try expect(
      .deferralInputLength(index: 0, limit: 1 << 20, found: 1 << 20 + 1),
      DeferralTests.roundTrip(0, length: 1 << 20 + 1), at: 4, binding: binding)
    binding.allowsCommit = false
    try expect(.deferralCommitRefused(index: 0), [RV.commit(0, 11, 10)], at: 0, binding: binding)
  }

  @Test func badPointers() throws {
    let top: UInt32 = 1 << 29
    // Register 15 is the pointer; the instruction stands after two words that load it.
    let cases: [(pointer: UInt32, word: UInt32, byteCount: UInt32)] = [
      (0, RV.call(0, 12, 15), 32), (0, RV.call(0, 15, 11), 40), (0, RV.output(0, 13, 15), 40),
      (0, RV.commit(0, 15, 10), 32), (0, RV.commit(0, 11, 15), 8),
    ]
    for (_, word, byteCount) in cases {
      for pointer in [top - byteCount + 4, top, 1 << 30, 0xffff_fffc] {
        try expect(
          .accessOutOfRange(address: Int64(pointer) + Int64(byteCount) - 1), RV.li(15, pointer) + [word], at: 2)
      }
      try expect(.misalignedAccess(address: 2), RV.li(15, 2) + [word], at: 2)
    }
    // Where an input is, and where an output goes.
    for (pointer, kind) in [
      (top - 60, .accessOutOfRange(address: Int64(top) + 3)), (Guest.data + 2, .misalignedAccess(address: 0x40_0002)),
    ] as [(UInt32, ExecutionError.Kind)] {
      try expect(kind, RV.li(14, pointer) + DeferralTests.roundTrip(0, length: 64), at: 6)
      try expect(kind, RV.li(13, pointer) + DeferralTests.roundTrip(0, length: 32), at: 8)
    }
    // Nothing is there to be misaligned.
    for pointer in [3, top] {
      let code = RV.li(14, pointer) + RV.li(13, pointer) + DeferralTests.roundTrip(0, length: 0)
      let machine = try VirtualMachine(
        executable: DeferralTests.executable(code), deferrals: [DeferralTests.doubling])
      try machine.run()
    }
  }
}
