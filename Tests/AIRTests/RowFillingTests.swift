import AIR
import Algebra
import SampleCircuits
import Testing

@Suite struct RowFillingTests {
  private struct Columns<T: Cell>: AIRColumns {
    var index: T
    var pair: [2 of T]
  }

  @Test(arguments: [1, 2, 64, 100, 1 << 10], [1, 3])
  func rowsLandInTheirColumns(height: Int, threads: Int) {
    let matrix = FieldMatrix(height: height, width: 3)
    matrix.fill(rows: Columns<BabyBear>.self, workers: Workers(threads)) { index, row in
      row.index = BabyBear(index)
      row.pair[1] = BabyBear(2 * index)
    }
    #expect((0..<height).allSatisfy { matrix[row: $0, column: 0] == BabyBear($0) })
    #expect((0..<height).allSatisfy { matrix[row: $0, column: 1] == .zero })
    #expect((0..<height).allSatisfy { matrix[row: $0, column: 2] == BabyBear(2 * $0) })
  }

  @Test func chunksCarryStateAndMayEndShort() {
    let matrix = FieldMatrix(height: 32, width: 3)
    matrix.fill(rows: Columns<BabyBear>.self, chunk: 24) { range, rows in
      var running = BabyBear.zero
      for index in rows.indices {
        running += 1
        rows[index].index = running
        rows[index].pair[0] = BabyBear(range.lowerBound)
      }
    }
    #expect((0..<32).allSatisfy { matrix[row: $0, column: 0] == BabyBear($0 % 24 + 1) })
    #expect((0..<32).allSatisfy { matrix[row: $0, column: 1] == BabyBear($0 / 24 * 24) })
  }

  @Test func fibonacciTraceSatisfiesItsAIR() throws {
    let air = CompiledAIR(FibonacciAIR())
    #expect(air.maxConstraintDegree == 2)
    for logHeight in [0, 1, 2, 9] {
      let (trace, publicValues) = FibonacciTrace.generate(logHeight: logHeight)
      let instance = AIRInstance(air: air, commonMain: trace, publicValues: publicValues)
      #expect(try TraceChecker([instance]).check().isSatisfied)
    }
    let (trace, publicValues) = FibonacciTrace.generate(logHeight: 4)
    #expect(publicValues == [0, 1, 987])

    func failures(row: Int, column: Int, publicValues: [BabyBear]) throws -> [String] {
      let forged = FibonacciTrace.generate(logHeight: 4).trace
      forged[row: row, column: column] += 1
      let instance = AIRInstance(air: air, commonMain: forged, publicValues: publicValues)
      return try TraceChecker([instance]).check().constraintFailures.map(\.constraint)
    }
    #expect(
      try failures(row: 0, column: 0, publicValues: publicValues) == ["a starts as claimed", "b becomes the sum"])
    #expect(
      try failures(row: 7, column: 0, publicValues: publicValues) == ["a takes the place of b", "b becomes the sum"])
    #expect(
      try failures(row: 15, column: 1, publicValues: publicValues) == ["b becomes the sum", "b ends as claimed"])
    let instance = AIRInstance(air: air, commonMain: trace, publicValues: [0, 1, 988])
    #expect(try TraceChecker([instance]).check().constraintFailures.map(\.constraint) == ["b ends as claimed"])
  }
}
