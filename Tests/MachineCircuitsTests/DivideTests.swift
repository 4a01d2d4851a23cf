import Algebra
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct DivideTests {
  typealias Bench = ChipBench<DivideAIR>
  typealias Case = (opcode: Opcode, x: UInt32, y: UInt32)

  static let opcodes: [Opcode] = [.divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned]

  static func bench(_ cases: [Case]) -> Bench {
    ChipBench(DivideAIR(), cases.map { Bench.step($0.opcode, $0.x, $0.y) })
  }

  static func cases(_ pairs: [(UInt32, UInt32)]) -> [Case] {
    opcodes.flatMap { opcode in pairs.map { (opcode, $0.0, $0.1) } }
  }

  /// By the RISC-V manual: rounds towards zero; x / 0 = -1 and x rem 0 = x; -2^31 / -1 = -2^31, with remainder 0.
  static func result(_ step: Case) -> UInt32 {
    let isSigned = step.opcode == .divideSigned || step.opcode == .remainderSigned
    let x = isSigned ? Int64(Int32(bitPattern: step.x)) : Int64(step.x)
    let y = isSigned ? Int64(Int32(bitPattern: step.y)) : Int64(step.y)
    let isQuotient = step.opcode == .divideSigned || step.opcode == .divideUnsigned
    if y == 0 { return isQuotient ? 0xffff_ffff : step.x }
    return UInt32(truncatingIfNeeded: isQuotient ? x / y : x % y)
  }

  @Test func dividesEdgeWords() {
    let cases = Self.cases(Operands.edgePairs)
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.honestResults == cases.map(Self.result))
  }

  @Test func dividesRandomWords() {
    let cases = Self.cases(Operands.randomPairs(400, seed: 0x6469_7601))
    let bench = Self.bench(cases)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.honestResults == cases.map(Self.result))
  }
}
