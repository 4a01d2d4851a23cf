import AIR
import Algebra
import SampleCircuits
import Testing

@Suite struct BusCheckerTests {
  private static let bus = PermutationBus(4, "memory")

  private func instance(name: String, sends: Bool, _ columns: [[BabyBear]]) -> AIRInstance {
    let air = CompiledAIR(
      TestAIR(name: name, width: TraceWidth(commonMain: 3)) { builder in
        let x = builder.cells(.commonMain).local
        if sends {
          builder.send("writes", [x[1], x[2]], on: Self.bus, enabled: x[0])
        } else {
          builder.receive("reads", [x[1], x[2]], on: Self.bus, enabled: x[0])
        }
      })
    return AIRInstance(air: air, commonMain: FieldMatrix(columns: columns))
  }

  @Test func balancedBusesPass() throws {
    let sender = instance(name: "cpu", sends: true, [[1, 1, 0, 2], [5, 6, 9, 5], [1, 2, 9, 1]])
    let receiver = instance(name: "ram", sends: false, [[3, 1], [5, 6], [1, 2]])
    #expect(try TraceChecker([sender, receiver]).check().isSatisfied)
  }

  @Test func unbalancedMessagesShowBothSides() throws {
    let sender = instance(name: "cpu", sends: true, [[1, 1, 1, 1], [5, 6, 5, 8], [1, 2, 1, 8]])
    let receiver = instance(name: "ram", sends: false, [[1, 1, 1, 0], [5, 6, 7, 1], [1, 2, 7, 1]])
    let report = try TraceChecker([sender, receiver]).check()
    #expect(report.failingConstraintCount == 0)
    #expect(report.unbalancedMessageCount == 3)
    #expect(report.busImbalances.map(\.message) == [[5, 1], [8, 8], [7, 7]])
    #expect(report.busImbalances.map(\.balance) == [1, 1, -1])
    #expect(
      report.busImbalances[0].description == """
        bus 4 (memory): message (5, 1) has balance 1
          senders:
            AIR 0 cpu, row 0, interaction 0 "writes", count 1
            AIR 0 cpu, row 2, interaction 0 "writes", count 1
          receivers:
            AIR 1 ram, row 0, interaction 0 "reads", count -1
        """)
    #expect(report.busImbalances[2].description.contains("senders: none"))
    #expect(report.description.hasPrefix("0 failing constraints, 3 unbalanced messages\nbus 4"))
  }

  @Test func reportIsBoundedAndTheSameOnAnyNumberOfThreads() throws {
    let height = 1 << 13
    let rows = (0..<height).map { BabyBear($0 / 4) }
    let sender = instance(name: "cpu", sends: true, [Array(repeating: 1, count: height), rows, rows])
    let one = try TraceChecker([sender], limit: 3).checkBuses()
    #expect(one.unbalancedMessageCount == height / 4)
    #expect(one.busImbalances.map(\.message) == [[0, 0], [1, 1], [2, 2]])
    #expect(one.busImbalances[1].participantCount == 4)
    #expect(one.busImbalances[1].participants.map(\.row) == [4, 5, 6])
    #expect(one.busImbalances[1].description.hasSuffix("and 1 more"))
    #expect(try TraceChecker([sender], limit: 3, workers: Workers(4)).checkBuses() == one)
  }

  @Test func messagesOfDifferentLengthOrBusAreDifferent() throws {
    let air = CompiledAIR(
      TestAIR(width: TraceWidth(commonMain: 1)) { builder in
        let x = builder.cells(.commonMain).local[0]
        builder.push("a", bus: 1, message: [x], count: 1, countWeight: 1)
        builder.push("b", bus: 1, message: [x, 0], count: -1, countWeight: 1)
        builder.push("c", bus: 2, message: [x], count: -1, countWeight: 1)
      })
    let report = try TraceChecker([AIRInstance(air: air, commonMain: FieldMatrix(columns: [[0]]))]).check()
    #expect(report.unbalancedMessageCount == 3)
    #expect(report.busImbalances.map(\.bus) == [1, 1, 2])
  }

  // The lookup ring.

  private func ring(_ traces: [FieldMatrix]) -> [AIRInstance] {
    traces.enumerated().map { station, trace in
      AIRInstance(air: CompiledAIR(LookupAIR(station: station, of: traces.count)), commonMain: trace)
    }
  }

  @Test func lookupRingHasTheShapeOfTheBenchmark() {
    for station in 0..<4 {
      let air = CompiledAIR(LookupAIR(station: station))
      #expect(air.width == TraceWidth(commonMain: 50))
      #expect(air.dag.interactions.count == 26)
      #expect(air.maxConstraintDegree == 3)
      #expect(!air.needsRotation)
      #expect(air.unusedVariables.isEmpty)
    }
  }

  @Test func lookupRingBalances() throws {
    let traces = LookupTrace.generate(logHeight: 8, seed: 3)
    let report = try TraceChecker(ring(traces)).check()
    #expect(report.isSatisfied, "\(report)")
    // One station alone does not.
    #expect(try !TraceChecker([ring(traces)[0]]).checkBuses().isSatisfied)
  }

  @Test func lookupRingRejectsForgeries() throws {
    func report(_ forge: (FieldMatrix) -> Void) throws -> TraceReport {
      let traces = LookupTrace.generate(logHeight: 4, seed: 3)
      forge(traces[1])
      return try TraceChecker(ring(traces)).check()
    }
    func column(_ name: String) throws -> Int {
      try #require(CompiledAIR(LookupAIR(station: 1)).columnNames[.commonMain]?.firstIndex(of: name))
    }
    // A row that sends twice what the next station then misses once.
    let active = try column("isActive")
    let twice = try report { $0[row: 5, column: active] = 2 }
    #expect(twice.constraintFailures.map(\.constraint).contains("isActive is boolean"))
    #expect(twice.unbalancedMessageCount > 0)
    // A value that is no square.
    let value = try column("outgoing[3].value")
    let wrong = try report { $0[row: 0, column: value] += 1 }
    #expect(wrong.constraintFailures.map(\.constraint) == ["outgoing[3] is a square"])
    #expect(wrong.unbalancedMessageCount == 2)
    // A received record that nobody sent.
    let key = try column("incoming[7].key")
    let unsent = try report { $0[row: 9, column: key] += 1 }
    #expect(unsent.failingConstraintCount == 0)
    #expect(unsent.unbalancedMessageCount == 2)
    #expect(unsent.busImbalances.allSatisfy { $0.busDescription == "bus 0 (records of station 0)" })
    // A table row that is looked up less often than it says.
    let queries = try column("countQueries")
    let overcounted = try report { $0[row: 2, column: queries] = 2 }
    #expect(overcounted.unbalancedMessageCount == 1)
    #expect(overcounted.busImbalances.first?.busDescription == "bus 5 (table of station 1)")
    // An inactive row that serves as a table entry.
    let inactive = try report { $0[row: 2, column: active] = 0 }
    #expect(inactive.constraintFailures.map(\.constraint) == ["inactive rows are not looked up"])
  }
}
