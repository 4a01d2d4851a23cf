import Algebra
import CMachine
import Machine
import TestSupport
import Testing

@testable import MachineCircuits

@Suite struct LoadWordTests {
  /// The word that a row moves.
  static func word(_ row: Int) -> UInt32 { 0x8040_2010 + 0x0103_0507 * UInt32(row) }

  static func bench(_ steps: [(rs1: UInt32, immediate: Int)]) -> ChipBench<LoadWordAIR> {
    ChipBench(
      LoadWordAIR(),
      steps.enumerated().map { index, step in
        let instruction = Instruction(.loadWord, a: Samples.rd, b: Samples.rs1, c: BabyBear(step.immediate))
        return (instruction, ExecutionRecord(x: step.rs1, y: word(index), previous: 0x0102_0304))
      })
  }

  static let small = bench([
    (0, 0), (0x1fff_fffc, 0), (0x1fff_f000, 2044), (0x2000_0000, -4), (0x2000_07fc, -2048), (5, -1), (0x3fd, 2047),
  ])

  @Test func loadsWords() {
    #expect(Self.small.verdict(of: Self.small.rows) == .unchanged)
    #expect(Self.small.tallyMismatches == [])
    let loaded = (0..<7).map(Self.word)
    #expect(Self.small.results == loaded)
    let writes = Self.small.honestWrites.filter { $0.space == AddressSpace.memory }
    #expect(writes.map(\.word) == loaded)
    #expect(writes.map(\.pointer) == [0, 0x1fff_fffc, 0x1fff_f7fc, 0x1fff_fffc, 0x1fff_fffc, 4, 0xbfc])
  }

  @Test func rejectsForgeries() {
    for forged in Self.small.simpleForgeries() {
      let verdict = Self.small.verdict(of: forged)
      #expect(!verdict.isBroken, "\(verdict)")
    }
  }

  @Test(arguments: DataAddressCases.forWords)
  func rejectsAddress(_ rs1: UInt32, _ immediate: Int) {
    let bench = Self.bench([(rs1, immediate)])
    #expect(bench.verdict(of: bench.rows).isRejected)
  }

  @Test func everyWeakeningIsNoticed() {
    let alias = Self.bench([DataAddressCases.alias])
    let survivors = Self.small.survivors(Self.small.simpleForgeries())
    #expect(Set(survivors).intersection(alias.survivors([])) == [])
  }
}
