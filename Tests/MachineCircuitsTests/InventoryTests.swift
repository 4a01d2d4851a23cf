import AIR
import Foundation
import Testing

@testable import MachineCircuits

/// docs/circuits.md has a table with a row for each AIR; this is the table that the AIRs themselves give.
@Suite struct InventoryTests {
  static let page = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/circuits.md")

  /// `| id | name | columns | interactions | constraints | degree |`; cached columns stand before the common ones.
  static func row(_ id: Int, _ air: any AIR) -> String {
    let compiled = CompiledAIR(air)
    let name = compiled.name.hasSuffix("AIR") ? String(compiled.name.dropLast(3)) : compiled.name
    let columns = (compiled.width.cachedMains + [compiled.width.commonMain]).map(String.init).joined(separator: " + ")
    let numbers = [
      compiled.dag.interactions.count, compiled.dag.constraints.count, compiled.maxConstraintDegree,
    ].map(String.init)
    return "| " + ([String(id), name, columns] + numbers).joined(separator: " | ") + " |"
  }

  @Test func thePageHasTheNumbersOfEveryAIR() throws {
    let lines = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n").map(String.init)
    let header = try #require(lines.firstIndex(of: "| id | AIR | columns | interactions | constraints | degree |"))
    let found = lines[header...].dropFirst(2).prefix { $0.hasPrefix("|") }
    let expected = MachineAIR.all.enumerated().map { Self.row($0.offset, $0.element) }
    #expect(Array(found) == expected, "the table should read:\n\(expected.joined(separator: "\n"))")
  }

  /// No part is preprocessed, so that a key is made in a moment; the columns column would have to say so.
  @Test func noAIRIsPreprocessed() {
    for air in MachineAIR.all { #expect(air.width.preprocessed == nil, "\(air.name)") }
  }
}
