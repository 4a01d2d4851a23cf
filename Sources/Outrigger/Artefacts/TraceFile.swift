import Algebra
import StarkProver

/// The traces of one AIR as a trace file holds them.
public struct TraceFileEntry: Sendable {
  public var airID: Int
  /// The AIR's display name, if the file has one.
  public var airName: String?
  public var preprocessed: FieldMatrix?
  public var cachedMains: [FieldMatrix]
  /// For each cached main the digest that the file claims for it, as canonical integers; empty where it claims none.
  public var cachedCommitments: [[Int]]
  public var commonMain: FieldMatrix
  public var publicValues: [BabyBear]

  /// What the prover needs of it.
  public var trace: AIRTrace {
    AIRTrace(airID: airID, cachedMains: cachedMains, commonMain: commonMain, publicValues: publicValues)
  }
}

/// Traces as JSON: an array with one object per present AIR, of `air_id`, `air_name`, `public_values`,
/// `preprocessed` (or null), `cached_mains` (`commitment` and `trace` each) and `common_main`. A matrix is
/// `{"height": h, "width": w, "values_row_major": [..]}` with canonical integers.
///
/// Reading needs, beside the file's bytes, at most four bytes per matrix cell twice over, and a cell takes at
/// least two bytes of the file.
public enum TraceFile {
  /// Reads the file at `path`.
  public static func read(_ path: String) throws(ArtefactError) -> [TraceFileEntry] {
    try parse(ArtefactFile.read(path, limit: ArtefactFile.Limit.traces), file: path)
  }

  /// Parses the bytes of a trace file; `file` is for error messages.
  public static func parse(_ bytes: [UInt8], file: String) throws(ArtefactError) -> [TraceFileEntry] {
    var scanner = JSONScanner(bytes, file: file)
    var entries: [TraceFileEntry] = []
    var ids: Set<Int> = []
    try scanner.beginArray()
    while try scanner.nextElement() {
      let entry = try self.entry(&scanner)
      guard ids.insert(entry.airID).inserted else {
        throw scanner.malformed("AIR \(entry.airID) has traces already")
      }
      entries.append(entry)
    }
    try scanner.end()
    return entries
  }

  private static func entry(_ scanner: inout JSONScanner) throws(ArtefactError) -> TraceFileEntry {
    var airID: Int?
    var name: String?
    var preprocessed: FieldMatrix?
    var cached: [FieldMatrix] = []
    var commitments: [[Int]] = []
    var common: FieldMatrix?
    var publicValues: [BabyBear] = []
    var seen: Set<String> = []
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      guard seen.insert(key).inserted else { throw scanner.malformed("the key appears twice") }
      switch key {
      case "air_id": airID = try scanner.unsigned(upTo: 1 << 20)
      case "air_name": name = try scanner.string()
      case "preprocessed": if !scanner.null() { preprocessed = try matrix(&scanner) }
      case "common_main": common = try matrix(&scanner)
      case "public_values": publicValues = try elements(&scanner)
      case "cached_mains":
        try scanner.beginArray()
        while try scanner.nextElement() {
          let (trace, commitment) = try cachedMain(&scanner)
          cached.append(trace)
          commitments.append(commitment)
        }
      default: throw scanner.unknownKey()
      }
    }
    guard let airID else { throw scanner.malformed("the key 'air_id' is missing") }
    guard let common else { throw scanner.malformed("the key 'common_main' is missing") }
    return TraceFileEntry(
      airID: airID, airName: name, preprocessed: preprocessed, cachedMains: cached, cachedCommitments: commitments,
      commonMain: common, publicValues: publicValues)
  }

  private static func cachedMain(_ scanner: inout JSONScanner) throws(ArtefactError) -> (FieldMatrix, [Int]) {
    var trace: FieldMatrix?
    var commitment: [Int] = []
    var seen: Set<String> = []
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      guard seen.insert(key).inserted else { throw scanner.malformed("the key appears twice") }
      switch key {
      case "trace": trace = try matrix(&scanner)
      case "commitment":
        try scanner.beginArray()
        while try scanner.nextElement() {
          guard commitment.count < 8 else { throw scanner.malformed("a digest has at most 8 elements") }
          commitment.append(try scanner.unsigned(upTo: Int(BabyBear.modulus) - 1))
        }
      default: throw scanner.unknownKey()
      }
    }
    guard let trace else { throw scanner.malformed("the key 'trace' is missing") }
    return (trace, commitment)
  }

  private static func matrix(_ scanner: inout JSONScanner) throws(ArtefactError) -> FieldMatrix {
    let start = scanner.offset
    var height: Int?
    var width: Int?
    var values: [BabyBear]?
    var seen: Set<String> = []
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      guard seen.insert(key).inserted else { throw scanner.malformed("the key appears twice") }
      switch key {
      // A height is a power of two up to the size of the largest subgroup.
      case "height": height = try scanner.unsigned(upTo: 1 << BabyBear.twoAdicity)
      case "width": width = try scanner.unsigned(upTo: 1 << 20)
      case "values_row_major": values = try elements(&scanner)
      default: throw scanner.unknownKey()
      }
    }
    guard let height, let width, let values else {
      throw scanner.malformed("a matrix needs height, width and values_row_major", at: start)
    }
    guard height > 0, width > 0, height & (height - 1) == 0 else {
      throw scanner.malformed(
        "expected a height that is a power of two and a width of at least 1, found \(height) x \(width)", at: start)
    }
    guard values.count == height * width else {  // at most 2^47
      throw scanner.malformed(
        "\(height) rows of \(width) columns are \(height * width) values, found \(values.count)", at: start)
    }
    return FieldMatrix(rowMajor: values, width: width)
  }

  private static func elements(_ scanner: inout JSONScanner) throws(ArtefactError) -> [BabyBear] {
    var elements: [BabyBear] = []
    try scanner.beginArray()
    while try scanner.nextElement() {
      elements.append(BabyBear(UInt32(try scanner.unsigned(upTo: Int(BabyBear.modulus) - 1))))
    }
    return elements
  }
}
