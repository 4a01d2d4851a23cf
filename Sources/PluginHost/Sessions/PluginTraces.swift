import Algebra
import Deferral

/// One part of a trace as a plugin filled it.
///
/// The cells lie in memory that the plugin's process shares: they are not known to be canonical, and a plugin that
/// breaks the rules can change them while they are read. `matrix()` gives field elements whatever happens, and refuses
/// cells that it sees to be none.
public struct PluginTrace: @unchecked Sendable {
  // SAFE: the region is kept alive by this value and written by nobody on this side once the trace is handed out.
  /// Number of the AIR in the AIR bytes.
  public let air: Int
  /// nil for the main part, else the number of the cached part.
  public let cachedPart: Int?
  public let rows: Int
  public let columns: Int
  /// Distance in cells between two rows, and between two columns.
  public let rowStride: Int
  public let columnStride: Int
  let region: ArenaRegion
  /// Place of the first cell in the region, in bytes.
  let start: Int
  /// Whom to name in errors.
  let origin: PluginErrorContext

  /// Lends the cells, from the first to the last that belongs to the view: cell (r, c) is at
  /// `r * rowStride + c * columnStride`.
  public func withCells<Result>(_ body: (UnsafeBufferPointer<UInt32>) throws -> Result) rethrows -> Result {
    // SAFE: the view was laid out inside the region, and 64-byte aligned.
    let base = UnsafeRawPointer(region.base + start).assumingMemoryBound(to: UInt32.self)
    return try body(UnsafeBufferPointer(start: base, count: cellCount))
  }

  /// Cells from the first to the last, gaps included.
  var cellCount: Int { rows == 0 || columns == 0 ? 0 : (rows - 1) * rowStride + (columns - 1) * columnStride + 1 }

  /// The cells as field elements, each checked to be below p. A plugin that changes cells meanwhile spoils its own proof.
  public func matrix(workers: Workers = Workers(1)) throws(PluginError) -> FieldMatrix {
    let result = withCells { cells in
      Result { () throws(NonCanonicalCell) in
        try FieldMatrix.fromCanonical(
          cells, height: rows, width: columns, rowStride: rowStride, columnStride: columnStride, air: air,
          workers: workers)
      }
    }
    do throws(NonCanonicalCell) { return try result.get() } catch {
      throw origin.error(
        .cellNotCanonical(air: error.air, row: error.row, column: error.column, value: error.value))
    }
  }

  /// The first cell that lies in a gap and is not zero any more, as a place among the cells.
  public func touchedGap() -> Int? {
    let (outer, inner, step) =
      rowStride == 1 ? (columns, rows, columnStride) : (rows, columns, rowStride)
    guard step > inner, outer > 1 else { return nil }
    return withCells { cells in
      for line in 0..<(outer - 1) {
        for place in (line * step + inner)..<((line + 1) * step) where cells[place] != 0 { return place }
      }
      return nil
    }
  }
}

/// What `fill` gives: the main parts of the AIRs that are present, in order of AIR.
public struct PluginTraces: Sendable {
  public let traces: [PluginTrace]
  /// For circuits without the standard set: 17 canonical elements of AIR 0.
  public let publicValues: [UInt32]?
}
