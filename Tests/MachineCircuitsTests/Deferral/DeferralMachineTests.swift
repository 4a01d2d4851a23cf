import AIR
import Algebra
import Hashing
import Machine
import MachineVerifier
import StarkProver
import StarkVerifier
import Testing

@testable import MachineCircuits

/// Deferral instructions through executor and circuits: every constraint and bus of all AIRs holds.
@Suite struct DeferralMachineTests {
  typealias Guest = DeferralGuest

  /// A run cut as told, each segment checked and, if wanted, proven.
  struct Run {
    let machine: VirtualMachine
    var recordings: [SegmentRecording] = []
    var proofs: [Proof<InnerConfiguration>] = []
    var tree: MemoryTree
    let guest: CommittedGuest
    let key: MachineKey
    let plan: ExecutionPlan

    init(_ executable: Executable, cut: Int = .max, isProven: Bool = false) throws {
      let configuration = try MachineConfiguration.test()
      let workers = Workers(2)
      guest = try CommittedGuest(
        executable, deferralCommits: DeferralGuest.circuitCommits, configuration: configuration, workers: workers)
      key = try MachineKey.generate(configuration, workers: workers)
      let prover = SegmentProver(key: key, guest: guest)
      func machine() throws -> VirtualMachine {
        try VirtualMachine(executable: executable, deferrals: DeferralGuest.bindings)
      }
      let costs = SegmentCosts(key: key, programSlots: executable.program.slots.count)
      let budget = ProvingBudget(costs: costs, memoryBytes: .max, instructions: cut)
      plan = try machine().plan(budget: budget, checkInterval: 1)
      self.machine = try machine()
      tree = guest.initialMemory
      for segment in plan.segments {
        let recording = try self.machine.preflight(
          instructions: segment.instructionCount, heights: segment.heights)
        let witness = SegmentWitness(recording, applyingTo: &tree, workers: workers)
        let report = try prover.check(witness, workers: workers)
        #expect(report.isSatisfied, "\(report)")
        let traces = witness.traces(workers: workers)
        // Of two tables of permutations the plan bounds the sum.
        let pairs = [
          MachineAIR.poseidon2Rest: MachineAIR.poseidon2, MachineAIR.deferralHashRest: MachineAIR.deferralHash,
        ]
        var (planned, found) = ([Int: Int](), [Int: Int]())
        for (air, rows) in costs.rows(segment.heights).enumerated() where rows > 0 {
          planned[pairs[air] ?? air, default: 0] += rows.paddedToPowerOfTwo
        }
        for trace in traces { found[pairs[trace.airID] ?? trace.airID, default: 0] += trace.commonMain.height }
        for (air, height) in found where air != SystemAIR.program.rawValue {
          #expect(height <= planned[air, default: 0], "AIR \(air)")
        }
        if isProven { proofs.append(try prover.prove(witness, workers: workers)) }
        recordings.append(recording)
      }
    }
  }

  @Test func inputsOfAllLengths() throws {
    let lengths = [0, 1, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 64, 1000]
    let code = lengths.flatMap { Guest.roundTrip($0 % 2, length: $0) + Guest.roundTrip(0, length: $0) }
    let run = try Run(Guest.executable(code, input: Guest.bytes(1000)))
    #expect(run.machine.exitCode == 0)
    #expect(run.machine.deferralCalls.map(\.count).reduce(0, +) == 2 * lengths.count)
    #expect(run.recordings[0].deferrals.outputs.contains { $0.length == 0 })
    // The accumulators, from the calls.
    for (index, calls) in run.machine.deferralCalls.enumerated() {
      let inputs = calls.reduce(Guest.circuitCommits[index]) {
        InnerConfiguration.compress($0, $1.inputCommit.digest)
      }
      let outputs = calls.reduce(InnerDigest([])) { InnerConfiguration.compress($0, $1.outputCommit.digest) }
      for (place, accumulator) in [inputs, outputs].enumerated() {
        let node = run.tree.node(height: 0, index: 3 << 26 | UInt32(2 * index + place))
        #expect(node == InnerConfiguration.compress(accumulator, .init([])))
      }
    }
  }

  /// A COMMIT of the last bytes of memory: there is no word behind them.
  @Test func inputAtTheEndOfMemory() throws {
    for length in [1, 4, 5, 8, 12] {
      let pointer = UInt32((1 << 29) - (length + 3) / 4 * 4)
      let run = try Run(
        Guest.executable([Guest.load(pointer, into: 14)] + Guest.roundTrip(0, length: length)))
      #expect(run.machine.exitCode == 0)
    }
  }

  @Test func regionsMayOverlap() throws {
    let code = [
      Guest.load(Guest.descriptor + 8, into: 14), Guest.load(20, into: 15),
      Instruction(.storeWord, a: Guest.register(14), b: Guest.register(10)),
      Instruction(.storeWord, a: Guest.register(15), b: Guest.register(10), c: 4),
      Guest.deferral(.deferralCommit, 0, 10, 10), Guest.deferral(.deferralCall, 0, 10, 10),
      Guest.deferral(.deferralOutput, 0, 10, 10),
    ]
    _ = try Run(Guest.executable(code))
  }

  /// Words that are refreshed in the middle of an instruction, and accumulators that are.
  @Test func longInputs() throws {
    func commit(_ length: Int) -> [Instruction] { Array(Guest.roundTrip(0, length: length).prefix(4)) }
    let (short, long) = (40_000, 300_000)
    let code = Guest.roundTrip(0, length: short) + commit(long) + commit(long) + Guest.roundTrip(0, length: short)
    let run = try Run(Guest.executable(code, input: Guest.bytes(long)))
    let refreshed = run.recordings[0].refreshes.map(\.address_space)
    #expect(refreshed.count { $0 == AddressSpace.deferral } == 4)
    #expect(run.recordings[0].deferrals.blocks.count == 2 * (40_000 + 300_000) / 8 + 4)
  }

  /// Cut between COMMIT, CALL and OUTPUT, and proven. What the segments say of memory fits together, and the
  /// accumulators go from segment to segment in it.
  @Test func segmentsAreProven() throws {
    let code = Guest.roundTrip(1, length: 9) + Guest.roundTrip(0, length: 16) + Guest.roundTrip(1, length: 9)
    let executable = Guest.executable(code, input: Guest.bytes(16))
    for cut in [9, 10, .max] {
      let run = try Run(executable, cut: cut, isProven: true)
      #expect(cut == .max ? run.proofs.count == 1 : run.proofs.count > 1)
      let values = try #require(UserPublicValuesProof(values: run.machine.revealed, in: run.tree))
      let proof = AppProof(
        segments: run.proofs, userPublicValues: values,
        deferralMemory: DeferralMemoryProof(initial: run.guest.initialMemory, final: run.tree))
      let verifier = AppVerifier(
        key: run.key.verifyingKey,
        expected: AppExpectations(
          executable: run.guest.commit, keyPreHash: CommitBytes(run.key.stark.verifyingKey.preHash)))
      // All holds but what the calls' own proofs are for: the key has no circuits.
      #expect(throws: AppVerifyError.deferral(.initialMemory)) { try verifier.verify(proof) }
      // Between COMMIT and CALL, and between CALL and OUTPUT.
      let first = run.recordings[0].deferrals
      #expect(first.commits.count == (cut == .max ? 3 : 1))
      #expect(first.calls.count == (cut == 9 ? 0 : cut == 10 ? 1 : 3))
      #expect(first.outputs.count == (cut == .max ? 3 : 0))
    }
  }

  /// Without deferral instructions there are no rows of their chips, and none of their table.
  @Test func absentWhereUnused() throws {
    let run = try Run(Guest.executable([Guest.load(1, into: 5)]))
    let costs = SegmentCosts(key: run.key, programSlots: 7)
    let rows = costs.rows(run.plan.segments[0].heights)
    for chip in [Chip.deferralCall, .deferralOutput, .deferralCommit, .deferralBlock] { #expect(rows[chip.airID] == 0) }
    #expect(rows[MachineAIR.deferralHash] == 0)
    #expect(rows.count == MachineAIR.all.count)
  }

  /// The commitments to circuits are part of the commitment to the guest.
  @Test func circuitsArePartOfTheGuest() throws {
    let configuration = try MachineConfiguration.test()
    func commit(_ commits: [InnerDigest]) throws -> CommitBytes {
      try CommittedGuest(
        Guest.executable([]), deferralCommits: commits, configuration: configuration, workers: Workers(1)
      ).commit
    }
    let both = try commit(Guest.circuitCommits)
    #expect(try both != commit([]))
    #expect(try both != commit(Guest.circuitCommits.reversed()))
    #expect(try both != commit([Guest.circuitCommits[0]]))
    // An instruction for a circuit that is not there.
    #expect(throws: ExecutionError.self) {
      try CommittedGuest(
        Guest.executable(Guest.roundTrip(1, length: 0)), deferralCommits: [Guest.circuitCommits[0]],
        configuration: configuration, workers: Workers(1))
    }
  }
}
