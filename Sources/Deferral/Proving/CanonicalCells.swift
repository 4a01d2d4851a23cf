import Algebra

/// A cell of a trace that is no field element: not below p.
public struct NonCanonicalCell: Error, Hashable, Sendable, CustomStringConvertible {
  /// Number of the circuit's own AIR.
  public var air: Int
  public var row: Int
  public var column: Int
  public var value: UInt32

  public var description: String {
    "AIR \(air), row \(row), column \(column): expected a field element below \(BabyBear.modulus), found \(value)"
  }
}

extension FieldMatrix {
  /// A matrix from cells that a plugin has written, as numbers below p. Where one is not, the error names the first by
  /// column, then row.
  ///
  /// - Parameters:
  ///   - cells: cell `(r, c)` is `cells[r * rowStride + c * columnStride]`; all of them lie in the buffer.
  ///   - air: number of the AIR, for the error.
  public static func fromCanonical(
    _ cells: UnsafeBufferPointer<UInt32>, height: Int, width: Int, rowStride: Int = 1, columnStride: Int? = nil,
    air: Int, workers: Workers
  ) throws(NonCanonicalCell) -> FieldMatrix {
    let columnStride = columnStride ?? height
    let matrix = FieldMatrix(height: height, width: width)
    guard height > 0, width > 0, let base = cells.baseAddress else { return matrix }
    precondition(
      (height - 1) * rowStride + (width - 1) * columnStride < cells.count && rowStride > 0 && columnStride > 0,
      "the cells lie in the buffer")
    // SAFE: all cells lie in the buffer, as checked above; each column is written by one thread. Should somebody write
    // the buffer meanwhile, the results are field elements all the same.
    nonisolated(unsafe) let source = base
    nonisolated(unsafe) let target = matrix.base
    var isBad = [Bool](repeating: false, count: width)
    isBad.withUnsafeMutableBufferPointer { isBad in
      nonisolated(unsafe) let isBad = isBad
      workers.forEach(width) { column in
        let from = source + column * columnStride
        let to = target + column * height
        isBad[column] = rowStride == 1 ? convert(from, to, height) : convert(from, to, height, stride: rowStride)
      }
    }
    guard let column = isBad.firstIndex(of: true) else { return matrix }
    for row in 0..<height {
      let value = cells[row * rowStride + column * columnStride]
      if value >= BabyBear.modulus {
        throw NonCanonicalCell(air: air, row: row, column: column, value: value)
      }
    }
    return matrix
  }

  /// Converts a column; whether any of its cells is not below p. No branch in the loop, so that it becomes vector code.
  private static func convert(
    _ source: UnsafePointer<UInt32>, _ target: UnsafeMutablePointer<BabyBear>, _ count: Int
  ) -> Bool {
    // SAFE: the caller has checked that both have `count` elements.
    var greatest: UInt32 = 0
    for i in 0..<count {
      greatest = max(greatest, source[i])
      target[i] = BabyBear(source[i])
    }
    return greatest >= BabyBear.modulus
  }

  private static func convert(
    _ source: UnsafePointer<UInt32>, _ target: UnsafeMutablePointer<BabyBear>, _ count: Int, stride: Int
  ) -> Bool {
    // SAFE: the caller has checked that `count` elements lie `stride` apart.
    var greatest: UInt32 = 0
    for i in 0..<count {
      greatest = max(greatest, source[i * stride])
      target[i] = BabyBear(source[i * stride])
    }
    return greatest >= BabyBear.modulus
  }
}
