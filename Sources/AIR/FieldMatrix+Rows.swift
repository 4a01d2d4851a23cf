import Algebra

// Writing a column-major matrix through row structs. Rows are filled in a small row-major scratch and transposed
// chunk by chunk while in cache, so that generators write structs and the matrix is still touched only once.
extension FieldMatrix {
  /// Rows per chunk where the caller does not care: whole cache lines of each column.
  private static let defaultChunk = 64

  /// Fills the matrix, whose width is `C.width`, row by row. `body` gets the row's index and the row, zeroed.
  /// Runs on several threads, in no particular order of rows; allocates a scratch of a chunk per thread.
  public func fill<C: AIRColumns>(
    rows columns: C.Type, workers: Workers = Workers(1), _ body: @Sendable (Int, inout C) -> Void
  ) where C.T == BabyBear {
    fill(rows: columns, chunk: Self.defaultChunk, workers: workers) { range, rows in
      for row in range { body(row, &rows[row - range.lowerBound]) }
    }
  }

  /// Fills the matrix in chunks of `chunk` rows (the last may be shorter), for generators that carry state from
  /// row to row. `body` gets the chunk's rows, zeroed; element `i` is row `range.lowerBound + i`.
  public func fill<C: AIRColumns>(
    rows columns: C.Type, chunk: Int, workers: Workers = Workers(1),
    _ body: @Sendable (Range<Int>, inout MutableSpan<C>) -> Void
  ) where C.T == BabyBear {
    require(C.width == width, "\(C.self) has \(C.width) columns, the matrix has \(width)")
    require(chunk > 0, "a chunk has at least one row")
    workers.forEachRange(height, grain: chunk) { range in
      let cells = UnsafeMutablePointer<BabyBear>.allocate(capacity: range.count * width)
      defer { cells.deallocate() }
      cells.initialize(repeating: .zero, count: range.count * width)
      // SAFE: `C` is `width` cells without padding, which its width and the check above establish.
      cells.withMemoryRebound(to: C.self, capacity: range.count) { rows in
        var span = MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(start: rows, count: range.count))
        body(range, &span)
      }
      transpose(cells, rows: range)
    }
  }

  /// Writes `rows` of the matrix from row-major cells.
  private func transpose(_ cells: UnsafePointer<BabyBear>, rows: Range<Int>) {
    for column in 0..<width {
      // SAFE: `rows` lies within the matrix; ranges of different threads are disjoint.
      let target = base + column * height + rows.lowerBound
      var source = cells + column
      for row in 0..<rows.count {
        target[row] = source.pointee
        source += width
      }
    }
  }
}
