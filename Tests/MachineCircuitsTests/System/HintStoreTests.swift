import AIR
import Algebra
import CMachine
import Hashing
import Machine
import Testing

@testable import MachineCircuits

@Suite struct HintStoreTests {
  typealias Row = HintStoreColumns<BabyBear>
  static let name = "HintStoreAIR"

  /// A HINT_WORD to 0x1000, then a HINT_BUFFER of three words to 0x1000, and no more. No refreshes.
  /// Rows: head, word, head, word, word, word, padding, padding.
  static let memory: [WordAddress: UInt32] = [
    WordAddress(1, 4 * 5): 0x0000_1000, WordAddress(1, 4 * 6): 3, WordAddress(1, 4 * 7): 0x0000_2000,
    WordAddress(2, 0x1000): 0x0102_0304,
  ]
  static let program = Program(
    base: 0x0020_0800,
    slots: [Instruction(.hintWord, b: 4 * 5), Instruction(.hintBuffer, a: 4 * 6, b: 4 * 5), Instruction(.terminate)])
  static let words: [UInt32] = [0xdead_beef, 0x0a0b_0c0d, 0x8000_0001, 0xff00_00ff]
  static func segment(_ program: Program = program, steps: Int = .max) -> SmallSegment {
    SmallSegment(program, memory: memory, hintWords: words, steps: steps)
  }
  static let world = SystemWorld(segment(), memory: memory)

  static func forged(_ world: SystemWorld = world, _ change: (inout [Row]) -> Void) -> SystemWorld {
    world.forged { $0.forge(name, Row.self, change) }
  }

  /// The world in which memory ends as `words` say: address, word, time. Everything but the chip's own rows fits.
  static func world(
    _ segment: SmallSegment = segment(), ending words: [(WordAddress, [UInt32], UInt32)],
    _ change: (inout [Row]) -> Void
  ) -> SystemWorld {
    var segment = segment
    for (address, cells, time) in words {
      var place = segment.touchedLeaves.firstIndex {
        $0.addressSpace == address.space && $0.label == address.pointer / 8
      }
      if place == nil {
        let leaf = SmallSegment.leaves(memory).first {
          $0.addressSpace == address.space && $0.label == address.pointer / 8
        }
        let cells = leaf?.cells ?? .init(repeating: 0)
        segment.touchedLeaves.append(
          TouchedLeaf(
            addressSpace: address.space, label: address.pointer / 8, initial: cells, final: cells, times: [0, 0]))
        segment.touchedLeaves.sort { ($0.addressSpace, $0.label) < ($1.addressSpace, $1.label) }
        place = segment.touchedLeaves.firstIndex {
          $0.addressSpace == address.space && $0.label == address.pointer / 8
        }
      }
      guard let place else { continue }
      let half = Int(address.pointer / 4 % 2)
      for i in 0..<4 { segment.touchedLeaves[place].final[4 * half + i] = cells[i] }
      segment.touchedLeaves[place].times[half] = time
    }
    return forged(SystemWorld(segment, memory: memory), change)
  }

  static func cells(_ word: UInt32) -> [UInt32] { (0..<4).map { word >> UInt32(8 * $0) & 255 } }

  static var worlds: [(String, SystemWorld)] {
    let nothing = [UInt32](repeating: 0, count: 4)
    // The words as they are: times 3 (HINT_WORD), 6, 9 and 12.
    let (first, second, third) = (WordAddress(2, 0x1000), WordAddress(2, 0x1004), WordAddress(2, 0x1008))
    return [
      ("single that takes back a buffer", takingBack),
      ("buffer that takes back a single", takingBackSingle),
      (
        "word of no instruction",
        world(ending: [(WordAddress(2, 0x2000), [1, 2, 3, 4], 60)]) { rows in
          rows.append(contentsOf: Array(rows[6...]))
          // Two more rows make ten; sixteen are a power of two.
          while rows.count < 16 { rows.append(rows[6]) }
          (rows[6].rest, rows[6].time) = (1, 60)
          rows[7].isWord = 1
          (rows[7].rest, rows[7].time, rows[7].address) = (0, 60, 0x2000)
          rows[7].payload = [1, 2, 3, 4]
        }
      ),
      (
        "instruction without its word",
        world(ending: [(first, cells(words[1]), 6)]) { rows in
          rows[1] = Row(cells: Array(repeating: 0, count: Row.width))
          rows[1].address = 0x1000
          rows[3].old = Word(0x0102_0304)
          rows[3].oldTime = 0
        }
      ),
      (
        "buffer stops early",
        world(ending: [(third, nothing, 0)]) { rows in
          rows[5] = Row(cells: Array(repeating: 0, count: Row.width))
        }
      ),
      (
        "buffer counts down faster",
        world(ending: [(third, nothing, 0)]) { rows in
          rows[5] = Row(cells: Array(repeating: 0, count: Row.width))
          rows[4].rest = 0
        }
      ),
      (
        "first word elsewhere",
        world(
          ending: [(second, nothing, 0), (third, nothing, 0), (first, cells(words[0]), 3)]
            + (0..<3).map { (WordAddress(2, 0x3000 + 4 * $0), cells(words[1 + Int($0)]), 6 + 3 * $0) }
        ) { rows in
          for i in 3..<6 {
            rows[i].address = BabyBear(0x3000 + 4 * (i - 3))
            rows[i].old = Word(0)
            rows[i].oldTime = 0
          }
        }
      ),
      (
        "later word elsewhere",
        world(ending: [(third, nothing, 0), (WordAddress(2, 0x3000), cells(words[3]), 12)]) { rows in
          rows[5].address = 0x3000
        }
      ),
      (
        "word at another time",
        world(ending: [(third, cells(words[3]), 500)]) { rows in rows[5].time = 500 }
      ),
      (
        "two words for one",
        twoForOne
      ),
      ("instruction that is not there", notThere),
      (
        "pointer from the future",
        // The pointer's register: HINT_BUFFER at 4 before HINT_WORD at 1.
        world(ending: [(WordAddress(1, 20), cells(0x1000), 1)]) { rows in
          rows[2].oldTime = 0
          rows[0].oldTime = 4
        }
      ),
      ("count from the future", countFromTheFuture),
      (
        "word bytes 0, 1",
        world(ending: [(third, [255 + 256, 0, 0, 255], 12)]) { rows in rows[5].payload[0] += 256 }
      ),
      (
        "word bytes 2, 3",
        world(ending: [(third, [255, 0, 0, 255 + 256], 12)]) { rows in rows[5].payload[3] += 256 }
      ),
    ]
  }

  /// A row with `isSingle = -1` and `isBuffer = 1` is no head, but reads a count: here at any time.
  static var takingBack: SystemWorld {
    var memory = memory
    memory[WordAddress(1, 4 * 8)] = 1
    var segment = SmallSegment(program, memory: memory, hintWords: words)
    segment.touchedLeaves.append(
      TouchedLeaf(
        addressSpace: 1, label: 4, initial: [1, 0, 0, 0, 0, 0, 0, 0], final: [1, 0, 0, 0, 0, 0, 0, 0], times: [51, 0]))
    segment.touchedLeaves.sort { ($0.addressSpace, $0.label) < ($1.addressSpace, $1.label) }
    return forged(SystemWorld(segment, memory: memory)) { rows in
      (rows[6].isSingle, rows[6].isBuffer) = (-1, 1)
      (rows[6].time, rows[6].rest) = (50, 1)
      rows[6].head = (pc: 0, countPointer: 32, countTime: 0, countHigh: 0)
    }
  }

  /// The same with the signs exchanged: the word goes back in time, from 0 to -1.
  static var takingBackSingle: SystemWorld {
    takingBack.forged { world in
      world.forge("PersistentBoundaryAIR", PersistentBoundaryColumns<BabyBear>.self) { rows in
        for i in rows.indices where rows[i].direction == -1 && rows[i].addressSpace == 1 && rows[i].label == 4 {
          rows[i].times[0] = -1
        }
      }
      world.forge(name, Row.self) { rows in
        (rows[6].isSingle, rows[6].isBuffer) = (1, -1)
        (rows[6].time, rows[6].head.countTime) = (-1, -1)
      }
    }
  }

  /// HINT_WORD writes two words.
  static var twoForOne: SystemWorld {
    let program = Program(base: 0x0020_0800, slots: [Instruction(.hintWord, b: 4 * 5), Instruction(.terminate)])
    var segment = SmallSegment(program, memory: memory, hintWords: words)
    segment.finalTimestamp = 7
    for i in segment.touchedLeaves.indices where segment.touchedLeaves[i].addressSpace == 2 {
      segment.touchedLeaves[i].times[1] = 6
      segment.touchedLeaves[i].final[4] = 9
    }
    return forged(SystemWorld(segment, memory: memory)) { rows in
      rows = rows + [rows[1], Row(cells: Array(repeating: 0, count: Row.width))]
      while rows.count < 4 { rows.append(Row(cells: Array(repeating: 0, count: Row.width))) }
      rows[0].rest = 2
      rows[1].rest = 1
      rows[2] = rows[1]
      rows[2].rest = 0
      (rows[2].address, rows[2].time) = (0x1004, 6)
      (rows[2].old, rows[2].oldTime, rows[2].payload) = (Word(0), 0, [9, 0, 0, 0])
    }
  }

  /// The program has something else there.
  static var notThere: SystemWorld {
    world.forged { world in
      var slots = program.slots
      slots[1] = Instruction(.phantom)
      world.program = Program(base: program.base, slots: slots)
    }
  }

  /// The count is read at 5 and was last accessed at 9, where a refresh has put it from 0.
  static var countFromTheFuture: SystemWorld {
    let refreshed = SmallSegment(program, memory: memory, hintWords: words, refreshAt: [5])
    var segment = refreshed
    for i in segment.touchedLeaves.indices
    where segment.touchedLeaves[i].addressSpace == 1 && segment.touchedLeaves[i].label == 3 {
      segment.touchedLeaves[i].times[0] = 5
    }
    return SystemWorld(segment, memory: memory).forged { world in
      world.forge("RefreshAIR", RefreshColumns<BabyBear>.self) { rows in
        rows[0].newTime = 9
        (rows[0].newTimeLow, rows[0].gapLow) = (9, 8)
      }
      world.forge(name, Row.self) { rows in rows[2].head.countTime = 9 }
    }
  }

  @Test func everyWeakeningIsNoticed() {
    let result = Self.world.survivors(of: Self.name, Self.worlds)
    #expect(result.useless == [])
    // Each is said to be superfluous in the AIR, given the other.
    #expect(
      result.survivors == [
        "\(Self.name) without constraint isWord is boolean", "\(Self.name) without constraint one kind of row",
      ])
  }
}

// What section 9.2 of chapter 20 lists.
extension HintStoreTests {
  static func findings(of change: (inout [Row]) -> Void) -> [String] { forged(world, change).findings().description }

  /// Runs that are cut, begin in the middle or have no head.
  @Test func rejectsBrokenRuns() {
    let zero = Row(cells: Array(repeating: 0, count: Row.width))
    let changes: [(inout [Row]) -> Void] = [
      { $0[0] = zero }, { $0[2] = zero }, { $0[4] = zero },
      { rows in rows.swapAt(3, 4) },
      { rows in rows[2].isBuffer = 0 }, { $0[0].isWord = 1 }, { $0[3].rest += 1 }, { $0[2].rest += 1 },
    ]
    for change in changes { #expect(Self.findings(of: change) != []) }
  }

  /// A run may go on from the last row to the first.
  @Test func acceptsRunAcrossTheEnd() {
    #expect(Self.findings { rows in rows = Array(rows[4...]) + Array(rows[..<4]) } == [])
  }

  /// A count of 1024 or more, a pointer of 2^29 or more: nothing but the limit is against them.
  @Test func rejectsLimits() {
    for (count, pointer) in [(UInt32(1024), UInt32(0x1000)), (3, 1 << 29), (3, 0xffff_fff0)] {
      let memory: [WordAddress: UInt32] = [WordAddress(1, 20): pointer, WordAddress(1, 24): count]
      let segment = SmallSegment(
        Program(base: 0, slots: [Instruction(.hintBuffer, a: 24, b: 20), Instruction(.terminate)]), memory: memory,
        hintWords: Array(repeating: 7, count: Int(count)))
      let counts = LookupCounts()
      let trace = HintStoreTrace.make(segment.hints, program: segment.program, counts: counts, workers: Workers(1))
      let head = RowValues(CompiledAIR(HintStoreAIR()), trace: trace, row: 0)
      let limits = head.interactions.first { $0.bus == MachineBus.bytes.index && $0.count == 1 }
      #expect(limits?.message.contains { $0.canonical > 255 } == true)
    }
  }

  @Test func acceptsGreatestCount() throws {
    let memory: [WordAddress: UInt32] = [WordAddress(1, 20): 0x1ffe_0000, WordAddress(1, 24): 1023]
    let segment = SmallSegment(
      Program(base: 0, slots: [Instruction(.hintBuffer, a: 24, b: 20), Instruction(.terminate)]), memory: memory,
      hintWords: (0..<1023).map { $0 &* 0x9e37_79b9 })
    let world = SystemWorld(segment, memory: memory)
    #expect(world.findings().description == [])
    let report = try TraceChecker(world.instances()).check()
    #expect(report.description == TraceReport().description)
  }
}
