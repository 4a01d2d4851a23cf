extension ConformanceReport {
  /// The report as lines of text for people. `style` may colour a part; by default it leaves it as it is.
  public func text(
    style: (String, ConformanceOutcome) -> String = { text, _ in text }, lineLength: Int = 120
  ) -> String {
    var lines: [String] = []
    let title = [plugin, version].compactMap { $0 }.joined(separator: " ")
    lines.append(title.isEmpty ? library : "\(title)  (\(library))")
    if let librarySHA256 { lines.append("SHA-256 \(librarySHA256)") }
    for circuit in circuits {
      lines.append("")
      lines += circuit.lines(style: style, lineLength: lineLength)
    }
    lines.append("")
    lines.append(verdict(style: style))
    return lines.joined(separator: "\n")
  }

  private func verdict(style: (String, ConformanceOutcome) -> String) -> String {
    let counts = ConformanceOutcome.allCases.compactMap { outcome -> String? in
      let number = count(outcome)
      return number == 0 ? nil : style("\(number) \(outcome.rawValue)", outcome)
    }
    let word = isAcceptable ? style("conforms", .pass) : style("does not conform", .fail)
    return "\(word): \(counts.joined(separator: ", ")) in \(Self.seconds(seconds))"
  }

  /// Seconds with two digits behind the point.
  static func seconds(_ value: Double) -> String {
    guard value.isFinite, value >= 0, value < 1e9 else { return "? s" }
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
  }
}

extension ConformanceReport.Circuit {
  fileprivate func lines(style: (String, ConformanceOutcome) -> String, lineLength: Int) -> [String] {
    var head = circuit ?? "no circuit"
    if let version { head += " \(version)" }
    head += " at index \(index), "
    head += batch == 1 ? "one call to a proof" : "up to \(batch) calls to a proof"
    var lines = [head, "proofs: \(proofParameters)"]
    if let circuitCommit { lines.append("def_circuit_commit \(circuitCommit)") }
    for result in results {
      lines += result.lines(style: style, lineLength: lineLength)
    }
    if !survivors.isEmpty {
      lines.append("  unnoticed changes:")
      for survivor in survivors.prefix(20) {
        let rows = survivor.rows.map(String.init).joined(separator: ", ")
        lines.append(
          "    \(survivor.air).\(survivor.column): \(survivor.unnoticed) of \(survivor.tried), in rows \(rows)")
      }
      if survivors.count > 20 { lines.append("    and \(survivors.count - 20) more columns") }
    }
    return lines
  }
}

extension ConformanceReport.Result {
  private static let nameWidth = (ConformanceCheck.allCases.map(\.rawValue.count).max() ?? 0) + 2
  private static let outcomeWidth = (ConformanceOutcome.allCases.map(\.rawValue.count).max() ?? 0) + 2
  private static let timeWidth = 8

  fileprivate func lines(style: (String, ConformanceOutcome) -> String, lineLength: Int) -> [String] {
    let time = ConformanceReport.seconds(seconds)
    let start =
      "  " + style(outcome.rawValue, outcome) + Self.blanks(Self.outcomeWidth - outcome.rawValue.count)
      + check.rawValue + Self.blanks(Self.nameWidth - check.rawValue.count)
      + Self.blanks(Self.timeWidth - time.count) + time + "  "
    let indent = 2 + Self.outcomeWidth + Self.nameWidth + Self.timeWidth + 2
    let wrapped = Self.wrap(reason, width: Swift.max(lineLength - indent, 32))
    return [start + (wrapped.first ?? "")] + wrapped.dropFirst().map { Self.blanks(indent) + $0 }
  }

  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: Swift.max(count, 0)) }

  /// Breaks text between words.
  private static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? "\(word)" : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
