import Algebra
import CKernels
import TestSupport
import Testing

extension KernelTests {
  /// Sums over columns and chunks of base elements.
  @Suite struct Bulk {
    @Test func linearCombinationAddsToItsOutput() {
      var generator = SeededGenerator(70)
      for width in [0, 1, 2, 3, 4, 5, 8, 9, 17] {
        for count in KernelTests.awkwardCounts {
          for first in [0, 3] {
            var columns = (0..<width).map { _ in generator.elements(first + count) }
            if width > 0 { columns[width - 1] = greatestResidues(first + count) }
            let coefficients = generator.extElements(width)
            let start = generator.extElements(count)
            let wanted = (0..<count).map { i -> Ext4 in
              zip(columns, coefficients).reduce(start[i]) { sum, pair in sum + pair.1 * pair.0[first + i] }
            }
            let words = flatWords(coefficients) + [0]
            expectOnEveryLevel(Planes(wanted), "\(width) columns, rows \(first) + \(count)") {
              var out = Planes(start)
              withColumns(columns.map { Line($0) }) {
                ck_linear_combination($0, width, first, count, words, &out.words, out.stride)
              }
              return out
            }
          }
        }
      }
    }

    @Test func weightedSumsAddUpByResidue() {
      var generator = SeededGenerator(71)
      for log in 0...6 {
        let n = 1 << log
        // Whole vectors, or fewer rows than any vector has lanes.
        for count in [n, 2 * n, 4 * n, 16 * n, 48 * n, 80 * n, 256 * n] where count < 8 || count % 16 == 0 {
          let column = count % 3 == 0 ? greatestResidues(count) : generator.elements(count)
          let tables = [generator.extElements(count), generator.extElements(count)]
          for hasSecond in [true, false] {
            let start = generator.extElements(2 * n)
            var wanted = start
            for table in 0..<(hasSecond ? 2 : 1) {
              for i in 0..<count { wanted[table * n + i % n] += tables[table][i] * column[i] }
            }
            let planes = tables.map { Planes($0) }
            let line = Line(column)
            expectOnEveryLevel(wanted, "\(count) rows in chunks of \(n)") {
              var sums = flatWords(start)
              planes[1].words.withUnsafeBufferPointer { second in
                ck_weighted_sums(
                  line.words, count, n, planes[0].words, hasSecond ? second.baseAddress : nil, planes[0].stride, &sums)
              }
              return extElements(sums)
            }
          }
        }
      }
    }

    @Test func foldedChunksShiftAndWrap() {
      var generator = SeededGenerator(72)
      for log in 0...6 {
        let n = 1 << log
        for chunks in [1, 2, 8, 16, 32, 128] {
          let rows = n * chunks
          let column = generator.elements(rows)
          let weights = chunks == 32 ? [Ext4](repeating: -Ext4.one, count: n) : generator.extElements(n)
          for shift in [0, 1, n + 1] {
            let ranges: [(Int, Int)] = [
              (0, chunks), (0, chunks - 1), (1, chunks / 2), (chunks / 3, 1), (chunks - 1, 1),
            ]
            for (first, count) in ranges {
              let wanted = (0..<count).map { x -> Ext4 in
                (0..<n).reduce(Ext4.zero) { sum, z in
                  let cell: BabyBear = column[((first + x) * n + z + shift) % rows]
                  return sum + weights[z] * cell
                }
              }
              let line = Line(column)
              let words = flatWords(weights)
              expectOnEveryLevel(Planes(wanted), "chunks \(first) + \(count) of \(chunks), size \(n), shift \(shift)") {
                var out = Planes(blank: count)
                ck_fold_chunks(line.words, first, count, n, shift, rows - 1, words, &out.words, out.stride)
                return out
              }
            }
          }
        }
      }
    }

    @Test func baseFoldBindsTheLowestVariable() {
      var generator = SeededGenerator(73)
      for count in KernelTests.awkwardCounts {
        for r in [generator.extElement(), .zero, .one, -.one] {
          let values = generator.elements(2 * count)
          let wanted = (0..<count).map { i -> Ext4 in
            let (low, high) = (values[2 * i], values[2 * i + 1])
            return r * (high - low) + low
          }
          let line = Line(values)
          expectOnEveryLevel(Planes(wanted), "\(count) pairs") {
            var out = Planes(blank: count)
            r.withWords { ck_base_fold(line.words, $0, &out.words, out.stride, count) }
            return out
          }
        }
      }
    }
  }
}
