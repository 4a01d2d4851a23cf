import AIR
import Algebra
import COutriggerPlugin
import Keccak256Circuit
import PluginKit
import SHA256Circuit

@testable import Deferral
@testable import MachineCircuits

extension Inventory {
  /// What there is.
  static func current() throws -> Inventory {
    Inventory(
      groups: [
        machine, singleCall, batch, tables, plugin("SHA256", SHA256Circuit().airs.map { CompiledAIR($0) }),
        plugin("Keccak256", Keccak256Circuit().airs.map { CompiledAIR($0) }),
        plugin("SumOfSquares", try SumOfSquares.airs()),
      ])
  }

  static var machine: InventoryGroup {
    InventoryGroup(
      title: "The machine", text: "The AIRs of a segment's proof. No AIR has a preprocessed part.",
      airs: MachineAIR.all.map { CompiledAIR($0) })
  }

  static var singleCall: InventoryGroup {
    InventoryGroup(
      title: "The standard set, one call to a proof",
      text: "The host's AIR in front of a circuit with `outrigger.io/1` and `batch = 1`.",
      airs: [CompiledAIR(InputOutputAIR(index: 0, isBatch: false))], neighbours: standardTables)
  }

  static var batch: InventoryGroup {
    let air = CallTreeAIR(index: 0, height: 4)
    var tree = CompiledAIR(air)
    tree.columnNames[.commonMain] = air.columnNames
    return InventoryGroup(
      title: "The standard set, many calls to a proof",
      text: "The same with `batch = 16`. With `batch = 2^k` the call tree has 43 + k columns.",
      airs: [tree, CompiledAIR(InputOutputAIR(index: 0, isBatch: true))], neighbours: standardTables)
  }

  static var standardTables: [CompiledAIR] {
    [
      CompiledAIR(Poseidon2AIR(.sponge(StandardBus.poseidon2))), CompiledAIR(BitwiseAIR(bus: StandardBus.bytes)),
      CompiledAIR(VariableRangeAIR(bus: StandardBus.range)),
    ]
  }

  static var tables: InventoryGroup {
    InventoryGroup(
      title: "The standard tables",
      text: "Behind a circuit's own AIRs, those that it names; with the standard set the first two in any case.",
      airs: standardTables)
  }

  /// The circuit of a plugin of the repository, whose AIRs stand behind the host's.
  static func plugin(_ name: String, _ airs: [CompiledAIR]) -> InventoryGroup {
    let host = [CompiledAIR(InputOutputAIR(index: 0, isBatch: false))] + standardTables
    return InventoryGroup(
      title: "Plugins/\(name)",
      text: "With one call to a proof; with batches ids are one more, since the call tree stands in front.", airs: airs,
      firstID: 1, neighbours: host)
  }
}
