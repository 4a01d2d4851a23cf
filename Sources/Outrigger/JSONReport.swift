import Foundation

/// How results are written for programs to read: one JSON object on one line, with sorted snake_case keys.
public enum JSONReport {
  /// `value` as JSON. Quantities that are not finite become the strings `inf`, `-inf` and `nan`.
  public static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      // The report types are plain data, which always encodes.
      return "{\"error\": \"the report could not be encoded\"}"
    }
  }
}
