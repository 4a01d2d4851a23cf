import AIR
import Algebra
import Hashing
import Machine

/// Traces of `Poseidon2AIR`.
package enum Poseidon2Trace {
  /// A row for each pair, then permutations of zeros.
  package static func make(
    _ requests: PermutationRequests, for table: Poseidon2AIR.Table, workers: Workers
  ) -> FieldMatrix {
    let width = Poseidon2AIR(table).width.commonMain
    let matrix = FieldMatrix(height: requests.count.paddedToPowerOfTwo, width: width)
    // SAFE: pointers to the matrix's columns; each range of rows is written by one thread.
    nonisolated(unsafe) let columns = (0..<width).map { matrix.base + $0 * matrix.height }
    workers.forEachRange(matrix.height, grain: 256) { range in
      var states = [BabyBear](repeating: .zero, count: 16 * range.count)
      for row in range where row < requests.count {
        for i in 0..<16 { states[16 * (row - range.lowerBound) + i] = requests.pairs[16 * row + i] }
        columns[Poseidon2.traceColumnCount][row] = BabyBear(requests.counts[row])
        if case .sponge = table {
          columns[Poseidon2.traceColumnCount + 1][row] = BabyBear(requests.capacityCounts[row])
        }
      }
      states.withUnsafeBufferPointer {
        Poseidon2.fillColumns(columns, firstRow: range.lowerBound, states: $0)
      }
    }
    return matrix
  }
}
