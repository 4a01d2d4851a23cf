import Algebra
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct MultiplyHighTests {
  typealias Bench = ChipBench<MultiplyHighAIR>
  typealias Case = (opcode: Opcode, x: UInt32, y: UInt32)

  static let opcodes: [Opcode] = [.multiplyHighSigned, .multiplyHighSignedUnsigned, .multiplyHighUnsigned]

  static func bench(_ cases: [Case]) -> Bench {
    ChipBench(MultiplyHighAIR(), cases.map { Bench.step($0.opcode, $0.x, $0.y) })
  }

  static func cases(_ pairs: [(UInt32, UInt32)]) -> [Case] {
    opcodes.flatMap { opcode in pairs.map { (opcode, $0.0, $0.1) } }
  }

  /// The high word, from the product of numbers of 128 bits.
  static func product(_ step: Case) -> UInt32 {
    let x = step.opcode == .multiplyHighUnsigned ? Int128(step.x) : Int128(Int32(bitPattern: step.x))
    let y = step.opcode == .multiplyHighSigned ? Int128(Int32(bitPattern: step.y)) : Int128(step.y)
    return UInt32(truncatingIfNeeded: (x * y) >> 32)
  }

  @Test func multipliesEdgeWords() {
    let cases = Self.cases(Operands.edgePairs)
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.honestResults == cases.map(Self.product))
  }

  @Test func multipliesRandomWords() {
    let cases = Self.cases(Operands.randomPairs(400, seed: 0x6d75_6c68))
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.honestResults == cases.map(Self.product))
  }
}
