import Algebra
import Hashing
import Machine
import MachineVerifier
import StarkProver
import StarkVerifier
import Testing

@testable import MachineCircuits

/// Whole runs, proven under test parameters in several segments, and everything that can be done to such a proof.
@Suite struct AppProofTests {
  /// Reads one word `n`, adds 3 to a sum `n` times with a store and a load in each turn, reveals the sum.
  static let executable: Executable = {
    let (pointer, count, sum) = (BabyBear(4 * 10), BabyBear(4 * 11), BabyBear(4 * 12))
    let code: [Instruction] = [
      Instruction(.phantom, c: 0x20),
      Instruction(.loadConstant, a: pointer, b: 4, c: 0, d: 4),  // 0x400
      Instruction(.hintWord, b: pointer),
      Instruction(.hintWord, b: pointer),
      Instruction(.loadWord, a: count, b: pointer),
      Instruction(.addImmediate, a: sum, b: sum, c: 3),
      Instruction(.storeWord, a: sum, b: pointer, c: 8),
      Instruction(.loadWord, a: sum, b: pointer, c: 8),
      Instruction(.addImmediate, a: count, b: count, c: -1),
      Instruction(.branchNotZero, a: count, c: -16),
      Instruction(.reveal, a: sum, b: 0),
      Instruction(.terminate, c: 0),
    ]
    return Executable(program: Program(base: 0x800, slots: code), entry: 0x800)
  }()

  /// A run with `turns` turns, cut every `cut` instructions.
  struct Run {
    let key: MachineKey
    let guest: CommittedGuest
    let proof: AppProof
    let expected: AppExpectations

    init(turns: UInt32, cut: Int) throws {
      let configuration = try MachineConfiguration.test()
      let workers = Workers(2)
      key = try MachineKey.generate(configuration, workers: workers)
      guest = try CommittedGuest(AppProofTests.executable, configuration: configuration, workers: workers)
      let input = (0..<4).map { UInt8(truncatingIfNeeded: turns >> UInt32(8 * $0)) }
      func machine() throws -> VirtualMachine { try VirtualMachine(executable: executable, inputs: [input]) }
      let costs = SegmentCosts(key: key, programSlots: executable.program.slots.count)
      let plan = try machine().plan(
        budget: ProvingBudget(costs: costs, memoryBytes: .max, instructions: cut), checkInterval: 10)
      let running = try machine()
      let prover = SegmentProver(key: key, guest: guest)
      var tree = guest.initialMemory
      var segments: [Proof<InnerConfiguration>] = []
      for segment in plan.segments {
        let recording = try running.preflight(instructions: segment.instructionCount, heights: segment.heights)
        let witness = SegmentWitness(recording, applyingTo: &tree, workers: workers)
        let report = try prover.check(witness, workers: workers)
        #expect(report.isSatisfied, "\(report)")
        segments.append(try prover.prove(witness, workers: workers))
        #expect(try SegmentStatement(of: segments[segments.count - 1]) == prover.statement(of: witness))
      }
      let values = try #require(UserPublicValuesProof(values: running.revealed, in: tree))
      proof = AppProof(
        segments: segments, userPublicValues: values,
        deferralMemory: DeferralMemoryProof(initial: guest.initialMemory, final: tree))
      expected = AppExpectations(
        executable: guest.commit, keyPreHash: CommitBytes(key.stark.verifyingKey.preHash))
    }

    func verify(_ change: (inout AppProof) -> Void = { _ in }) throws(AppVerifyError) -> [UInt8] {
      var changed = proof
      change(&changed)
      return try AppVerifier(key: key.verifyingKey, expected: expected).verify(changed)
    }
  }

  static let run = Result { try Run(turns: 20, cut: 40) }
  static let other = Result { try Run(turns: 21, cut: 40) }

  @Test func acceptsARunInSegments() throws {
    let run = try Self.run.get()
    #expect(run.proof.segments.count == 3)
    #expect(try run.verify() == [60] + [UInt8](repeating: 0, count: 31))
  }

  @Test func survivesItsFileForm() throws {
    let run = try Self.run.get()
    let bytes = run.proof.encode()
    #expect(try AppProof(decoding: bytes) == run.proof)
    let key = run.key.verifyingKey
    #expect(try AppVerifyingKey(decoding: key.encode()) == key)
    #expect(throws: DecodeError.self) { try AppVerifyingKey(decoding: bytes) }
  }

  @Test func decodersSurviveAnyBytes() throws {
    let run = try Self.run.get()
    let bytes = run.proof.encode()
    for length in [0, 1, 8, 12, 19, 20, 24, 100, bytes.count / 2, bytes.count - 1] {
      #expect(throws: DecodeError.self) { try AppProof(decoding: Array(bytes[..<length])) }
    }
    #expect(throws: DecodeError.self) { try AppProof(decoding: bytes + [0]) }
    for place in 0..<28 {
      var damaged = bytes
      damaged[place] ^= 0x80
      #expect(throws: DecodeError.self) { try AppProof(decoding: damaged) }
    }
  }

  @Test func rejectsOtherExpectations() throws {
    let run = try Self.run.get()
    let foreign = CommitBytes(InnerDigest([1]))
    let guest = AppExpectations(executable: foreign, keyPreHash: run.expected.keyPreHash)
    #expect(throws: AppVerifyError.executable(expected: foreign, found: run.guest.commit)) {
      try AppVerifier(key: run.key.verifyingKey, expected: guest).verify(run.proof)
    }
    let machine = AppExpectations(executable: run.expected.executable, keyPreHash: foreign)
    #expect(throws: AppVerifyError.keyPreHash(expected: foreign, found: run.expected.keyPreHash)) {
      try AppVerifier(key: run.key.verifyingKey, expected: machine).verify(run.proof)
    }
  }

  @Test func rejectsKeysThatRevealMoreOrLess() throws {
    let run = try Self.run.get()
    for bytes in [8, 16, 64] {
      let key = AppVerifyingKey(stark: run.key.stark.verifyingKey, publicValueBytes: bytes)
      #expect(throws: AppVerifyError.publicValueBytes(expected: 32, found: bytes)) {
        try AppVerifier(key: key, expected: run.expected).verify(run.proof)
      }
    }
  }

  @Test func rejectsSegmentsOutOfOrder() throws {
    let run = try Self.run.get()
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments.swapAt(0, 1) } }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments.swapAt(1, 2) } }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments.reverse() } }
  }

  @Test func rejectsMissingAndRepeatedSegments() throws {
    let run = try Self.run.get()
    #expect(throws: AppVerifyError.noSegments) { try run.verify { $0.segments = [] } }
    #expect(throws: AppVerifyError.termination(index: 1, isLast: true)) {
      try run.verify { $0.segments.removeLast() }
    }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments.removeFirst() } }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments.remove(at: 1) } }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments.insert($0.segments[1], at: 1) } }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments += $0.segments } }
  }

  /// The same program with another input: each segment is good by itself, and the first ones even agree in the pc.
  @Test func rejectsSplicedRuns() throws {
    let (run, other) = (try Self.run.get(), try Self.other.get())
    _ = try other.verify()
    for index in run.proof.segments.indices {
      #expect(throws: AppVerifyError.self) { try run.verify { $0.segments[index] = other.proof.segments[index] } }
    }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.userPublicValues = other.proof.userPublicValues } }
  }

  @Test func rejectsAlteredPublicValues() throws {
    let run = try Self.run.get()
    #expect(throws: AppVerifyError.self) { try run.verify { $0.userPublicValues.values[0] += 1 } }
    #expect(throws: AppVerifyError.self) {
      try run.verify {
        $0.userPublicValues.values[0] += 1
        $0.userPublicValues.commit = UserPublicValuesProof.commit(to: $0.userPublicValues.values)
      }
    }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.userPublicValues.values[1] = 256 } }
    #expect(throws: AppVerifyError.userPublicValues(.count(expected: 32, found: 8))) {
      try run.verify { $0.userPublicValues.values.removeLast(24) }
    }
    #expect(throws: AppVerifyError.userPublicValues(.pathLength(expected: 27, found: 26))) {
      try run.verify { $0.userPublicValues.siblings.removeLast() }
    }
    for level in 0..<27 {
      #expect(throws: AppVerifyError.self) { try run.verify { $0.userPublicValues.siblings[level].e0 += 1 } }
    }
  }

  /// Public values of segments stand in the transcript: a changed one is another statement.
  @Test func rejectsAlteredStatements() throws {
    let run = try Self.run.get()
    for segment in run.proof.segments.indices {
      for (air, count) in [(SystemAIR.connector, 4), (.merkle, 16)] {
        for value in 0..<count {
          #expect(throws: AppVerifyError.self) {
            try run.verify { $0.segments[segment].publicValues[air.rawValue][value] += 1 }
          }
        }
      }
    }
  }

  @Test func rejectsProofsOfOtherShape() throws {
    let run = try Self.run.get()
    for air in SystemAIR.allCases {
      #expect(throws: AppVerifyError.segmentShape(index: 0, .absent(air))) {
        try run.verify { $0.segments[0].traceData[air.rawValue] = nil }
      }
    }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments[0].publicValues[4] = [1] } }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments[0].traceData = [] } }
    #expect(throws: AppVerifyError.self) { try run.verify { $0.segments[0].publicValues = [] } }
    #expect(throws: AppVerifyError.self) {
      try run.verify { $0.segments[0].traceData[SystemAIR.program.rawValue]?.cachedCommits = [] }
    }
    #expect(throws: AppVerifyError.self) {
      try run.verify { $0.segments[1].traceData[SystemAIR.program.rawValue]?.cachedCommits[0].e0 += 1 }
    }
  }

  /// A proof made for one program says nothing about another that differs in one operand.
  @Test func bindsTheProgram() throws {
    let run = try Self.run.get()
    var slots = Self.executable.program.slots
    slots[5] = Instruction(.addImmediate, a: 4 * 12, b: 4 * 12, c: 4)
    let altered = try CommittedGuest(
      Executable(program: Program(base: 0x800, slots: slots), entry: 0x800),
      configuration: run.key.configuration, workers: Workers(2))
    #expect(altered.commit != run.guest.commit)
    let other = try CommittedGuest(
      Executable(
        program: Self.executable.program, entry: 0x800, memory: [MemoryBlock(address: 0x2000, bytes: [1])]),
      configuration: run.key.configuration, workers: Workers(2))
    #expect(other.commit != run.guest.commit)
  }

  /// The verifier has numbers of its own; they are the machine's.
  @Test func verifierAndMachineAgree() {
    #expect(UserPublicValuesProof.treeHeight == MachineLimits.treeHeight)
    #expect(MachineAIR.all.prefix(4).map(\.publicValueCount) == SystemAIR.allCases.map(\.publicValueCount))
    #expect(MachineAIR.all.prefix(4).map(\.width.cachedMains.count) == SystemAIR.allCases.map(\.cachedMainCount))
    #expect(MachineAIR.all.prefix(4).allSatisfy { $0.isRequired })
    #expect(MachineAIR.all.dropFirst(4).allSatisfy { $0.publicValueCount == 0 && $0.width.cachedMains.isEmpty })
  }

  /// The reference system's segment has the same shape of statement.
  @Test func readsTheStatementOfAForeignSegment() throws {
    var proof = try Self.run.get().proof.segments[0]
    proof.traceData.append(nil)
    proof.publicValues.append([])
    #expect(throws: Never.self) { try SegmentStatement(of: proof) }
    proof.publicValues[proof.publicValues.count - 1] = [0]
    #expect(throws: SegmentShapeError.self) { try SegmentStatement(of: proof) }
  }
}
