extension PluginInspection {
  /// The report as lines of text for people.
  public func text() -> String {
    var lines = [
      "\(circuit) \(version), of \(plugin) \(pluginVersion)  (\(library))",
      "SHA-256 \(librarySHA256)",
      "index \(index), batch \(batch) of at most \(maxBatch); app(\(logStackedHeight)), "
        + "\(Self.tenths(soundnessBits)) bits; AIR bytes: \(airBytes)",
      "inputs up to \(maxInputBytes) bytes, outputs up to \(maxOutputBytes)"
        + (usesStandardIO ? "; standard inputs and outputs" : "; an AIR 0 of its own")
        + (isParallel ? "; calls may run side by side" : ""),
      "def_circuit_commit \(circuitCommit)",
      "pre-hash           \(preHash)",
      "",
    ]
    lines += Self.table(
      ["AIR", "columns", "cached", "preproc.", "constraints", "interactions", "degree", "rows", "", "name"],
      airs.enumerated().map { id, air in
        [
          "\(id)", "\(air.columns)",
          air.cachedColumns.isEmpty ? "-" : air.cachedColumns.map(String.init).joined(separator: "+"),
          air.preprocessedColumns == 0 ? "-" : "\(air.preprocessedColumns)", "\(air.constraints)",
          "\(air.interactions)", "\(air.degree)", air.rows.map(String.init) ?? "-", air.isOwn ? "own" : "host",
          air.name,
        ]
      }, leftAligned: [8, 9])
    if let sample { lines.append("rows are those of \(sample)") }
    guard !costs.isEmpty else { return lines.joined(separator: "\n") }
    lines.append("")
    lines += Self.table(
      ["calls", "cells", "cells a call", "seconds", "seconds a call", "MiB", ""],
      costs.map { cost in
        [
          "\(cost.calls)", "\(cost.cells)", "\(cost.cellsPerCall)", Self.tenths(cost.seconds),
          Self.thousandths(cost.secondsPerCall), "\(cost.memoryBytes >> 20)", cost.fits ? "" : "does not fit",
        ]
      }, leftAligned: [6])
    lines.append("seconds are of one thread, good to a factor of two")
    return lines.joined(separator: "\n")
  }

  private static func tenths(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }

  private static func thousandths(_ value: Double) -> String {
    guard value.isFinite, value >= 0, value < 1e9 else { return "\(value)" }
    let number = Int((value * 1000).rounded())
    let rest = String(number % 1000)
    return "\(number / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  private static func table(_ head: [String], _ rows: [[String]], leftAligned: Set<Int>) -> [String] {
    let all = [head] + rows
    let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.enumerated().map { column, text in
        let blanks = String(repeating: " ", count: widths[column] - text.count)
        return leftAligned.contains(column) ? text + blanks : blanks + text
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

extension PluginRun {
  /// The report as lines of text for people.
  public func text() -> String {
    [
      "\(circuit) at index \(index): \(inputBytes) bytes in, \(outputBytes) bytes out, "
        + ConformanceReport.seconds(seconds),
      "output         \(outputBytes <= 256 ? output : output.prefix(512) + "..")",
      "input commit   \(inputCommit.guest)  as guests see it",
      "               \(inputCommit.manifest)",
      "output commit  \(outputCommit.guest)",
      "               \(outputCommit.manifest)",
    ].joined(separator: "\n")
  }
}
