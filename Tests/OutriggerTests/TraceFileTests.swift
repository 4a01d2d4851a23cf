import Algebra
import Outrigger
import TestSupport
import Testing

@Suite("Trace files")
struct TraceFileTests {
  static let text = """
    [{"air_id":2,"air_name":"X","cached_mains":[{"commitment":[1,2,3,4,5,6,7,8],\
    "trace":{"height":2,"values_row_major":[5,6],"width":1}}],\
    "common_main":{"height":2,"values_row_major":[1,2,3,4],"width":2},"preprocessed":null,"public_values":[7]}]
    """

  private func failure(_ text: String) -> ArtefactError? {
    do {
      _ = try TraceFile.parse(Array(text.utf8), file: "t.json")
      return nil
    } catch { return error }
  }

  @Test("A small file, cell by cell")
  func reading() throws {
    let entry = try #require(try TraceFile.parse(Array(Self.text.utf8), file: "t.json").first)
    #expect(entry.airID == 2 && entry.airName == "X" && entry.publicValues == [7])
    #expect(entry.commonMain[row: 0, column: 1] == 2 && entry.commonMain[row: 1, column: 0] == 3)
    #expect(entry.cachedMains.count == 1 && entry.cachedMains[0][row: 1, column: 0] == 6)
    #expect(entry.cachedCommitments == [[1, 2, 3, 4, 5, 6, 7, 8]])
    #expect(entry.preprocessed == nil)
  }

  @Test("The vectors' traces have the heights that the index names")
  func vectorTraces() throws {
    let path = "vectors/proofs/small_2_8_3/fib_log3/traces.json"
    guard let bytes = try Vectors.bytes(path) else { return }
    let entry = try #require(try TraceFile.parse(bytes, file: path).first)
    #expect(entry.commonMain.height == 8 && entry.commonMain.width == 2)
    #expect(entry.publicValues[2] == entry.commonMain[row: 7, column: 1])
  }

  @Test("Every truncation is an error")
  func truncation() {
    let bytes = Array(Self.text.utf8)
    for length in 0..<bytes.count {
      #expect(throws: ArtefactError.self) { try TraceFile.parse(Array(bytes.prefix(length)), file: "t.json") }
    }
  }

  @Test("Wrong shapes, types and claims are refused with their field")
  func changes() throws {
    let cases: [(from: String, to: String, field: String, word: String)] = [
      ("[1,2,3,4]", "[1,2,3,2013265921]", "[0].common_main.values_row_major[3]", "above 2013265920"),
      ("[1,2,3,4]", "[1,2,3]", "[0].common_main", "are 4 values, found 3"),
      ("[1,2,3,4]", "[1,2,3,4,5]", "[0].common_main", "found 5"),
      ("[1,2,3,4]", "[1,2,3,true]", "[0].common_main.values_row_major[3]", "unsigned integer"),
      (
        "{\"height\":2,\"values_row_major\":[1", "{\"height\":3,\"values_row_major\":[1", "[0].common_main",
        "power of two"
      ),
      (
        "{\"height\":2,\"values_row_major\":[1", "{\"height\":0,\"values_row_major\":[1", "[0].common_main",
        "power of two"
      ),
      (
        "{\"height\":2,\"values_row_major\":[1", "{\"height\":134217728,\"values_row_major\":[1", "[0].common_main",
        "are 268435456 values, found 4"
      ),
      (
        "{\"height\":2,\"values_row_major\":[1", "{\"height\":18446744073709551616,\"values_row_major\":[1",
        "[0].common_main.height", "above"
      ),
      ("\"width\":2", "\"width\":0", "[0].common_main", "width of at least 1"),
      ("\"width\":2", "\"wide\":2", "[0].common_main.wide", "unknown key"),
      ("\"air_id\":2,", "", "[0]", "'air_id' is missing"),
      ("\"air_id\":2", "\"air_id\":2,\"air_id\":2", "[0].air_id", "twice"),
      ("\"air_id\":2", "\"air_id\":[2]", "[0].air_id", "unsigned integer"),
      ("[1,2,3,4,5,6,7,8]", "[1,2,3,4,5,6,7,8,9]", "[0].cached_mains[0].commitment[8]", "at most 8"),
    ]
    for (from, to, field, word) in cases {
      let error = try #require(failure(Self.text.replacing(from, with: to)), "\(to)")
      #expect(error.field == field, "\(to): \(error)")
      #expect(error.reason.contains(word), "\(to): \(error)")
    }
    let entry = String(Self.text.dropFirst().dropLast())
    #expect(failure("[\(entry),\(entry)]")?.reason.contains("AIR 2 has traces already") == true)
    #expect(failure("{}")?.reason.contains("an array") == true)
  }
}
