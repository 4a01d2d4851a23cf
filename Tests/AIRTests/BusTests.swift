import AIR
import Algebra
import Testing

@Suite struct BusTests {
  private struct Message<T: Cell>: AIRColumns {
    var address: T
    var data: [2 of T]
  }

  private func interactions(_ body: @escaping @Sendable (AIRBuilder, [Expr]) -> Void) -> (
    nodes: [ConstraintNode], interactions: [Interaction]
  ) {
    let air = CompiledAIR(TestAIR { body($0, $0.cells(.commonMain).local) })
    return (air.dag.nodes, air.dag.interactions)
  }

  @Test func lookupBusCountsAndWeights() {
    let bus = LookupBus(7, "bytes")
    let found = interactions { builder, x in
      builder.lookUp("query", [x[0]], in: bus, enabled: x[1])
      builder.provide("table", [x[0]], in: bus, count: x[1])
    }
    #expect(found.nodes == [column(0), column(1), .neg(1, degree: 1)])
    #expect(
      found.interactions == [
        Interaction(message: [0], count: 1, busIndex: 7, countWeight: 1),
        Interaction(message: [0], count: 2, busIndex: 7, countWeight: 0),
      ])
  }

  @Test func permutationBusCountsAndWeights() {
    let bus = PermutationBus(3, "memory")
    let found = interactions { builder, x in
      builder.send("send", [x[0]], on: bus, enabled: x[1])
      builder.receive("receive", [x[0]], on: bus, enabled: x[1])
      builder.interact("either", [x[0]], on: bus, direction: x[2])
      builder.send("always", [x[0]], on: bus)
      builder.receive("always back", [x[0]], on: bus)
    }
    #expect(
      found.nodes
        == [column(0), column(1), .neg(1, degree: 1), column(2), .constant(1), .constant(-1)])
    #expect(found.interactions.map(\.count) == [1, 2, 3, 4, 5])
    #expect(found.interactions.allSatisfy { $0.countWeight == 1 && $0.busIndex == 3 && $0.message == [0] })
  }

  @Test func messagesCanBeStructs() {
    let found = interactions { builder, x in
      builder.send("s", Message(address: x[3], data: [x[1], x[0]]), on: PermutationBus(1, "b"))
    }
    #expect(found.nodes.prefix(3) == [column(3), column(1), column(0)])
    #expect(found.interactions.first?.message == [0, 1, 2])
  }

  @Test func columnStructsHaveNames() {
    #expect(Message<BabyBear>.width == 3)
    let row = Message<BabyBear>(address: 1, data: [2, 3])
    #expect(row.columnNames == ["address", "data[0]", "data[1]"])
    #expect(row.cells == [1, 2, 3])
    #expect(Message<BabyBear>(cells: [4, 5, 6]).data[1] == 6)
  }
}
