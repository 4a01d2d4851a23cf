import AIR
import Algebra
import Hashing
import Machine

/// Traces of `Poseidon2AIR`.
enum Poseidon2Trace {
  /// A row for each pair, then permutations of zeros.
  static func make(_ requests: CompressionRequests, workers: Workers) -> FieldMatrix {
    let width = Poseidon2Columns<BabyBear>.width
    let matrix = FieldMatrix(height: requests.count.paddedToPowerOfTwo, width: width)
    // SAFE: pointers to the matrix's columns; each range of rows is written by one thread.
    nonisolated(unsafe) let columns = (0..<width).map { matrix.base + $0 * matrix.height }
    workers.forEachRange(matrix.height, grain: 256) { range in
      var states = [BabyBear](repeating: .zero, count: 16 * range.count)
      for row in range where row < requests.count {
        for i in 0..<16 { states[16 * (row - range.lowerBound) + i] = requests.pairs[16 * row + i] }
        columns[width - 1][row] = BabyBear(requests.counts[row])
      }
      states.withUnsafeBufferPointer {
        Poseidon2.fillColumns(columns, firstRow: range.lowerBound, states: $0)
      }
    }
    return matrix
  }
}
