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
        let instruction = Instruction(step.opcode, a: 28, b: 36, c: BabyBear(step.immediate))
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
}
