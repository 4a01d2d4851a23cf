import Algebra
import Hashing

/// Zeroed digests; what is hashed does not matter to the time.
final class Digests: @unchecked Sendable {
  // SAFE: used by one thread at a time.
  let base: UnsafeMutablePointer<InnerConfiguration.Digest>
  private let count: Int

  init(count: Int) {
    self.count = count
    base = PageMemory.allocate(count: count, of: InnerConfiguration.Digest.self)
  }

  deinit { PageMemory.deallocate(base, count: count) }
}

/// A matrix of fixed pseudo-random elements.
func randomMatrix(logHeight: Int, width: Int) -> FieldMatrix {
  let matrix = FieldMatrix(height: 1 << logHeight, width: width)
  var state: UInt64 = 1
  for i in 0..<matrix.height * width {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    matrix.base[i] = BabyBear(UInt32(truncatingIfNeeded: state >> 33))
  }
  return matrix
}

/// The root of a binary tree over the row digests of `matrix`, whose height is a power of two.
func merkleRoot(of matrix: FieldMatrix, workers: Workers) -> InnerConfiguration.Digest {
  let rows = matrix.height
  let storage = Digests(count: 2 * rows)
  workers.forEachRange(rows, grain: 1 << 12) { range in
    (0..<matrix.width).map { UnsafePointer(matrix.base + $0 * rows) }.withUnsafeBufferPointer {
      InnerConfiguration.hashRows(
        columns: $0, firstRow: range.lowerBound, rowCount: range.count, into: storage.base + range.lowerBound)
    }
  }
  var start = 0
  var count = rows
  while count > 1 {
    let (input, output) = (start, start + count)
    workers.forEachRange(count / 2, grain: 1 << 12) { range in
      InnerConfiguration.compressHalves(
        storage.base + input + 2 * range.lowerBound, into: storage.base + output + range.lowerBound,
        groups: range.count, half: 1)
    }
    start = output
    count /= 2
  }
  return storage.base[start]
}
