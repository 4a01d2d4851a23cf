/// How the columns of a list of matrices are stacked into columns of height `2^M` (chapter 10, section 6.1).
///
/// Matrices stand in order of falling height. Every column takes `2^max(logHeight, lSkip)` rows, one column after
/// the other; since lengths are falling powers of two, none straddles two stacked columns.
public struct StackedLayout: Hashable, Sendable {
  /// The place of one column.
  public struct Slice: Hashable, Sendable {
    /// Index of the matrix in the list.
    public let matrix: Int
    /// Column of that matrix.
    public let column: Int
    /// Stacked column that holds it.
    public let stackedColumn: Int
    /// First row inside the stacked column, a multiple of the slice's length.
    public let row: Int
    /// Log height of the matrix, which may be below `lSkip`.
    public let logHeight: Int
  }

  /// In the order of the walk: matrix by matrix, column by column.
  public let slices: [Slice]
  /// Number of stacked columns.
  public let width: Int

  /// Lays out matrices of the given log heights and widths. Heights must not rise, and none may exceed
  /// `lSkip + nStack`; the total number of columns must be below `2^31`.
  public init(matrices: [(logHeight: Int, width: Int)], lSkip: Int, nStack: Int) {
    let logStackedHeight = lSkip &+ nStack
    var slices: [Slice] = []
    slices.reserveCapacity(matrices.reduce(0) { $0 &+ $1.width })
    var address = 0  // < 2^31 columns x 2^27 rows
    for (index, matrix) in matrices.enumerated() {
      for column in 0..<max(matrix.width, 0) {
        slices.append(
          Slice(
            matrix: index, column: column, stackedColumn: address >> logStackedHeight,
            row: address & ((1 << logStackedHeight) &- 1), logHeight: matrix.logHeight))
        address &+= 1 << max(matrix.logHeight, lSkip)
      }
    }
    self.slices = slices
    width = Self.stackedWidth(cells: address, logStackedHeight: logStackedHeight)
  }

  private static func stackedWidth(cells: Int, logStackedHeight: Int) -> Int {
    (cells &+ (1 << logStackedHeight) &- 1) >> logStackedHeight
  }
}
