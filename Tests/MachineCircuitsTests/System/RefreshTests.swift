import AIR
import Algebra
import Machine
import Testing

@testable import MachineCircuits

@Suite struct RefreshTests {
  typealias Row = RefreshColumns<BabyBear>
  static let name = "RefreshAIR"
  static let zero = Row(cells: Array(repeating: 0, count: Row.width))

  /// One refresh: of the count's register, from 0 to 4, before it is read at 5.
  static let world = SystemWorld(
    SmallSegment(
      HintStoreTests.program, memory: HintStoreTests.memory, hintWords: HintStoreTests.words, refreshAt: [5]),
    memory: HintStoreTests.memory)

  static func forged(_ change: (inout [Row]) -> Void) -> SystemWorld {
    world.forged { $0.forge(name, Row.self, change) }
  }

  /// A word with the given times, its limbs as they should be.
  static func row(from old: Int, to new: Int) -> Row {
    var row = zero
    (row.isValid, row.addressSpace, row.pointer, row.word) = (1, 2, 0x100, Word(9, 9, 9, 9))
    (row.oldTime, row.newTime) = (BabyBear(old), BabyBear(new))
    let mask: UInt32 = 1 << 17 - 1
    row.newTimeLow = BabyBear(row.newTime.canonical & mask)
    row.gapLow = BabyBear((row.newTime - row.oldTime - 1).canonical & mask)
    return row
  }

  /// Around p: a word that was never written comes and goes. `low` says how times of 2^29 and more are split.
  static func cycle(_ low: (BabyBear) -> BabyBear) -> SystemWorld {
    let stations = [0, 1 << 29, 2 << 29, 3 << 29, Int(BabyBear.modulus)]
    return forged { rows in
      for i in 0..<4 {
        var row = row(from: stations[i] + 100, to: stations[i + 1] + 100)
        if row.newTime.canonical >= 1 << 29 { row.newTimeLow = low(row.newTime) }
        rows.append(row)
      }
      while rows.count.nonzeroBitCount != 1 { rows.append(zero) }
    }
  }

  /// From 100 to 50 and, with an honest row, back.
  static func backwards(_ low: (BabyBear) -> BabyBear) -> SystemWorld {
    forged { rows in
      var back = row(from: 100, to: 50)
      back.gapLow = low(back.newTime - back.oldTime - 1)
      rows += [row(from: 50, to: 100), back]
      while rows.count.nonzeroBitCount != 1 { rows.append(zero) }
    }
  }

  static func low(_ time: BabyBear) -> BabyBear { BabyBear(time.canonical & (1 << 17 - 1)) }

  static var worlds: [(String, SystemWorld)] {
    [
      ("around p, by the high bits", cycle(low)), ("around p, by the low bits", cycle { $0 }),
      ("backwards, by the high bits", backwards(low)), ("backwards, by the low bits", backwards { $0 }),
      (
        "counts backwards",
        forged { rows in
          // Receives time 100 and sends 50; the other way is honest.
          var back = row(from: 50, to: 100)
          back.isValid = -1
          rows += [row(from: 50, to: 100), back]
          while rows.count.nonzeroBitCount != 1 { rows.append(zero) }
        }
      ),
    ]
  }

  @Test func everyWeakeningIsNoticed() {
    let result = Self.world.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    #expect(result.survivors == [])
  }

  /// The word, its address and its times are those of the access before and of the one after.
  @Test func rejectsChangedCells() {
    for column in 0..<Row.width {
      let world = Self.forged { rows in
        var cells = rows[0].cells
        cells[column] += 1
        rows[0] = Row(cells: cells)
      }
      #expect(world.findings().description != [], "column \(column)")
    }
  }

  @Test func acceptsGreatestTimes() throws {
    let greatest = 1 << 29 - 1
    let world = Self.forged { rows in
      rows.append(Self.row(from: 0, to: greatest))
    }.forged { world in
      let message = [2, 0x100, 9, 9, 9, 9] as [BabyBear]
      world.others[.init(bus: MachineBus.memory.index, fields: message + [0])] = 1
      world.others[.init(bus: MachineBus.memory.index, fields: message + [BabyBear(greatest)])] = -1
    }
    #expect(world.findings().description == [])
  }
}
