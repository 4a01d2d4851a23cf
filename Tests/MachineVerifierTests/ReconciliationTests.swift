import AIR
import Algebra
import Hashing
import Machine
import MachineCircuits
import StarkProver
import StarkVerifier
import Testing

@testable import MachineVerifier

private struct OneColumn<T: Cell>: AIRColumns {
  var value: T
}

/// A circuit that lets the prover say anything: reconciliation must not depend on what circuits allow.
private struct AnyStatement: AIR {
  var publicValueCount: Int
  /// Tells circuits apart.
  var number: Int
  var isRequired: Bool { true }
  var width: TraceWidth { TraceWidth(commonMain: 1) }

  func evaluate(_ builder: AIRBuilder) {
    let value = builder.main(OneColumn<Expr>.self).local.value
    let sum = builder.publicValues.reduce(Expr(BabyBear(number))) { $0 + $1 }
    builder.assertEqual("sum", value, sum)
  }
}

@Suite struct ReconciliationTests {
  /// A circuit with a way to prove any statement.
  struct Circuit: Sendable {
    let key: DeferralVerifyingKey
    let number: Int
    let proving: ProvingKey<InnerConfiguration>

    init(number: Int, logBatch: Int) throws {
      let count = logBatch == 0 ? DeferralPublicValues.singleCount : DeferralPublicValues.batchCount
      proving = try ProvingKey.generate(
        airs: [AnyStatement(publicValueCount: count, number: number)],
        parameters: .test(lSkip: 2, nStack: 4, k: 2, queries: [2, 2]))
      key = DeferralVerifyingKey(stark: proving.verifyingKey, logBatch: logBatch)
      self.number = number
    }

    func prove(_ statement: [BabyBear]) throws -> Proof<InnerConfiguration> {
      let matrix = FieldMatrix(height: 4, width: 1)
      let value = statement.reduce(BabyBear(number)) { $0 + $1 }
      for row in 0..<4 { matrix[row: row, column: 0] = value }
      return try Prover(key: proving, workers: Workers(1)).prove(
        [AIRTrace(airID: 0, commonMain: matrix, publicValues: statement)])
    }

    /// A proof of one call with an unfolded input commitment.
    func single(_ call: RawCall, index: Int) throws -> DeferralBatch {
      DeferralBatch(proof: try prove(call.input.digest.elements + call.output.digest.elements + [BabyBear(index)]))
    }

    func batch(
      _ calls: [RawCall], index: Int, logBatch: Int? = nil, count: Int? = nil, root: InnerDigest? = nil
    ) throws -> DeferralBatch {
      let committed = calls.map(\.committed)
      let height = logBatch ?? key.logBatch
      let node = root ?? CallTree.root(committed, height: key.logBatch)
      let proof = try prove(node.elements + [BabyBear(count ?? calls.count), BabyBear(height), BabyBear(index)])
      return DeferralBatch(proof: proof, calls: committed)
    }
  }

  struct RawCall {
    var input: UnfoldedInputCommit
    var output: OutputCommit
    var committed: CommittedCall { CommittedCall(input: input.folded(), output: output) }

    init(index: Int, _ number: Int) {
      input = UnfoldedInputCommit(index: index, bytes: [UInt8(number), 1])
      output = OutputCommit(index: index, bytes: [UInt8](repeating: UInt8(number), count: 8))
    }
  }

  /// Circuit 0 proves single calls, circuit 1 batches of 4, circuit 2 is not called.
  static let circuits = Result {
    [try Circuit(number: 0, logBatch: 0), try Circuit(number: 1, logBatch: 2), try Circuit(number: 2, logBatch: 1)]
  }

  /// Memory with these accumulators, and other things elsewhere.
  static func memory(_ accumulators: [DeferralAccumulators], extra: [MemoryLeaf] = []) -> MemoryTree {
    var leaves = extra
    leaves.append(MemoryLeaf(addressSpace: AddressSpace.memory, label: 7, cells: .init(repeating: 5)))
    leaves.append(MemoryLeaf(addressSpace: AddressSpace.publicValues, label: 0, cells: .init(repeating: 9)))
    for (index, circuit) in accumulators.enumerated() {
      for (half, digest) in [circuit.input, circuit.output].enumerated() where digest != InnerConfiguration.emptyDigest
      {
        let elements = digest.elements
        leaves.append(
          MemoryLeaf(
            addressSpace: AddressSpace.deferral, label: UInt32(2 * index + half),
            cells: .init { elements[$0].canonical }))
      }
    }
    return MemoryTree(leaves)
  }

  /// A run with calls, and its proof.
  struct World {
    var keys: [DeferralVerifyingKey]
    var initial: MemoryTree
    var final: MemoryTree
    var deferrals: [DeferralProofs]
    var memoryProof: DeferralMemoryProof

    init(
      calls: [[RawCall]] = [[0, 1, 2].map { .init(index: 0, $0) }, (0..<6).map { .init(index: 1, $0) }, []],
      initial change: (inout [DeferralAccumulators]) -> Void = { _ in }, extra: [MemoryLeaf] = []
    ) throws {
      let circuits = try ReconciliationTests.circuits.get()
      keys = circuits.map(\.key)
      var accumulators = keys.map { DeferralAccumulators(circuitCommit: $0.circuitCommit) }
      change(&accumulators)
      initial = memory(accumulators)
      for (index, calls) in calls.enumerated() {
        for call in calls { accumulators[index].fold(call.committed) }
      }
      final = memory(accumulators, extra: extra)
      deferrals = []
      for (index, calls) in calls.enumerated() {
        let circuit = circuits[index]
        let size = 1 << circuit.key.logBatch
        deferrals.append(
          DeferralProofs(
            batches: try stride(from: 0, to: calls.count, by: size).map { start in
              circuit.key.logBatch == 0
                ? try circuit.single(calls[start], index: index)
                : try circuit.batch(Array(calls[start..<min(start + size, calls.count)]), index: index)
            }))
      }
      memoryProof = DeferralMemoryProof(initial: initial, final: final)
    }

    func check() throws(DeferralError) {
      let values = UserPublicValuesProof(values: [], commit: InnerConfiguration.emptyDigest, siblings: [])
      try Reconciliation(keys: keys).check(
        AppProof(segments: [], userPublicValues: values, deferrals: deferrals, deferralMemory: memoryProof),
        initialRoot: initial.root, finalRoot: final.root)
    }
  }

  @Test func acceptsZeroOneAndManyCalls() throws {
    try World().check()
    try World(calls: [[], [], []]).check()
    try World(calls: [[.init(index: 0, 1)], [.init(index: 1, 1)], [.init(index: 2, 1)]]).check()
    // One full batch, two full ones.
    try World(calls: [[], (0..<4).map { .init(index: 1, $0) }, []]).check()
    try World(calls: [[], (0..<8).map { .init(index: 1, $0) }, [.init(index: 2, 0), .init(index: 2, 1)]]).check()
  }

  @Test func acceptsARunWithoutCircuits() throws {
    var world = try World(calls: [[], [], []])
    world.keys = []
    world.deferrals = []
    #expect(throws: DeferralError.initialMemory) { try world.check() }
    world.initial = Self.memory([])
    world.final = world.initial
    world.memoryProof = DeferralMemoryProof(initial: world.initial, final: world.final)
    try world.check()
    // A guest that calls an index that there is no circuit for.
    world.final = Self.memory([DeferralAccumulators(circuitCommit: InnerDigest([1]))])
    world.memoryProof = DeferralMemoryProof(initial: world.initial, final: world.final)
    #expect(throws: DeferralError.finalMemory) { try world.check() }
  }

  @Test func rejectsDroppedRepeatedReorderedAndSwappedCalls() throws {
    for change: (inout World) -> Void in [
      { $0.deferrals[0].batches.removeLast() },
      { $0.deferrals[0].batches.removeFirst() },
      { $0.deferrals[0].batches.append($0.deferrals[0].batches[2]) },
      { $0.deferrals[0].batches.swapAt(0, 1) },
      { $0.deferrals[0].batches = [] },
      { $0.deferrals[1].batches.removeLast() },
      { $0.deferrals[1].batches.insert($0.deferrals[1].batches[0], at: 0) },
      { $0.deferrals[1].batches = [] },
    ] {
      var world = try World()
      change(&world)
      #expect(throws: DeferralError.finalMemory) { try world.check() }
    }
  }

  @Test func rejectsProofsOfOtherCircuitsIndicesInputsAndOutputs() throws {
    let circuits = try Self.circuits.get()
    var world = try World()
    // Of another circuit.
    world.deferrals[0].batches[0] = world.deferrals[1].batches[0]
    #expect { try world.check() } throws: { error in
      if case DeferralError.proof(index: 0, batch: 0, .proof) = error { true } else { false }
    }
    // Of another index.
    world = try World()
    world.deferrals[0].batches[1] = try circuits[0].single(.init(index: 0, 1), index: 1)
    #expect(throws: DeferralError.proof(index: 0, batch: 1, .index)) { try world.check() }
    world = try World()
    world.deferrals[1].batches[0] = try circuits[1].batch((0..<4).map { .init(index: 1, $0) }, index: 2)
    #expect(throws: DeferralError.proof(index: 1, batch: 0, .index)) { try world.check() }
    // Of another input, of an output that the run did not get.
    for change: (inout RawCall) -> Void in [
      { $0.input = RawCall(index: 0, 77).input }, { $0.output = RawCall(index: 0, 77).output },
    ] {
      world = try World()
      var call = RawCall(index: 0, 1)
      change(&call)
      world.deferrals[0].batches[1] = try circuits[0].single(call, index: 0)
      #expect(throws: DeferralError.finalMemory) { try world.check() }
    }
    // A list of calls beside single ones.
    world = try World()
    world.deferrals[0].batches[1].calls = [RawCall(index: 0, 1).committed]
    #expect(throws: DeferralError.proof(index: 0, batch: 1, .callsOfSingle)) { try world.check() }
  }

  @Test func rejectsBatchesThatAreNotTheCalls() throws {
    let circuit = try Self.circuits.get()[1]
    let calls = (0..<6).map { RawCall(index: 1, $0) }
    func expectFault(_ fault: DeferralProofError, batch: Int, _ batches: [DeferralBatch]) throws {
      var world = try World()
      world.deferrals[1].batches = batches
      #expect(throws: DeferralError.proof(index: 1, batch: batch, fault)) { try world.check() }
    }
    let full = try circuit.batch(Array(calls[0..<4]), index: 1)
    // Partly filled before the end, empty, too full.
    let part = try circuit.batch(Array(calls[0..<2]), index: 1)
    let rest = try circuit.batch(Array(calls[2..<6]), index: 1)
    var world = try World()
    world.deferrals[1].batches = [part, rest]
    #expect(throws: DeferralError.partlyFilled(index: 1, batch: 0, calls: 2)) { try world.check() }
    try expectFault(.batchSize(0), batch: 1, [full, try circuit.batch([], index: 1)])
    try expectFault(
      .batchSize(6), batch: 0,
      [try circuit.batch(calls, index: 1, root: CallTree.root(calls.map(\.committed), height: 2))])
    // A call hidden behind the number, and a number without a call.
    try expectFault(.callCount, batch: 1, [full, try circuit.batch(Array(calls[4..<6]), index: 1, count: 1)])
    try expectFault(.callCount, batch: 1, [full, try circuit.batch(Array(calls[4..<6]), index: 1, count: 3)])
    // Other calls than the tree's.
    var other = full
    other.calls.swapAt(0, 1)
    try expectFault(.callTree, batch: 0, [other])
    other = full
    other.calls[3] = calls[5].committed
    try expectFault(.callTree, batch: 0, [other])
    // A tree of another height.
    try expectFault(.treeHeight, batch: 0, [try circuit.batch(Array(calls[0..<4]), index: 1, logBatch: 3)])
  }

  @Test func rejectsOtherAccumulators() throws {
    // Wrong at the start: another circuit's commitment, an output accumulator that is not empty.
    var world = try World(initial: { $0[0].input = InnerDigest([1, 2, 3]) })
    #expect(throws: DeferralError.initialMemory) { try world.check() }
    world = try World(initial: { $0[1].output = InnerDigest([1]) })
    #expect(throws: DeferralError.initialMemory) { try world.check() }
    world = try World(initial: { $0.swapAt(0, 1) })
    #expect(throws: DeferralError.initialMemory) { try world.check() }

    // Opened from another root, or along another path.
    world = try World()
    world.memoryProof.finalSiblings = world.memoryProof.initialSiblings.reversed()
    #expect(throws: DeferralError.finalMemory) { try world.check() }
    world = try World()
    world.final = world.initial
    #expect(throws: DeferralError.finalMemory) { try world.check() }
    world = try World()
    world.memoryProof.initialSiblings.append(InnerConfiguration.emptyDigest)
    #expect(throws: DeferralError.pathLength(expected: 3, found: 4)) { try world.check() }

    // An index that was not called has changed.
    world = try World()
    world.deferrals[2].batches = []
    var accumulators = world.keys.map { DeferralAccumulators(circuitCommit: $0.circuitCommit) }
    accumulators[2].fold(RawCall(index: 2, 1).committed)
    var changed = try World(calls: [[], [], []])
    changed.final = Self.memory(accumulators)
    changed.memoryProof = DeferralMemoryProof(initial: changed.initial, final: changed.final)
    #expect(throws: DeferralError.finalMemory) { try changed.check() }

    // Cells beyond those of the circuits.
    for label: UInt32 in [6, 7, 8, 2047, 1 << 26 - 1] {
      var cells = [8 of UInt32](repeating: 0)
      cells[3] = 1
      world = try World(extra: [MemoryLeaf(addressSpace: AddressSpace.deferral, label: label, cells: cells)])
      #expect(throws: DeferralError.finalMemory) { try world.check() }
    }
  }

  @Test func rejectsKeysThatAreNone() throws {
    var world = try World()
    world.keys[0].logBatch = 2
    #expect(throws: DeferralError.key(index: 0, .publicValues(expected: 11, found: 17))) { try world.check() }
    world = try World()
    world.keys[1].logBatch = 0
    #expect(throws: DeferralError.key(index: 1, .publicValues(expected: 17, found: 11))) { try world.check() }
    world = try World()
    world.keys[1].logBatch = 17
    #expect(throws: DeferralError.key(index: 1, .batch(log: 17))) { try world.check() }
    world = try World()
    world.keys.removeLast()
    #expect(throws: DeferralError.circuitCount(expected: 2, found: 3)) { try world.check() }
  }

  @Test func fileFormsComeBack() throws {
    let world = try World()
    let values = UserPublicValuesProof(values: [], commit: InnerConfiguration.emptyDigest, siblings: [])
    let proof = AppProof(
      segments: [], userPublicValues: values, deferrals: world.deferrals, deferralMemory: world.memoryProof)
    let bytes = proof.encode()
    #expect(try AppProof(decoding: bytes) == proof)
    for length in stride(from: 24, to: bytes.count, by: 97) {
      #expect(throws: DecodeError.self) { try AppProof(decoding: Array(bytes[..<length])) }
    }
    let key = AppVerifyingKey(stark: world.keys[0].stark, publicValueBytes: 32, deferrals: world.keys)
    #expect(try AppVerifyingKey(decoding: key.encode()) == key)
  }
}
