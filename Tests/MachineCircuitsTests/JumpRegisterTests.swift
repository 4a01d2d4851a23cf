import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct JumpRegisterTests {
  static func step(_ x: UInt32, _ immediate: Int) -> (Instruction, ExecutionRecord) {
    let instruction = Instruction(
      .jumpRegister, a: Samples.rd, b: Samples.rs1, c: BabyBear(immediate), d: 0x44, e: 0x33, f: 0x22, g: 0x11)
    return (instruction, ExecutionRecord(x: x, previous: 0x0102_0304))
  }

  @Test func jumpsAndClearsTheLowestBit() {
    var steps: [(UInt32, Int)] = []
    for immediate in Samples.immediates {
      for target in [0x400, 0x20_0800, 0xffff * 4, 0x10000 * 4, 0x3fff_fffc] {
        for bit in 0...1 where target + bit >= immediate {
          steps.append((UInt32(target + bit - immediate), immediate))
        }
      }
    }
    let bench = ChipBench(JumpRegisterAIR(), steps.map(Self.step))
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.honestTargets == steps.map { UInt32(Int($0) + $1) / 2 * 2 })
    #expect(bench.results.allSatisfy { $0 == 0x1122_3344 })
  }

  /// Beyond 2^30, around 2^32 or p, below 0, and between instructions.
  @Test(arguments: [
    (0x4000_0000, 0), (0x3fff_fffe, 2), (0xffff_fffc, 8), (0xffff_ffff, 1), (0x6667_0000, 0), (0x7820_0801, 0),
    (0, -4), (2044, -2048), (0x20_0802, 0), (0x20_0800, 3),
  ])
  func rejectsTarget(_ rs1: UInt32, _ immediate: Int) {
    let bench = ChipBench(JumpRegisterAIR(), [Self.step(rs1, immediate)])
    #expect(bench.verdict(of: bench.rows).isRejected)
  }

  @Test(arguments: [(0x4000_0000, -4), (0x4000_07fc, -2047), (0, 0), (1, 0), (2, 2)])
  func acceptsTarget(_ rs1: UInt32, _ immediate: Int) {
    let bench = ChipBench(JumpRegisterAIR(), [Self.step(rs1, immediate)])
    #expect(bench.verdict(of: bench.rows) == .unchanged)
  }

  /// The last jump leads to the instruction that follows, which has another source.
  static let bench = ChipBench(
    JumpRegisterAIR(), [step(0x20_0800, 0), step(0x20_0809, -4), step(0x20_000d, 0x7ff)],
    following: [Instruction(.jumpRegister, a: 84, b: 88, d: 0x44, e: 0x33, f: 0x22, g: 0x11)])

  static var forgeries: [[JumpRegisterColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // p more than an address.
      bench.continued { row in
        row.operands.state = bench.endState
        (row.operands.rdPointer, row.operands.rs1Pointer, row.immediate, row.isOdd) = (84, 88, 0, 0)
        row.operands.rs1 = Word(0x7800_0001 + 0x20_0800)
        // Its destination holds what the jump before has left there.
        row.operands.previous = row.link
        row.operands.rdTime = bench.endState.timestamp - 1
      }
    ]
  }

  @Test func rejectsForgeries() {
    for forged in Self.forgeries {
      let verdict = Self.bench.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  @Test func everyWeakeningIsNoticed() {
    #expect(Self.bench.survivors(Self.forgeries) == [])
  }
}
