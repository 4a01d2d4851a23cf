import AIR

/// AIRs that are proven together, hence share their buses. By id.
struct InventoryGroup {
  var title: String
  /// What the AIRs are, in a sentence or two.
  var text: String
  var airs: [CompiledAIR]
  /// The id of the first.
  var firstID = 0
  /// AIRs that only complete the picture of the buses; they stand in a table of another group.
  var neighbours: [CompiledAIR] = []
}

/// The page docs/inventory.md, as the AIRs themselves give it.
struct Inventory {
  var groups: [InventoryGroup]

  static let head = """
    # Inventory

    Every AIR and every bus, with its numbers. This page is made from the AIRs by `InventoryPageTests`, which compares
    it. After a change of an AIR it is written anew by

        OUTRIGGER_REGENERATE=1 swift test --filter InventoryPageTests

    Columns are those of the main trace, cached parts first; preprocessed columns stand apart. Degree is the greatest of
    all constraints, counts and message fields. What the machine's AIRs show is said in [circuits.md](circuits.md), what
    the standard set shows in [standard-io.md](standard-io.md), and the rest in the sources.

    Of a bus, the message is that of the interaction that is best to read: fields by the names of the columns that they
    are taken from, others as formulas where these are short. `x[0...7]` are eight fields. AIRs are named by id.

    """

  /// The whole page.
  var page: String { ([Self.head] + groups.map { $0.section }).joined(separator: "\n") }
}

extension InventoryGroup {
  var section: String {
    let buses = BusUse.all(of: airs, firstID: firstID, neighbours: neighbours)
    var lines = ["## \(title)", ""]
    lines += text.isEmpty ? [] : [text, ""]
    lines += [
      "| id | AIR | columns | preprocessed | public values | constraints | interactions | degree |",
      "|---|---|---|---|---|---|---|---|",
    ]
    lines += zip(firstID..., airs).map(Self.row)
    guard !buses.isEmpty else { return lines.joined(separator: "\n") + "\n" }
    lines += ["", "| bus | name | kind | fields | message | AIRs |", "|---|---|---|---|---|---|"]
    lines += buses.map(\.row)
    return lines.joined(separator: "\n") + "\n"
  }

  static func row(_ id: Int, _ air: CompiledAIR) -> String {
    let columns = (air.width.cachedMains + [air.width.commonMain]).map(String.init).joined(separator: " + ")
    let cells = [
      "\(id)", shortName(air), columns, air.width.preprocessed.map(String.init) ?? "0", "\(air.publicValueCount)",
      "\(air.dag.constraints.count)", "\(air.dag.interactions.count)", "\(air.maxConstraintDegree)",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  /// Without the suffix that all of them have.
  static func shortName(_ air: CompiledAIR) -> String {
    air.name.hasSuffix("AIR") ? String(air.name.dropLast(3)) : air.name
  }
}
