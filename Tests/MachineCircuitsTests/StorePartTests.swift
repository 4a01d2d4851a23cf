import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct StorePartTests {
  typealias Case = (opcode: Opcode, rs1: UInt32, immediate: Int)

  static let (old, new): (UInt32, UInt32) = (0x8713_1211, 0xa403_0201)

  static func bench(_ steps: [Case]) -> ChipBench<StorePartAIR> {
    ChipBench(
      StorePartAIR(),
      steps.map { step in
        let instruction = Instruction(step.opcode, a: Samples.rd, b: Samples.rs1, c: BabyBear(step.immediate))
        return (instruction, ExecutionRecord(x: step.rs1, y: new, previous: old))
      })
  }

  /// All operations at all places, at edges of memory.
  static var allCases: [Case] {
    let addresses: [(UInt32, Int)] = [(0x1000, 0), (0x1fff_f7fd, 2047), (0x2000_07fc, -2048), (0x2001, -1)]
    return addresses.flatMap { rs1, immediate in
      (0..<4).flatMap { place in
        let opcodes: [Opcode] =
          [.storeByte] + (place % 2 == 0 ? [.storeHalf] : []) + (place == 0 ? [.reveal] : [])
        return opcodes.map { ($0, rs1 + UInt32(place), immediate) }
      }
    }
  }

  static func result(_ step: Case) -> UInt32 {
    let place = (step.rs1 &+ UInt32(bitPattern: Int32(step.immediate))) % 4
    let mask: UInt32 =
      switch step.opcode {
      case .storeByte: 0xff << (8 * place)
      case .storeHalf: 0xffff << (8 * place)
      default: 0xffff_ffff
      }
    return old & ~mask | new << (8 * place) & mask
  }

  @Test func storesAtAllPlaces() {
    let cases = Self.allCases
    let bench = Self.bench(cases)
    #expect(bench.verdict(of: bench.rows) == .unchanged)
    #expect(bench.tallyMismatches == [])
    let writes = bench.honestWrites.filter { $0.space != AddressSpace.registers }
    #expect(writes.map(\.word) == cases.map(Self.result))
    #expect(writes.map(\.pointer) == cases.map { ($0.rs1 &+ UInt32(bitPattern: Int32($0.immediate))) & ~3 })
    #expect(
      writes.map(\.space)
        == cases.map { $0.opcode == .reveal ? AddressSpace.publicValues : AddressSpace.memory })
  }

  @Test(arguments: DataAddressCases.forWords)
  func rejectsAddressOfWord(_ rs1: UInt32, _ immediate: Int) {
    let bench = Self.bench([(.reveal, rs1, immediate)])
    #expect(bench.verdict(of: bench.rows).isRejected)
  }

  @Test(arguments: DataAddressCases.forHalves)
  func rejectsAddressOfHalf(_ rs1: UInt32, _ immediate: Int) {
    let bench = Self.bench([(.storeHalf, rs1, immediate)])
    #expect(bench.verdict(of: bench.rows).isRejected)
  }

  @Test(arguments: DataAddressCases.outOfRange)
  func rejectsAddressOfByte(_ rs1: UInt32, _ immediate: Int) {
    let bench = Self.bench([(.storeByte, rs1, immediate)])
    #expect(bench.verdict(of: bench.rows).isRejected)
  }

  static let small = bench([
    (.storeByte, 0x1000, 0), (.storeByte, 0x2001, 0), (.storeByte, 0x3003, -1), (.storeByte, 0x4003, 0),
    (.storeHalf, 0x5000, 0), (.storeHalf, 0x6004, -2), (.reveal, 8, 4),
  ])

  static var forgeries: [[StorePartColumns<BabyBear>]] {
    /// Each row with the code of each case, and with codes that are no case's.
    let codes: [[BabyBear]] = [
      [1, 0, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [0, 1, 0], [1, 0, 1], [2, 0, 0],
      // Sums of 1 and 2 with a cell out of range: the first one reveals -1 bytes and -1 halves, the others nothing.
      [-1, 1, 1], [0, 2, 0], [0, 0, 2], [-1, 2, 0], [1, -1, 1], [1, 1, -1], [2, 1, -1], [-1, 0, 2],
      // Sums of 3 and 4: no instruction, and a REVEAL that counts -2 times.
      [1, 1, 1], [2, 1, 0], [2, 0, 1], [2, 1, 1],
    ]
    return small.simpleForgeries()
      + (0..<7).flatMap { row in
        codes.map { code in small.forged { $0[row].place.code = [code[0], code[1], code[2]] } }
      }
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
    let bench = Self.bench([(.storeByte, DataAddressCases.alias.rs1, 0)])
    let forged = bench.forged { $0[0].place = StorePlace(.byte0) }
    #expect(bench.verdict(of: forged) == .rejected(["rs1 is below 2^30: in no table"]))
  }

  @Test func everyWeakeningIsNoticed() {
    let alias = Self.bench([(.reveal, DataAddressCases.alias.rs1, 0)])
    let survivors = Self.small.survivors(Self.forgeries)
    #expect(Set(survivors).intersection(alias.survivors([])) == [])
  }
}
