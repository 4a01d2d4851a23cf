import AIR
import Algebra
import Machine
import Testing

@testable import MachineCircuits

@Suite struct ConnectorTests {
  typealias Row = ConnectorColumns<BabyBear>
  static let name = "ConnectorAIR"
  static let start = BabyBear(0x0020_0800)

  /// No instruction: the state does not change.
  static let idle = SystemWorld(
    SmallSegment(Program(base: 0x0020_0800, slots: [Instruction(.phantom)]), steps: 0), memory: [:])

  static func forged(
    _ world: SystemWorld, publicValues: [Int: BabyBear] = [:], _ change: (inout [Row]) -> Void = { _ in }
  ) -> SystemWorld {
    world.forged { world in
      world.forge(name, Row.self, change)
      for (index, value) in publicValues { world.parts[name]?.publicValues[index] = value }
    }
  }

  static var worlds: [(String, SystemWorld)] {
    let (complete, untouched) = (SmallWorlds.complete, SmallWorlds.untouched)
    let success: [Int: BabyBear] = [ConnectorPublicValue.exitCode: 0, ConnectorPublicValue.isTerminate: 1]
    return [
      (
        "one row, no beginning",
        forged(idle, publicValues: success) { rows in rows = [rows[1]] }
      ),
      (
        "one row, no end",
        forged(idle, publicValues: success) { rows in
          rows = [rows[0]]
          rows[0].isTerminate = 0
        }
      ),
      (
        "a row takes back the look-up of TERMINATE",
        forged(idle, publicValues: success) { rows in
          var row = rows[0]
          row.isTerminate = 1
          row.exitCode = 0
          row.timestampLow = 1
          rows = (0..<4).map { index in
            row.isBegin = [1, -1, 0, 0][index]
            return row
          }
        }
      ),
      ("another beginning", forged(untouched, publicValues: [ConnectorPublicValue.initialPC: start + 4])),
      ("another end", forged(untouched, publicValues: [ConnectorPublicValue.finalPC: start + 4])),
      ("ended by claim", forged(untouched, publicValues: success)),
      ("another exit code", forged(complete, publicValues: [ConnectorPublicValue.exitCode: 0])),
      (
        "ends twice",
        forged(complete, publicValues: [ConnectorPublicValue.isTerminate: 2]) { rows in rows[1].isTerminate = 2 }
      ),
      (
        "starts before time 0",
        forged(untouched) { rows in
          rows[0].state.timestamp = -1
          rows[1].state.timestamp = 1
          rows[1].timestampLow = 1
        }.forged { world in
          world.forge("PhantomAIR", PhantomColumns<BabyBear>.self) { rows in
            for i in 0..<2 { rows[i].state.timestamp -= 2 }
          }
        }
      ),
      (
        "too long, low bits",
        tooLong { rows in rows[1].timestampLow = rows[1].state.timestamp }
      ),
      ("too long, high bits", tooLong { rows in rows[1].timestampLow = 5 }),
      (
        "ends where there is no TERMINATE",
        forged(untouched, publicValues: success) { rows in
          rows[1].isTerminate = 1
          rows[1].exitCode = 0
        }
      ),
    ]
  }

  /// As if `2^29` more phantoms went around in a circle.
  static func tooLong(_ change: (inout [Row]) -> Void) -> SystemWorld {
    forged(untouchedAfterLoop, change)
  }

  private static var untouchedAfterLoop: SystemWorld {
    forged(SmallWorlds.untouched) { rows in rows[1].state.timestamp = BabyBear(1 << 29 + 5) }.forged { world in
      let execution = MachineBus.execution.index
      world.others[.init(bus: execution, fields: [start + 8, 3])] = -1
      world.others[.init(bus: execution, fields: [start + 8, BabyBear(1 << 29 + 5)])] = 1
    }
  }

  @Test func everyWeakeningIsNoticed() {
    let result = SmallWorlds.complete.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    #expect(result.survivors == [])
  }
}

@Suite struct PhantomTests {
  typealias Row = PhantomColumns<BabyBear>
  static let name = "PhantomAIR"

  static var worlds: [(String, SystemWorld)] {
    [
      (
        "backwards",
        ConnectorTests.forged(
          SmallWorlds.untouched,
          publicValues: [ConnectorPublicValue.initialPC: ConnectorTests.start + 4, 1: ConnectorTests.start]
        ) { rows in
          rows[0].state.pc = ConnectorTests.start + 4
          rows[1].state = ExecutionState(pc: ConnectorTests.start, timestamp: 0)
          rows[1].timestampLow = 0
        }.forged { world in
          world.forge(name, Row.self) { rows in
            rows = [rows[0]]
            rows[0].isValid = -1
            rows[0].state.timestamp = 0
          }
        }
      ),
      (
        "beyond the program",
        ConnectorTests.forged(
          SmallWorlds.untouched, publicValues: [ConnectorPublicValue.finalPC: ConnectorTests.start + 16]
        ) { rows in
          rows[1].state = ExecutionState(pc: ConnectorTests.start + 16, timestamp: 5)
          rows[1].timestampLow = 5
        }.forged { world in
          world.forge(name, Row.self) { rows in
            rows.append(rows[0])
            rows[2].state = ExecutionState(pc: ConnectorTests.start + 8, timestamp: 3)
            rows.append(rows[0])
            rows[3].state = ExecutionState(pc: ConnectorTests.start + 12, timestamp: 4)
          }
        }
      ),
    ]
  }

  @Test func everyWeakeningIsNoticed() {
    let result = SmallWorlds.untouched.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    #expect(result.survivors == [])
  }

  /// A number of times other than once.
  @Test func rejectsCountTwo() {
    let world = SmallWorlds.untouched.forged { world in
      world.forge(Self.name, Row.self) { rows in rows[0].isValid = 2 }
    }
    let findings = world.findings().description
    #expect(findings.contains("PhantomAIR without constraint isValid is boolean"))
  }
}

@Suite struct ProgramTests {
  static func report(_ change: (inout AIRInstance) -> Void) throws -> TraceReport {
    var instances = SmallWorlds.complete.instances()
    let place = try #require(instances.firstIndex { $0.air.name == "ProgramAIR" })
    change(&instances[place])
    return try TraceChecker(instances).checkBuses()
  }

  @Test func rowsAreTheInstructions() {
    let slots: [Instruction?] = [
      Instruction(.phantom, c: 3), nil, Instruction(.addImmediate, a: 4, b: 8, c: -1), nil, nil,
      Instruction(.terminate, c: 0), nil,
    ]
    let program = Program(base: 64, slots: slots)
    let cached = ProgramTrace.cached(program)
    let rows = (0..<cached.height).map { row in (0..<9).map { cached[row: row, column: $0] } }
    #expect(
      rows == [
        [64, 1, 0, 0, 3, 0, 0, 0, 0], [72, 0x201, 4, 8, -1, 0, 0, 0, 0], [84, 0, 0, 0, 0, 0, 0, 0, 0],
        [92, 0, 0, 0, 1, 0, 0, 0, 0],
      ])
    let counts = ProgramTrace.counts([5, 0, 6, 0, 0, 1, 0], of: program)
    #expect((0..<4).map { counts[row: $0, column: 0] } == [5, 6, 1, 0])
  }

  @Test func rejectsOtherFrequency() throws {
    let counts = SmallWorlds.complete.traces.program
    for change in [1, -1] as [BabyBear] {
      let report = try Self.report { instance in
        instance.commonMain = FieldMatrix(columns: [Array(counts.column(0))])
        instance.commonMain[row: 1, column: 0] += change
      }
      #expect(!report.isSatisfied)
    }
  }

  @Test func rejectsOtherInstruction() throws {
    for column in 0..<9 {
      let report = try Self.report { instance in
        instance.cachedMains = [ProgramTrace.cached(SmallWorlds.program)]
        instance.cachedMains[0][row: 0, column: column] += 1
      }
      #expect(report.busImbalances.contains { $0.bus == MachineBus.program.index }, "column \(column)")
    }
  }
}
