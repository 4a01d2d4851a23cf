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
        let instruction = Instruction(step.opcode, a: 28, b: 36, c: BabyBear(step.immediate))
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
    #expect(bench.honestResults == cases.map(Self.result))
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
}
