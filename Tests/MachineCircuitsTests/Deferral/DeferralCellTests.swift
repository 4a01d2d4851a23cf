import AIR
import Algebra
import Hashing
import Machine
import Testing

@testable import MachineCircuits

/// No cell of a row with an instruction is the prover's to choose, but for those that are said to be.
@Suite struct DeferralCellTests {
  typealias World = DeferralWorld

  /// The columns of a part whose cells can be changed alone in row `row` without anybody noticing.
  static func freeColumns<C: AIRColumns>(
    _ world: SystemWorld, _ name: String, _ columns: C.Type, row: Int = 0
  ) -> [String] where C.T == BabyBear {
    let names = world.parts[name]?.air.columnNames[.commonMain] ?? []
    return (0..<C.width).filter { column in
      let changed = world.forged { world in
        world.forge(name, columns) { rows in
          var cells = rows[row].cells
          cells[column] += 1
          rows[row] = C(cells: cells)
        }
      }
      return changed.findings().isAccepted(without: [])
    }.map { $0 < names.count ? names[$0] : "\($0)" }
  }

  @Test func everyCellOfACallCounts() {
    let free = Self.freeColumns(DeferralCallTests.honest, DeferralCallTests.name, World.CallRow.self)
    #expect(free == [])
  }

  @Test func everyCellOfAnOutputCounts() {
    let world = DeferralOutputTests.honest
    #expect(Self.freeColumns(world, DeferralOutputTests.name, World.OutputRow.self) == [])
    for row in 0..<3 {
      #expect(Self.freeColumns(world, DeferralOutputTests.blockName, World.BlockRow.self, row: row) == [])
    }
  }

  @Test func everyCellOfACommitCounts() {
    #expect(Self.freeColumns(DeferralCommitTests.honest, DeferralCommitTests.name, World.CommitRow.self) == [])
    for row in 0..<2 {
      #expect(
        Self.freeColumns(DeferralCommitTests.honest, DeferralOutputTests.blockName, World.BlockRow.self, row: row) == []
      )
    }
    // Words of the tail that are not read.
    let short = DeferralCommitTests.world(length: 19).world
    #expect(
      Self.freeColumns(short, DeferralCommitTests.name, World.CommitRow.self)
        == (0..<4).map { "tail[1].bytes[\($0)]" } + ["times[5]"])
  }

  /// Nothing but CALL changes address space 4. The space of an access is a constant, or one of these.
  @Test func onlyCallReachesAccumulators() {
    var spaces: [String: Set<String>] = [:]
    for air in MachineAIR.all {
      let compiled = CompiledAIR(air)
      for interaction in compiled.dag.interactions where interaction.busIndex == MachineBus.memory.index {
        if case .constant(let space) = compiled.dag.nodes[interaction.message[0]] {
          spaces[compiled.name, default: []].insert("\(space.canonical)")
        } else {
          spaces[compiled.name, default: []].insert("expression")
        }
      }
    }
    #expect(spaces.filter { $0.value.contains("4") }.keys.map { $0 } == ["DeferralCallAIR"])
    // The boundary and refreshes have columns, and change no word; hints go to 1 and 2; REVEAL to 3, a store to 2.
    #expect(
      Set(spaces.filter { $0.value.contains("expression") }.keys) == [
        "PersistentBoundaryAIR", "RefreshAIR", "HintStoreAIR", "StorePartAIR",
      ])
  }
}
