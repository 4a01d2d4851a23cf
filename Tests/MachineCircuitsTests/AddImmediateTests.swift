import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct AddImmediateTests {
  static let words: [UInt32] = [0, 255, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
  static let immediates = [0, 1, -1, 2047, -2048]

  static let bench = ChipBench(
    AddImmediateAIR(),
    words.flatMap { word in
      immediates.map { immediate in
        let instruction = Instruction(.addImmediate, a: 4 * 7, b: 4 * 9, c: BabyBear(immediate))
        return (instruction, ExecutionRecord(x: word, previous: 0x0102_0304))
      }
    })

  @Test func addsEdgeWords() {
    #expect(Self.bench.honestVerdict == .unchanged)
    #expect(Self.bench.tallyMismatches == [])
    let sums = Self.words.flatMap { word in Self.immediates.map { word &+ UInt32(truncatingIfNeeded: $0) } }
    #expect(Self.bench.honestWrites.filter { $0.pointer == 28 }.map(\.word) == sums)
    #expect(Self.bench.honestTargets.count == sums.count)
  }

  /// Row 0 adds 0 to 0, row 1 adds 1 to 0, row 2 adds -1 to 0.
  static var forgeries: [[AddImmediateColumns<BabyBear>]] {
    bench.simpleForgeries() + [
      // The sum of the halves wraps around p: rd = p stands for 0.
      bench.forged { rows in rows[0].rd = Word(0x7800_0001) }
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
