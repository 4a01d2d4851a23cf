// How a plugin behaves towards its host, whatever its circuits are.
extension ConformanceBench {
  /// The session that told `info` has loaded the library and read its table.
  func loadNowLocal() -> Finding {
    let circuits = info.circuits.map(\.id).joined(separator: ", ")
    return .pass("\(counted(library.byteCount, "byte")); circuits: \(circuits)")
  }

  /// Makes a probe in a worker of its own.
  private func ask(_ probe: PluginProbe, _ what: String) throws(Finding) -> Bool {
    try withFreshSession { session throws(Finding) in
      try attempt(what) { () throws(PluginError) in try session.probe(probe) }
    }
  }

  func entryIdempotent() throws(Finding) -> Finding {
    guard try ask(.entryIsIdempotent, "the entry, called again") else {
      return .fail("expected the same table with the same content from a second call of the entry, found another")
    }
    return .pass("a second call gave the same table")
  }

  func futureStructSize() throws(Finding) -> Finding {
    guard try ask(.acceptsFutureHost, "the entry with a longer host table") else {
      return .fail(
        "expected the entry to accept a host whose table is longer than the plugin knows, found that it refuses")
    }
    guard try ask(.acceptsFutureDescription(circuit: number), "describe with a longer struct") else {
      return .fail(
        "expected describe to write what it knows of a longer struct and no more, found an error, or bytes behind"
      )
    }
    return .pass("accepts a longer host table and a longer description")
  }

  func pastStructSize() throws(Finding) -> Finding {
    guard try ask(.acceptsPastHost(circuit: number), "the entry and describe with shorter structs") else {
      return .fail(
        "expected the plugin to live with a host table and a description that lack their last fields, found that it "
          + "refuses, or writes behind the stated size")
    }
    return .pass("lives with shorter structs and writes nothing behind them")
  }

  /// Reserved words of the table and of descriptions are looked at when a plugin is loaded.
  func reservedNonzero() throws(Finding) -> Finding {
    var parameters = subject.parameters
    if parameters.isEmpty { parameters.append(PluginParameter(key: "outrigger-conformance", value: .integer(0))) }
    parameters[0].reserved = 1
    let marked = parameters
    return try withFreshSession { session throws(Finding) in
      do throws(PluginError) {
        _ = try session.create(circuit: number, index: subject.index, parameters: marked)
      } catch {
        guard case .status = error.reason else { throw Finding(error, during: "create") }
        return .pass("the plugin's own are 0; a parameter with another one is refused")
      }
      return .fail("expected create to refuse a parameter whose reserved word is 1, found that it accepts it")
    }
  }

  func unknownExtension() throws(Finding) -> Finding {
    guard try ask(.refusesUnknownExtension, "get_extension") else {
      return .fail("expected NULL for an extension that nobody knows, found a pointer")
    }
    return .pass("gives NULL")
  }

  func describeMatchesManifest() throws(Finding) -> Finding {
    guard try ask(.refusesUnknownCircuit, "describe of a circuit that does not exist") else {
      return .fail("expected BAD_ARGUMENT for a circuit number that is none, found something else")
    }
    let most = circuit.maxLogBatch
    guard subject.logBatch <= most else {
      return .fail(
        "the manifest asks for batches of \(1 << subject.logBatch) calls, the circuit takes at most \(1 << most)")
    }
    let ids = info.circuits.map(\.id)
    if let twice = ids.first(where: { id in ids.count { $0 == id } > 1 }) {
      return .fail("expected circuits with ids of their own, found \(twice) twice")
    }
    try withInstance { _, _ throws(Finding) in () }
    if let set = try? airSet() {
      guard set.usesStandardIO == circuit.usesStandardIO else {
        let (said, found) = circuit.usesStandardIO ? ("has", "do not name it") : ("does not have", "name it")
        return .fail("the description says that the circuit \(said) the standard set, its AIR bytes \(found)")
      }
      guard set.airs.count == circuit.airCount else {
        return .fail("the description says \(counted(circuit.airCount, "AIR")), the AIR bytes have \(set.airs.count)")
      }
    }
    let batch = most == 0 ? "one call to a proof" : "up to \(1 << most) calls to a proof"
    return .pass(
      "inputs up to \(circuit.maxInputBytes) bytes, outputs up to \(circuit.maxOutputBytes), "
        + "\(counted(circuit.airCount, "AIR")), app(\(circuit.logStackedHeight)), \(batch)")
  }
}
