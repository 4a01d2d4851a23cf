import Algebra
import StarkProver
import StarkVerifier

/// Traces that fit a key: every width, height, number of parts and of public values is what the key demands.
public struct TraceSet: Sendable {
  /// By AIR id, ascending.
  public let traces: [AIRTrace]
  /// By AIR id; nil where the key has no preprocessed trace.
  public let preprocessed: [FieldMatrix?]
  /// By AIR id.
  public let airNames: [String]

  /// Checks `entries`, read from `file`, against `key`.
  public init<H>(_ entries: [TraceFileEntry], for key: KeyFile<H>, file: String) throws(ArtefactError) {
    let airs = key.key.airs
    var preprocessed: [FieldMatrix?] = Array(repeating: nil, count: airs.count)
    var names = airs.indices.map { "AIR \($0)" }
    let byID = entries.sorted { $0.airID < $1.airID }
    for (position, entry) in entries.enumerated() {
      func fail(_ field: String, _ expected: String, _ found: String) -> ArtefactError {
        ArtefactError(
          .inconsistent, file: file, field: "[\(position)].\(field)",
          "the key in \(key.path) demands \(expected), found \(found)")
      }
      guard airs.indices.contains(entry.airID) else {
        throw fail("air_id", "an id below \(airs.count)", "\(entry.airID)")
      }
      let air = airs[entry.airID]
      if let name = entry.airName { names[entry.airID] = name }
      let height = entry.commonMain.height
      let limit = 1 << min(max(key.key.parameters.logStackedHeight, 0), BabyBear.twoAdicity)
      guard height <= limit else { throw fail("common_main.height", "at most \(limit)", "\(height)") }
      guard entry.commonMain.width == air.width.commonMain else {
        throw fail("common_main.width", "\(air.width.commonMain)", "\(entry.commonMain.width)")
      }
      guard entry.publicValues.count == air.publicValueCount else {
        throw fail("public_values", "\(air.publicValueCount) values", "\(entry.publicValues.count)")
      }
      guard entry.cachedMains.count == air.width.cachedMains.count else {
        throw fail("cached_mains", "\(air.width.cachedMains.count) parts", "\(entry.cachedMains.count)")
      }
      for (part, (matrix, width)) in zip(entry.cachedMains, air.width.cachedMains).enumerated() {
        guard matrix.width == width, matrix.height == height else {
          throw fail("cached_mains[\(part)].trace", "\(height) x \(width)", "\(matrix.height) x \(matrix.width)")
        }
      }
      switch (air.width.preprocessed, entry.preprocessed) {
      case (nil, nil): break
      case (let width?, let matrix?):
        guard matrix.width == width, matrix.height == height else {
          throw fail("preprocessed", "\(height) x \(width)", "\(matrix.height) x \(matrix.width)")
        }
        preprocessed[entry.airID] = matrix
      case (let width?, nil): throw fail("preprocessed", "\(width) columns", "null")
      case (nil, let matrix?): throw fail("preprocessed", "null", "\(matrix.width) columns")
      }
    }
    for (id, air) in airs.enumerated() where air.isRequired && !byID.contains(where: { $0.airID == id }) {
      throw ArtefactError(
        .inconsistent, file: file, "the key in \(key.path) demands traces for AIR \(id), and there are none")
    }
    guard !entries.isEmpty else { throw ArtefactError(.inconsistent, file: file, "there are no traces") }
    traces = byID.map(\.trace)
    self.preprocessed = preprocessed
    airNames = names
  }
}
