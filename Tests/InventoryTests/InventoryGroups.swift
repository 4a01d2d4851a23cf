import AIR
import Algebra
import COutriggerPlugin
import Keccak256Circuit
import PluginKit
import SHA256Circuit
import StarkVerifier

@testable import Deferral
@testable import MachineCircuits

extension Inventory {
  /// What there is.
  static func current() throws -> Inventory {
    Inventory(
      groups: [
        machine, try singleCall(), try batch(), try tables(),
        try plugin("SHA256", SHA256Circuit().airs.map { CompiledAIR($0) }),
        try plugin("Keccak256", Keccak256Circuit().airs.map { CompiledAIR($0) }),
        try plugin("SumOfSquares", try SumOfSquares.airs()),
      ])
  }

  static var machine: InventoryGroup {
    InventoryGroup(
      title: "The machine", text: "The AIRs of a segment's proof. No AIR has a preprocessed part.",
      airs: MachineAIR.all.map { CompiledAIR($0) })
  }

  static func singleCall() throws -> InventoryGroup {
    let (front, tables) = try host(logBatch: 0)
    return InventoryGroup(
      title: "The standard set, one call to a proof",
      text: "The host's AIR in front of a circuit with `outrigger.io/1` and `batch = 1`.", airs: front,
      neighbours: tables)
  }

  static func batch() throws -> InventoryGroup {
    let (front, tables) = try host(logBatch: 4)
    return InventoryGroup(
      title: "The standard set, many calls to a proof",
      text: "The same with `batch = 16`. With `batch = 2^k` the call tree has 43 + k columns.", airs: front,
      neighbours: tables)
  }

  static func tables() throws -> InventoryGroup {
    InventoryGroup(
      title: "The standard tables",
      text: """
        Behind a circuit's own AIRs, those that it names; with the standard set all but that of ranges in any case. Ids are
        counted from the first of them.
        """,
      airs: try host(logBatch: 0).tables)
  }

  /// The circuit of a plugin of the repository, whose AIRs stand behind the host's.
  static func plugin(_ name: String, _ airs: [CompiledAIR]) throws -> InventoryGroup {
    let (front, tables) = try host(logBatch: 0)
    return InventoryGroup(
      title: "Plugins/\(name)",
      text: "With one call to a proof; with batches ids are one more, since the call tree stands in front.", airs: airs,
      firstID: 1, neighbours: front + tables)
  }

  /// The host's AIRs around a circuit: in front, and the tables behind.
  static func host(logBatch: Int) throws -> (front: [CompiledAIR], tables: [CompiledAIR]) {
    let set = AIRSet(
      usesStandardIO: true, standardTables: Array(StandardTable.allCases), airs: [DescribedAIR(NothingAIR())])
    let circuit = try Deferral.DeferralCircuit(
      set: set, index: 0, logBatch: logBatch, parameters: try .app(logStackedHeight: 20))
    return (
      Array(circuit.airs[..<circuit.ownAIRs.lowerBound]), Array(circuit.airs[circuit.ownAIRs.upperBound...])
    )
  }
}

/// Says nothing.
private struct NothingAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: 1) }

  func evaluate(_ builder: AIRBuilder) { builder.assertZero("zero", builder.cells(.commonMain).local[0]) }
}
