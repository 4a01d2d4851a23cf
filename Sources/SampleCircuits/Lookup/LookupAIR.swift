import AIR
import Algebra

/// A key and its value.
public struct Record<T: Cell>: AIRColumns {
  public var key: T
  public var value: T
}

/// The columns of a station: 50.
public struct LookupColumns<T: Cell>: AIRColumns {
  /// Whether the row takes part.
  public var isActive: T
  /// How often the row's table entry is looked up by the previous station.
  public var countQueries: T
  /// Records sent to the next station.
  public var outgoing: [12 of Record<T>]
  /// Records received from the previous station.
  public var incoming: [12 of Record<T>]
}

/// One station of a ring that passes records around: a circuit that is almost nothing but bus interactions.
///
/// A station makes twelve records per row, each a key with its square, and sends them to the next station, which
/// receives them in any order of rows. In addition every station looks up its first outgoing record in the table that
/// the first incoming records of the next station form. That makes 26 interactions a row: 12 sent, 12 received, one
/// query, one table row. Degree 3.
///
/// Assumes: nothing but the buses, which connect exactly the stations `0 ..< stationCount`.
///
/// Why it is sound: what station `s` receives is, as a multiset, what station `s - 1` sent, since `isActive` is
/// boolean and so every count is 0, 1 or -1, and fewer than `p` messages fit a proof. Every record sent is a square
/// with its root, hence so is every record received, without the receiver squaring anything.
public struct LookupAIR: AIR {
  /// Position in the ring.
  public let station: Int
  public let stationCount: Int

  /// Bus numbers `0 ..< stationCount` carry records, the same number from `stationCount` on are tables.
  public init(station: Int, of stationCount: Int = 4) {
    precondition(stationCount > 0 && stationCount < 1 << 15 && (0..<stationCount).contains(station))
    self.station = station
    self.stationCount = stationCount
  }

  public var name: String { "LookupAIR \(station)" }
  public var width: TraceWidth { TraceWidth(commonMain: LookupColumns<Expr>.width) }

  /// The bus from `station` to the next one.
  private func recordBus(from station: Int) -> PermutationBus {
    PermutationBus(UInt16(station), "records of station \(station)")
  }

  /// The table of `station`.
  private func tableBus(of station: Int) -> LookupBus {
    LookupBus(UInt16(stationCount + station), "table of station \(station)")
  }

  public func evaluate(_ builder: AIRBuilder) {
    let local = builder.main(LookupColumns<Expr>.self).local
    let next = (station + 1) % stationCount
    let previous = (station + stationCount - 1) % stationCount

    // Constrains: isActive is 0 or 1.
    // Padding: 0 silences all interactions of a row.
    // Broken if removed: a row may send a record with any multiplicity, for instance twice, or a negative number of
    // times.
    builder.assertBoolean("isActive is boolean", local.isActive)

    // Constrains: value = key^2 on active rows. Degree 3 with the condition.
    // Broken if removed: records that are no squares enter the ring.
    for slot in 0..<12 {
      let record = local.outgoing[slot]
      builder.when(local.isActive).assertEqual("outgoing[\(slot)] is a square", record.value, record.key.squared)
    }

    // Constrains: an inactive row provides nothing.
    // Broken if removed: padding rows serve as table entries that were never received.
    builder.unless(local.isActive).assertZero("inactive rows are not looked up", local.countQueries)

    for slot in 0..<12 {
      builder.send(
        "send outgoing[\(slot)]", local.outgoing[slot], on: recordBus(from: station), enabled: local.isActive)
    }
    for slot in 0..<12 {
      builder.receive(
        "receive incoming[\(slot)]", local.incoming[slot], on: recordBus(from: previous), enabled: local.isActive)
    }
    builder.lookUp(
      "query outgoing[0]", local.outgoing[0], in: tableBus(of: next), enabled: local.isActive)
    builder.provide(
      "provide incoming[0]", local.incoming[0], in: tableBus(of: station), count: local.countQueries)
  }
}
