import AIR
import Algebra
import Hashing
import Machine

/// Traces of `Poseidon2AIR`.
///
/// The table is the widest there is, so a row that only fills up to a power of two is dear. Requests that exceed a power of
/// two by up to a half of it go to a second table: a bus does not care where its messages come from.
package enum Poseidon2Trace {
  /// The heights of the tables for `count` permutations, the second one 0 where there is none.
  package static func heights(_ count: Int) -> (main: Int, rest: Int) {
    guard count > 0 else { return (0, 0) }
    let padded = count.paddedToPowerOfTwo
    let rest = count - padded / 2
    return count < padded && 2 * rest <= padded / 2 ? (padded / 2, rest.paddedToPowerOfTwo) : (padded, 0)
  }

  /// One table or two, with a row for each pair.
  package static func tables(
    _ requests: PermutationRequests, for table: Poseidon2AIR.Table, workers: Workers
  ) -> [FieldMatrix] {
    let heights = heights(requests.count)
    guard heights.rest > 0 else { return [make(requests, for: table, workers: workers)] }
    return [0..<heights.main, heights.main..<requests.count].map {
      make(requests, $0, for: table, workers: workers)
    }
  }

  /// A row for each pair of those in `rows`, all unless given, then permutations of zeros.
  package static func make(
    _ requests: PermutationRequests, _ rows: Range<Int>? = nil, for table: Poseidon2AIR.Table, workers: Workers
  ) -> FieldMatrix {
    let rows = rows ?? 0..<requests.count
    let width = Poseidon2AIR(table).width.commonMain
    let matrix = FieldMatrix(height: rows.count.paddedToPowerOfTwo, width: width)
    // SAFE: pointers to the matrix's columns; each range of rows is written by one thread.
    nonisolated(unsafe) let columns = (0..<width).map { matrix.base + $0 * matrix.height }
    workers.forEachRange(matrix.height, grain: 256) { range in
      var states = [BabyBear](repeating: .zero, count: 16 * range.count)
      for row in range where row < rows.count {
        let pair = rows.lowerBound + row
        for i in 0..<16 { states[16 * (row - range.lowerBound) + i] = requests.pairs[16 * pair + i] }
        columns[Poseidon2.traceColumnCount][row] = BabyBear(requests.counts[pair])
        if case .sponge = table {
          columns[Poseidon2.traceColumnCount + 1][row] = BabyBear(requests.capacityCounts[pair])
        }
      }
      states.withUnsafeBufferPointer {
        Poseidon2.fillColumns(columns, firstRow: range.lowerBound, states: $0)
      }
    }
    return matrix
  }
}
