import AIR
import Algebra
import Machine
import Testing

@testable import MachineCircuits

/// What a table provides, row by row, and which constraints fail.
struct TableWorld {
  let air: CompiledAIR
  var failing: Set<String> = []
  /// Messages by interaction.
  var provided: [[BabyBear]: BabyBear] = [:]

  init(_ air: some AIR, _ rows: [[BabyBear]]) {
    self.air = CompiledAIR(air)
    let trace = FieldMatrix(rowMajor: rows.flatMap { $0 }, width: rows[0].count)
    for row in rows.indices {
      let values = RowValues(self.air, trace: trace, row: row)
      for (index, value) in values.constraints.enumerated() where value != 0 {
        failing.insert(self.air.constraintNames[index].joined(separator: ", "))
      }
      for sent in values.interactions { provided[sent.message, default: 0] += -sent.count }
    }
  }
}

@Suite struct VariableRangeTests {
  /// `value, bits, power` with one look-up, on the last row none.
  static func rows(_ rows: [(BabyBear, BabyBear, BabyBear)]) -> [[BabyBear]] {
    rows.enumerated().map { [$1.0, $1.1, $1.2, $0 == rows.count - 1 ? 0 : 1] }
  }

  /// Continues from a row to `(0, last, ..)`: values grow to the power and bits grow then, as they should.
  static func count(from first: (BabyBear, BabyBear, BabyBear), to last: BabyBear) -> [(BabyBear, BabyBear, BabyBear)] {
    var rows = [first]
    while let (value, bits, power) = rows.last, bits != last {
      rows.append(value == power - 1 ? (0, bits + 1, 2 * power) : (value + 1, bits, power))
    }
    return rows
  }

  static func isTrue(_ message: [BabyBear], maxBits: Int) -> Bool {
    message[1].canonical <= UInt32(maxBits) && message[0].canonical >> message[1].canonical == 0
  }

  @Test func holdsExactlyTheValues() {
    let tally = LookupTally()
    for bits in 0...MachineLimits.nearBits { tally.range(UInt32(1) << UInt32(bits) - 1, bits: bits) }
    let trace = VariableRangeTrace.make(tally, maxBits: 5, workers: Workers(2))
    let rows = (0..<trace.height).map { row in (0..<4).map { trace[row: row, column: $0] } }
    let world = TableWorld(VariableRangeAIR(maxBits: 5), rows)
    #expect(world.failing == [])
    #expect(world.provided.count == 64)
    for (message, count) in world.provided {
      #expect(Self.isTrue(message, maxBits: 5) || message == [0, 6] && count == 0)
      let isLookedUp = message[1].canonical < 6 && message[0].canonical == 1 << message[1].canonical - 1
      #expect(count == (isLookedUp ? 1 : 0), "\(message)")
    }
  }

  /// By the constraint that alone forbids it.
  static let forgeries: [(String, Int, [[BabyBear]])] = [
    ("starts with value 0", 3, rows(count(from: (-16, 0, 1), to: 4))),
    ("starts with 0 bits", 3, rows(count(from: (0, -1, 1), to: 4))),
    ("starts with 2^0", 3, rows(count(from: (0, 0, 17), to: 4))),
    ("bits grow by at most 1", 2, rows([(0, 0, 1), (1, 0, 1), (2, 0, 1), (0, 3, 4)])),
    ("power doubles with each bit", 1, rows([(0, 0, 1), (1, 0, 1), (0, 1, 3), (0, 2, 4)])),
    ("next row", 1, rows([(0, 0, 1), (5, 0, 1), (0, 1, 2), (0, 2, 4)])),
    ("values start with 0", 1, rows([(0, 0, 1), (1, 0, 1), (1, 1, 2), (0, 2, 4)])),
    ("ends with value 0", 1, rows([(0, 0, 1), (0, 1, 2), (1, 1, 2)] + (0..<13).map { (BabyBear($0), 2, 4) })),
    ("ends beyond the last bits", 3, rows(count(from: (0, 0, 1), to: 6))),
    ("last row is not looked up", 3, rows(count(from: (0, 0, 1), to: 4)).map { $0.dropLast() + [1] }),
  ]

  @Test func everyConstraintIsNeeded() {
    var needed: Set<String> = []
    for (name, maxBits, rows) in Self.forgeries {
      let world = TableWorld(VariableRangeAIR(maxBits: maxBits), rows)
      #expect(world.failing == [name])
      #expect(rows.count.nonzeroBitCount == 1)
      let isFalse = world.provided.contains { $0.value != 0 && !Self.isTrue($0.key, maxBits: maxBits) }
      #expect(isFalse, "\(name) forbids nothing that is wrong")
      needed.formUnion(world.failing)
    }
    #expect(needed == Set(CompiledAIR(VariableRangeAIR()).constraintNames.flatMap { $0 }))
  }
}

@Suite struct BitwiseTests {
  @Test func holdsExactlyTheBytes() {
    let tally = LookupTally()
    for x in 0..<256 {
      for y in 0..<256 {
        for _ in 0..<(x % 3 + y % 2) { tally.bytes(UInt32(x), UInt32(y)) }
        if (x + y) % 5 == 0 { tally.xor(UInt32(x), UInt32(y)) }
      }
    }
    let trace = BitwiseTrace.make(tally)
    let byte = (0..<BitwiseTrace.height).map { row in
      (0..<8).reduce(0) { $0 + (trace[row: row, column: $1] == 1 ? 1 << $1 : 0) }
    }
    var seen = Set<Int>()
    for row in byte.indices {
      let (x, y) = (byte[row], byte[(row + 1) % byte.count])
      #expect(BitwiseTrace.row(of: x, y) == row)
      #expect(trace[row: row, column: 8] == BabyBear(x % 3 + y % 2))
      #expect(trace[row: row, column: 9] == ((x + y) % 5 == 0 ? 1 : 0))
      seen.insert(x << 8 | y)
    }
    #expect(seen.count == 1 << 16)
  }

  static func row(_ byte: Int, bytes: Int = 0, xors: Int = 0) -> [BabyBear] {
    (0..<8).map { BabyBear(byte >> $0 & 1) } + [BabyBear(bytes), BabyBear(xors)]
  }

  @Test func providesPairsAndTheirExclusiveOr() {
    let bytes = [0, 255, 0x5a, 0xa5, 0x0f, 0x0f, 1, 128]
    let world = TableWorld(
      BitwiseAIR(), bytes.enumerated().map { Self.row($1, bytes: $0 + 1, xors: 100 + $0) })
    #expect(world.failing == [])
    for (row, x) in bytes.enumerated() {
      let y = bytes[(row + 1) % bytes.count]
      #expect(world.provided[[BabyBear(x), BabyBear(y), 0, 0]] == BabyBear(row + 1))
      #expect(world.provided[[BabyBear(x), BabyBear(y), BabyBear(x ^ y), 1]] == BabyBear(100 + row))
    }
    #expect(world.provided.count == 16)
  }

  @Test func everyConstraintIsNeeded() {
    for bit in 0..<8 {
      var rows = [Self.row(3, bytes: 1, xors: 1), Self.row(200, bytes: 1, xors: 1)]
      rows[0][bit] = 1000
      let world = TableWorld(BitwiseAIR(), rows)
      #expect(world.failing == ["bits are boolean[\(bit)]"])
      let isTrue = world.provided.keys.allSatisfy { message in
        let (x, y) = (message[0].canonical, message[1].canonical)
        return x < 256 && y < 256 && message[2].canonical == (message[3] == 1 ? x ^ y : 0)
      }
      #expect(!isTrue)
    }
  }
}
