import AIR
import Foundation
import Testing

/// docs/inventory.md is what the AIRs say.
@Suite struct InventoryPageTests {
  static let page = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/inventory.md")

  @Test func thePageIsUpToDate() throws {
    let expected = try Inventory.current().page
    if ProcessInfo.processInfo.environment["OUTRIGGER_REGENERATE"] == "1" {
      try expected.write(to: Self.page, atomically: true, encoding: .utf8)
    }
    let found = try String(contentsOf: Self.page, encoding: .utf8)
    let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false) }
    let difference = zip(lines(found), lines(expected)).enumerated().first { $0.element.0 != $0.element.1 }
    if let (number, (old, new)) = difference {
      Issue.record("docs/inventory.md:\(number + 1): found '\(old)', expected '\(new)'")
    }
    #expect(found == expected, "write docs/inventory.md anew: OUTRIGGER_REGENERATE=1")
  }
}
