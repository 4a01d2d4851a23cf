import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LoadPartTests {
  typealias Case = (opcode: Opcode, rs1: UInt32, immediate: Int, word: UInt32)

  static func bench(_ steps: [Case]) -> ChipBench<LoadPartAIR> {
    ChipBench(
      LoadPartAIR(),
      steps.map { step in
        let instruction = Instruction(step.opcode, a: Samples.rd, b: Samples.rs1, c: BabyBear(step.immediate))
        return (instruction, ExecutionRecord(x: step.rs1, y: step.word, previous: 0x0102_0304))
      })
  }

  static let bytes: [Opcode] = [.loadByte, .loadByteUnsigned]
  static let halves: [Opcode] = [.loadHalf, .loadHalfUnsigned]

  /// Bytes one by one.
  static func result(_ step: Case) -> UInt32 {
    let place = Int(step.rs1 &+ UInt32(bitPattern: Int32(step.immediate))) % 4
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: step.word >> UInt32(8 * $0)) }
    switch step.opcode {
    case .loadByteUnsigned: return UInt32(bytes[place])
    case .loadByte: return UInt32(bitPattern: Int32(Int8(bitPattern: bytes[place])))
    case .loadHalfUnsigned: return UInt32(bytes[place]) + 256 * UInt32(bytes[place + 1])
    default: return UInt32(bitPattern: Int32(bytes[place]) + 256 * Int32(Int8(bitPattern: bytes[place + 1])))
    }
  }

  /// All operations at all places of words, with each byte's sign.
  static var allCases: [Case] {
    let words: [UInt32] = [
      0, 0xffff_ffff, 0x0403_0201, 0x8483_8281, 0x7f80_7f80, 0x807f_807f, 0x7fff_ff80, 0x8000_7fff,
    ]
    let addresses: [(UInt32, Int)] = [(0x1000, 0), (0x1fff_f7fd, 2047), (0x2000_07fc, -2048), (0x2001, -1)]
    return words.flatMap { word in
      addresses.flatMap { rs1, immediate in
        (0..<4).flatMap { place in
          ((place % 2 == 0 ? halves : []) + bytes).map { ($0, rs1 + UInt32(place), immediate, word) }
        }
      }
    }
  }

  @Test func loadsAllPlaces() {
    let cases = Self.allCases
    let bench = Self.bench(cases)
    #expect(bench.verdict(of: bench.rows) == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == cases.map(Self.result))
    let read = bench.honestWrites.filter { $0.space == AddressSpace.memory }
    #expect(read.map(\.word) == cases.map(\.word))
    #expect(read.map(\.pointer) == cases.map { ($0.rs1 &+ UInt32(bitPattern: Int32($0.immediate))) & ~3 })
  }

  @Test(arguments: DataAddressCases.forHalves, halves)
  func rejectsAddressOfHalf(_ address: (UInt32, Int), _ opcode: Opcode) {
    let bench = Self.bench([(opcode, address.0, address.1, 0x4433_2211)])
    #expect(bench.verdict(of: bench.rows).isRejected)
  }

  @Test(arguments: DataAddressCases.outOfRange, bytes)
  func rejectsAddressOfByte(_ address: (UInt32, Int), _ opcode: Opcode) {
    let bench = Self.bench([(opcode, address.0, address.1, 0x4433_2211)])
    #expect(bench.verdict(of: bench.rows).isRejected)
  }

  /// Row 0: LB of byte 0x21 below 0x32. Row 1: LBU of byte 3 of 0x05000d08. Row 2: LBU of byte 2, above 0x20 and 0x10.
  /// Row 3: LB of byte 0xff. Row 4: LH with the sign. Row 5: LHU of an upper half. Row 6: LB of byte 1.
  static let small = bench([
    (.loadByte, 0x1000, 0, 0x0000_3221), (.loadByteUnsigned, 0x2000, 3, 0x0500_0d08),
    (.loadByteUnsigned, 0x3000, 2, 0x4453_2010), (.loadByte, 0x4003, 0, 0xff14_1710),
    (.loadHalf, 0x5000, 0, 0x1122_b344), (.loadHalfUnsigned, 0x6002, 0, 0xc122_3344),
    (.loadByte, 0x7001, 0, 0x1122_5500),
  ])

  static var forgeries: [[LoadPartColumns<BabyBear>]] {
    small.simpleForgeries() + [
      // LB as LHU with the extension of a signed byte: -1 bytes, at the odd address before the odd address.
      small.forged { rows in
        rows[6].isByte = -1
        rows[6].endsOdd = 1
        rows[6].isUpper = 1
        rows[6].isSigned = 0
        rows[6].rotated = Word(0x5500_1122)
      },
      // Byte 2 as twice byte 1 less byte 0.
      small.forged { rows in
        rows[2].isUpper = 0
        rows[2].endsOdd = 2
        rows[2].rotated = Word(0x4453_2010)
      },
      // Byte 3 at a distance of 3/2 halves: the first and third cells of the word mix.
      small.forged { rows in
        rows[1].isUpper = BabyBear(3).halved
        rows[1].endsOdd = 0
        let data: [4 of BabyBear] = [0x08, 0x0d, 0x00, 0x05]
        for i in 0..<2 {
          let (sum, difference) = (data[i] + data[i + 2], -(data[i] - data[i + 2]).halved)
          rows[1].rotated[i] = (sum + difference).halved
          rows[1].rotated[i + 2] = (sum - difference).halved
        }
      },
      // LB as a half that is half signed.
      small.forged { rows in
        rows[0].isByte = 0
        rows[0].endsOdd = 1
        rows[0].isSigned = BabyBear.one.halved
      },
      // A top bit of 1/128, for a byte that is not 0.
      small.forged { rows in rows[0].topBit = BabyBear.inversePowerOfTwo(7) },
      // The other extension.
      small.forged { rows in rows[3].topBit = 0 },
      small.forged { rows in rows[4].topBit = 0 },
      small.forged { rows in rows[0].topBit = 1 },
      // LB as LBU and the other way round.
      small.forged { rows in rows[3].isSigned = 0 },
      // A byte as the half that begins with it, a half as its first byte.
      small.forged { rows in
        rows[0].isByte = 0
        rows[0].endsOdd = 1
      },
      small.forged { rows in
        rows[4].isByte = 1
        rows[4].endsOdd = 0
        rows[4].topBit = 0
      },
      // The neighbouring byte and the neighbouring half.
      small.forged { rows in rows[0].endsOdd = 1 },
      small.forged { rows in
        rows[5].isUpper = 0
        rows[5].topBit = 0
        rows[5].rotated = Word(0xc122_3344)
      },
      // A half at an odd address, by the halves of the word before.
      small.forged { rows in
        rows[5].isUpper = 0
        rows[5].rotated = Word(0x3344_c122)
      },
    ]
  }

  @Test func rejectsForgeries() {
    #expect(Self.small.verdict(of: Self.small.rows) == .unchanged)
    for forged in Self.forgeries {
      let verdict = Self.small.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  /// The byte at p + 8 = 1 mod 4 would be the first one of the word at 8.
  @Test func rejectsByteBeyondFieldOrder() {
    let bench = Self.bench([(.loadByteUnsigned, DataAddressCases.alias.rs1, 0, 0x4433_2211)])
    let forged = bench.forged { $0[0].endsOdd = 0 }
    #expect(bench.verdict(of: forged) == .rejected(["rs1 is below 2^30, top bit: in no table"]))
  }

  @Test func everyWeakeningIsNoticed() {
    #expect(Self.small.survivors(Self.forgeries) == [])
  }
}
