import AIR
import Algebra
import CMachine
import Hashing
import Machine
import Testing

@testable import MachineCircuits

/// Worlds that the tests of the system AIRs share.
enum SmallWorlds {
  static let memory: [WordAddress: UInt32] = [
    WordAddress(1, 4 * 5): 0x0000_1000, WordAddress(1, 4 * 6): 3, WordAddress(2, 0x1000): 0x0102_0304,
    WordAddress(2, 0x0200_0000): 77,
  ]

  static let program = Program(
    base: 0x0020_0800,
    slots: [
      Instruction(.addImmediate, a: 4 * 7, b: 4 * 5, c: 5), Instruction(.phantom, a: 1, b: 2, c: 3),
      Instruction(.hintWord, b: 4 * 5), Instruction(.hintBuffer, a: 4 * 6, b: 4 * 5),
      Instruction(.addImmediate, a: 4 * 7, b: 4 * 7, c: -6), Instruction(.terminate, c: 9), nil, Instruction(.phantom),
      Instruction(.terminate),
    ])

  /// Everything, with two refreshes, up to the TERMINATE.
  static let complete: SystemWorld = {
    let segment = SmallSegment(
      program, memory: memory, hintWords: [0xdead_beef, 1, 0x8000_0000, 3],
      refreshAt: [8, 16])
    return SystemWorld(segment, memory: memory)
  }()

  /// Two instructions that touch no memory; the run goes on.
  static let untouched = SystemWorld(
    SmallSegment(
      Program(
        base: 0x0020_0800, slots: [Instruction(.phantom), Instruction(.phantom, c: 7), Instruction(.phantom)]),
      memory: memory, steps: 2),
    memory: memory)
}

@Suite struct SystemTracesTests {
  @Test func completeTracesSatisfyEverything() throws {
    for world in [SmallWorlds.complete, SmallWorlds.untouched] {
      let report = try TraceChecker(world.instances()).check()
      #expect(report.description == TraceReport().description)
      let findings = world.findings().description
      #expect(findings == [])
    }
  }

  /// The assembly counts the compressions that the rows look up.
  @Test func compressionsAreCounted() {
    for world in [SmallWorlds.complete, SmallWorlds.untouched] {
      let counts = world.findings().net(on: MachineBus.compression.index)
      let rows = world.traces.poseidon2.flatMap { trace in
        (0..<trace.height).filter { trace[row: $0, column: 282] != 0 }.map { (trace, $0) }
      }
      #expect(rows.count == counts.count)
      for (trace, row) in rows {
        let input = (0..<16).map { trace[row: row, column: $0] }
        #expect(counts.first { Array($0.key.prefix(16)) == input }?.value == trace[row: row, column: 282])
      }
    }
  }

  @Test func theWorldHasEverything() {
    let world = SmallWorlds.complete
    #expect(
      Set(world.parts.keys) == [
        "AddImmediateAIR", "ConnectorAIR", "PersistentBoundaryAIR", "MemoryMerkleAIR", "HintStoreAIR", "RefreshAIR",
        "PhantomAIR",
      ])
  }

  @Test func publicValuesAreThoseOfTheRun() {
    let ended = SmallWorlds.complete.traces
    #expect(ended.connectorPublicValues == [0x0020_0800, BabyBear(0x0020_0800 + 20), 9, 1])
    let suspended = SmallWorlds.untouched.traces
    #expect(suspended.connectorPublicValues == [0x0020_0800, BabyBear(0x0020_0800 + 8), 42, 0])
    let root = MemoryTree(SmallSegment.leaves(SmallWorlds.memory)).root
    #expect(suspended.merklePublicValues == root.elements + root.elements)
    #expect(ended.merklePublicValues.prefix(8) == root.elements[...])
    #expect(ended.merklePublicValues.suffix(8) != root.elements[...])
  }

  @Test(arguments: [
    CompiledAIR(ProgramAIR()), CompiledAIR(ConnectorAIR()), CompiledAIR(PhantomAIR()),
    CompiledAIR(PersistentBoundaryAIR()), CompiledAIR(MemoryMerkleAIR()), CompiledAIR(HintStoreAIR()),
    CompiledAIR(RefreshAIR()), CompiledAIR(Poseidon2AIR(.compressions(MachineBus.compression))),
    CompiledAIR(BitwiseAIR()), CompiledAIR(VariableRangeAIR()),
  ])
  func degreesAreWithinLimits(air: CompiledAIR) {
    #expect(air.maxConstraintDegree <= 3)
  }

  @Test func widthsAreThoseDocumented() {
    let airs: [(any AIR, Int, Int)] = [
      (ProgramAIR(), 1, 1), (ConnectorAIR(), 6, 5), (PhantomAIR(), 6, 3), (PersistentBoundaryAIR(), 21, 4),
      (MemoryMerkleAIR(), 32, 4), (HintStoreAIR(), 15, 11), (RefreshAIR(), 11, 6),
      (Poseidon2AIR(.compressions(MachineBus.compression)), 283, 1),
      (BitwiseAIR(), 10, 2), (VariableRangeAIR(), 4, 1),
    ]
    for (air, width, interactions) in airs {
      #expect(air.width.commonMain == width, "\(air.name)")
      #expect(compile(air).dag.interactions.count == interactions, "\(air.name)")
    }
  }

  private func compile(_ air: some AIR) -> CompiledAIR { CompiledAIR(air) }
}
