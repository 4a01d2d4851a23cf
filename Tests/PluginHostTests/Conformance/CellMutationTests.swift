import AIR
import Algebra
import Testing

@testable import PluginHost

/// Squares: b is the square of a; c is never looked at, d only where a constraint vanishes anyway.
private struct SquareAIR: AIR {
  var isWeak = false

  var width: TraceWidth { TraceWidth(commonMain: isWeak ? 4 : 2) }

  func evaluate(_ builder: AIRBuilder) {
    let (local, next) = builder.cells(.commonMain)
    builder.assertZero("square", local[1] - local[0] * local[0])
    builder.whenTransition.assertZero("counts", next[0] - local[0] - 1)
    builder.whenFirstRow.assertZero("starts at zero", local[0])
    if isWeak { builder.assertZero("nothing", (local[0] - local[0]) * local[3]) }
  }
}

struct CellMutationTests {
  private func instance(isWeak: Bool = false, height: Int = 32) -> AIRInstance {
    let matrix = FieldMatrix(height: height, width: isWeak ? 4 : 2)
    for row in 0..<height {
      matrix[row: row, column: 0] = BabyBear(row)
      matrix[row: row, column: 1] = BabyBear(row * row)
    }
    return AIRInstance(air: CompiledAIR(SquareAIR(isWeak: isWeak)), commonMain: matrix)
  }

  @Test func everyChangeOfAConstrainedCellIsNoticed() throws {
    let score = try CellMutation().score(of: [instance()], seed: 1)
    #expect(score.tried == 2 * 2 * 6 && score.unnoticed == 0 && score.columns == 2)
    #expect(score.survivors.isEmpty)
  }

  @Test func aColumnThatNothingConstrainsIsListed() throws {
    let score = try CellMutation().score(of: [instance(isWeak: true)], seed: 1)
    #expect(score.columns == 3, "the third column is not used at all")
    #expect(score.survivors.map(\.column) == ["main[3]"])
    #expect(score.survivors.filter { !$0.isFree }.isEmpty)
  }

  @Test func theSampleIsBoundedAndTheSameEachTime() throws {
    var mutation = CellMutation()
    mutation.effort = 1
    let wide = AIRInstance(air: CompiledAIR(WideAIR()), commonMain: FieldMatrix(height: 4, width: 100))
    let (first, second) = (try mutation.score(of: [wide], seed: 7), try mutation.score(of: [wide], seed: 7))
    #expect(first.columns == 100 && first.sampledColumns == 16)
    #expect(first.tried == second.tried && first.survivors == second.survivors)
  }

  @Test func lookUpsInStandardTablesMayChangeWithinTheTable() {
    let five = [BabyBear(5), BabyBear(3)]
    #expect(StandardTableEntry.exists(bus: StandardBus.range.index, five))
    #expect(!StandardTableEntry.exists(bus: StandardBus.range.index, [BabyBear(8), BabyBear(3)]))
    #expect(StandardTableEntry.exists(bus: StandardBus.bytes.index, [6, 3, 5, 1].map { BabyBear($0) }))
    #expect(!StandardTableEntry.exists(bus: StandardBus.bytes.index, [6, 3, 4, 1].map { BabyBear($0) }))
    #expect(!StandardTableEntry.exists(bus: StandardBus.input.index, five))
  }
}

private struct WideAIR: AIR {
  var width: TraceWidth { TraceWidth(commonMain: 100) }

  func evaluate(_ builder: AIRBuilder) {
    for column in 0..<100 { builder.assertZero("zero[\(column)]", builder.cells(.commonMain).local[column]) }
  }
}
