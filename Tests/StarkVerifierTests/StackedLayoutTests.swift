import StarkVerifier
import TestSupport
import Testing

/// Stacked layouts against known answers, and the rules that every layout obeys.
@Suite struct StackedLayoutTests {
  @Test func layoutsAreTheReferences() throws {
    let cases = try #require(try Vectors.json("vectors/commit.json")).array
    #expect(!cases.isEmpty)
    for test in cases {
      let matrices = test["traces"].array.compactMap { trace -> (logHeight: Int, width: Int)? in
        guard let height = trace["height"].int, let width = trace["width"].int else { return nil }
        return (logHeight: height.trailingZeroBitCount, width: width)
      }
      let layout = StackedLayout(
        matrices: matrices, lSkip: try #require(test["l_skip"].int), nStack: try #require(test["n_stack"].int))
      let expected = test["layout"].array
      #expect(layout.slices.count == expected.count)
      for (slice, entry) in zip(layout.slices, expected) {
        #expect(slice.matrix == entry["mat"].int)
        #expect(slice.column == entry["col"].int)
        #expect(slice.stackedColumn == entry["stacked_col"].int)
        #expect(slice.row == entry["stacked_row"].int)
        #expect(slice.logHeight == entry["log_height"].int)
      }
      #expect(layout.width == test["stacked_matrix"]["width"].int)
    }
  }

  @Test func slicesAreAlignedAndDisjoint() {
    let layout = StackedLayout(
      matrices: [(6, 3), (5, 1), (2, 7), (2, 0), (1, 2), (0, 5)], lSkip: 2, nStack: 4)
    #expect(layout.slices.count == 18)
    var next = 0
    for slice in layout.slices {
      let length = 1 << max(slice.logHeight, 2)
      #expect(slice.row % length == 0)
      #expect(slice.row + length <= 64)
      #expect(slice.stackedColumn * 64 + slice.row == next)
      next += length
    }
    #expect(layout.width == (next + 63) / 64)
  }

  @Test func nothingTakesNoColumn() {
    #expect(StackedLayout(matrices: [], lSkip: 2, nStack: 3).width == 0)
    #expect(StackedLayout(matrices: [(4, 0)], lSkip: 2, nStack: 3).slices.isEmpty)
  }
}
