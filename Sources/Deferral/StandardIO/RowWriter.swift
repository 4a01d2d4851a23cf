import AIR
import Algebra

/// Writes rows one after the other into a column-major matrix, some at a time.
struct RowWriter<Row: AIRColumns> where Row.T == BabyBear {
  private static var capacity: Int { 256 }

  private let matrix: FieldMatrix
  private var nextRow: Int
  private var rows: [Row] = []

  /// Starts in row `row` of `matrix`, which is as wide as `Row` or wider.
  init(_ matrix: FieldMatrix, at row: Int) {
    self.matrix = matrix
    nextRow = row
    rows.reserveCapacity(Self.capacity)
  }

  mutating func append(_ row: Row) {
    rows.append(row)
    if rows.count == Self.capacity { flush() }
  }

  /// Writes what has been held back.
  mutating func flush() {
    precondition(nextRow + rows.count <= matrix.height && Row.width <= matrix.width, "rows lie in the matrix")
    rows.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress?.assumingMemoryBound(to: BabyBear.self) else { return }
      // SAFE: a row is `Row.width` cells without padding; the rows lie in the matrix, as checked above.
      for column in 0..<Row.width {
        let target = matrix.base + column * matrix.height + nextRow
        for row in 0..<rows.count { target[row] = source[row * Row.width + column] }
      }
    }
    nextRow += rows.count
    rows.removeAll(keepingCapacity: true)
  }
}

extension AIRColumns where T == BabyBear {
  /// A row of zeros.
  static var zero: Self { Self(cells: Array(repeating: .zero, count: width)) }

  /// Row `row` of a matrix that is as wide as the columns or wider.
  init(_ matrix: FieldMatrix, row: Int) {
    self.init(cells: (0..<Self.width).map { matrix[row: row, column: $0] })
  }
}
