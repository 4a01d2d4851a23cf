import Algebra
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct MultiplyTests {
  typealias Bench = ChipBench<MultiplyAIR>

  static func bench(_ pairs: [(UInt32, UInt32)]) -> Bench {
    ChipBench(MultiplyAIR(), pairs.map { Bench.step(.multiply, $0.0, $0.1) })
  }

  /// The low word, by adding and doubling.
  static func product(_ x: UInt32, _ y: UInt32) -> UInt32 {
    (0..<32).reduce(0) { $1 < 32 && y >> $1 & 1 == 1 ? $0 &+ x << $1 : $0 }
  }

  @Test func multipliesEdgeWords() {
    let bench = Self.bench(Operands.edgePairs)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.tallyMismatches == [])
    #expect(bench.results == Operands.edgePairs.map(Self.product))
  }

  @Test func multipliesRandomWords() {
    let pairs = Operands.randomPairs(1000, seed: 0x6d75_6c01)
    let bench = Self.bench(pairs)
    #expect(bench.honestVerdict == .unchanged)
    #expect(bench.results == pairs.map(Self.product))
  }

  static let small = bench([
    (0, 0), (1, 1), (3, 5), (0x1_0001, 0x201), (0xffff_ffff, 0xffff_ffff), (0x8000_ffff, 0x103),
  ])

  static var forgeries: [[MultiplyColumns<BabyBear>]] {
    small.simpleForgeries() + [
      // 15 + p: the lower half's carry is 30720 too large, and the upper half makes up for it.
      small.forged { rows in rows[2].rd = Word(15 + BabyBear.modulus) }
    ]
  }

  @Test func rejectsForgeries() {
    for forged in Self.forgeries {
      let verdict = Self.small.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  /// Carries may have up to 14 bits, as the AIR argues; 9 and 10 are what honest rows need. That carries must have a
  /// bound at all is what the weakenings without these look-ups show.
  static let harmless: Set = ["one bit more for low carry", "one bit more for high carry"]

  @Test func everyWeakeningIsNoticed() {
    #expect(Set(Self.small.survivors(Self.forgeries)) == Self.harmless)
  }
}
