/// Where the trace of an AIR goes: memory of the host's, all cells 0.
public struct TraceView: @unchecked Sendable {
  // SAFE: writers keep to the rows that they are asked for, which are disjoint.
  public let rows: Int
  public let columns: Int
  private let base: UnsafeMutablePointer<UInt32>
  private let rowStride: Int
  private let columnStride: Int

  /// Rows per chunk where the caller does not care: whole cache lines of each column.
  private static let defaultChunk = 64

  /// The view that a host hands over for `columns` columns and `rows` rows, or nil if it is for something else, or its
  /// cells do not lie in memory or overlap.
  init?(_ view: outrigger_view, rows: Int, columns: Int) {
    guard view.part == 0, view.rows == UInt64(rows), view.columns == UInt64(columns), let data = view.data,
      let rowStride = Int(exactly: view.row_stride), let columnStride = Int(exactly: view.column_stride),
      rowStride >= 1, columnStride >= 1
    else { return nil }
    let (lastRow, rowOverflow) = (rows - 1).multipliedReportingOverflow(by: rowStride)
    let (lastColumn, columnOverflow) = (columns - 1).multipliedReportingOverflow(by: columnStride)
    guard !rowOverflow, !columnOverflow, lastRow < 1 << 48, lastColumn < 1 << 48 else { return nil }
    guard columns == 1 || rows == 1 || columnStride > lastRow || rowStride > lastColumn else { return nil }
    self.rows = rows
    self.columns = columns
    self.base = data
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// Column-major cells of a matrix that the caller keeps alive: canonical integers until `FieldMatrix(canonical:)`.
  init(columnMajor base: UnsafeMutablePointer<UInt32>, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    self.base = base
    rowStride = 1
    columnStride = rows
  }

  /// Fills the trace, whose width is `C.width`, row by row. `body` gets the row's index and the row, zeroed; rows come
  /// in no particular order and on several threads.
  public func fill<C: AIRColumns>(
    rows columns: C.Type, _ call: HostCall, _ body: @Sendable (Int, inout C) -> Void
  ) throws(CircuitError) where C.T == BabyBear {
    try fill(rows: columns, chunk: Self.defaultChunk, call) { range, rows in
      for row in range { body(row, &rows[row - range.lowerBound]) }
    }
  }

  /// Fills the trace in chunks of `chunk` rows (the last may be shorter), for generators that carry state from row to
  /// row. `body` gets the chunk's rows, zeroed; element `i` is row `range.lowerBound + i`.
  public func fill<C: AIRColumns>(
    rows columns: C.Type, chunk: Int, _ call: HostCall, _ body: @Sendable (Range<Int>, inout MutableSpan<C>) -> Void
  ) throws(CircuitError) where C.T == BabyBear {
    guard C.width == self.columns, chunk > 0 else {
      throw .fault("rows of \(C.width) columns for a trace of \(self.columns), in chunks of \(chunk)")
    }
    let count = (rows - 1) / chunk + 1
    call.forEach(count) { index in
      if call.isCancelled { return }
      let range = index * chunk..<Swift.min((index + 1) * chunk, rows)
      let cells = UnsafeMutablePointer<BabyBear>.allocate(capacity: range.count * C.width)
      defer { cells.deallocate() }
      cells.initialize(repeating: .zero, count: range.count * C.width)
      // SAFE: `C` is `width` cells without padding, as its width was checked to say.
      cells.withMemoryRebound(to: C.self, capacity: range.count) { rows in
        var span = MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(start: rows, count: range.count))
        body(range, &span)
      }
      write(cells, rows: range)
    }
    try call.checkCancellation()
  }

  /// Writes `rows` from row-major cells.
  private func write(_ cells: UnsafePointer<BabyBear>, rows: Range<Int>) {
    for column in 0..<columns {
      // SAFE: rows and columns lie within the view; ranges of different threads are disjoint.
      var target = base + (column * columnStride + rows.lowerBound * rowStride)
      var source = cells + column
      for _ in 0..<rows.count {
        target.pointee = source.pointee.canonical
        source += columns
        target += rowStride
      }
    }
  }
}

extension TraceView {
  /// Writes a matrix of the view's shape.
  public func fill(from matrix: FieldMatrix) throws(CircuitError) {
    guard matrix.height == rows, matrix.width == columns else {
      throw .fault("a matrix of \(matrix.height) x \(matrix.width) for a trace of \(rows) x \(columns)")
    }
    write(matrix)
  }

  /// Writes a matrix that is known to have the view's shape.
  func write(_ matrix: FieldMatrix) {
    for column in 0..<columns {
      // SAFE: the matrix has the view's rows and columns.
      let source = matrix.base + column * rows
      for row in 0..<rows {
        base[column * columnStride + row * rowStride] = source[row].canonical
      }
    }
  }
}
