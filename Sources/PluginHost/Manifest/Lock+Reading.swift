import Hashing

extension Lock {
  static let maxVersionBytes = 128

  /// Reads a lock file; nil where there is none.
  public static func read(_ path: String) throws(ManifestFailure) -> Lock? {
    let bytes: [UInt8]
    do throws(HostFile.Failure) {
      bytes = try HostFile.read(path, limit: Manifest.maxBytes)
    } catch {
      if error.kind == .missingFile { return nil }
      throw ManifestFailure(ManifestError(error, file: path))
    }
    return try Lock(bytes: bytes, path: path)
  }

  /// Reads a lock file that would stand at `path`.
  public init(bytes: [UInt8], path: String) throws(ManifestFailure) {
    guard bytes.count <= Manifest.maxBytes else {
      throw ManifestFailure(
        ManifestError(.tooLarge, file: path, expected: "at most \(Manifest.maxBytes) bytes", found: "\(bytes.count)"))
    }
    let document = try TOMLDocument(bytes, file: path)
    var reader = TOMLReader(document)
    var root = TOMLReader.Table(path: TOMLPath(), values: document.root)
    // A file of another form has other keys: nothing more is said of it.
    let schema = reader.integer(&root, "schema", required: true, in: Self.schema...Self.schema)
    if schema == nil, let failure = reader.failure { throw failure }
    let scheme = reader.text(&root, "commit_scheme", required: true, maxBytes: 64)
    let host = reader.text(&root, "host", required: true, maxBytes: Self.maxVersionBytes)
    let tables = reader.tables(&root, "deferral")
    if tables.count > Manifest.maxDeferrals {
      reader.fail(
        .outOfRange, tables[Manifest.maxDeferrals].path, expected: "at most \(Manifest.maxDeferrals) entries",
        found: "\(tables.count)")
    }
    var entries: [Entry] = []
    for var table in tables.prefix(Manifest.maxDeferrals) {
      if let entry = Entry(&reader, &table, expectedIndex: entries.count) { entries.append(entry) }
      reader.finish(table)
    }
    reader.finish(root)
    if let failure = reader.failure { throw failure }
    self.init(commitScheme: scheme ?? "", host: host ?? "", entries: entries)
  }
}

extension Lock.Entry {
  fileprivate init?(_ reader: inout TOMLReader, _ table: inout TOMLReader.Table, expectedIndex: Int) {
    let index = reader.integer(&table, "index", required: true, in: 0...Manifest.maxDeferrals - 1)
    let circuit = reader.text(
      &table, "circuit", required: true, maxBytes: DeferralEntry.maxCircuitBytes, expected: "the id of a circuit",
      as: DeferralEntry.circuitID)
    let version = reader.text(&table, "version", required: true, maxBytes: Lock.maxVersionBytes)
    let plugin = reader.text(&table, "plugin", required: true, maxBytes: DeferralEntry.maxPathBytes)
    let library = reader.text(
      &table, "library_sha256", required: true, maxBytes: 4096, expected: "64 hexadecimal digits",
      as: { ContentDigest($0) })
    let parameters = reader.text(
      &table, "params_sha256", required: true, maxBytes: 4096, expected: "64 hexadecimal digits",
      as: { ContentDigest($0) })
    let batch = reader.powerOfTwo(&table, "batch", in: 1...1 << DeferralEntry.maxLogBatch)
    if table.values["batch"] == nil {
      reader.fail(.missingKey, table.path.key("batch"), expected: "a power of two", found: "no such key")
    }
    let height = reader.integer(&table, "log_stacked_height", required: true, in: 11...24)
    let commit = reader.text(
      &table, "def_circuit_commit", required: true, maxBytes: 4096,
      expected: "0x and 64 hexadecimal digits, the one form of a commitment", as: { CommitBytes($0)?.digest })
    guard let index, let circuit, let version, let plugin, let library, let parameters, let batch, let height,
      let commit
    else { return nil }
    guard index == expectedIndex else {
      reader.fail(
        index < expectedIndex ? .duplicateIndex : .gap, table.path.key("index"),
        expected: "index \(expectedIndex): from 0, without gaps, in order", found: "\(index)")
      return nil
    }
    self.init(
      index: index, circuit: circuit, version: version, plugin: plugin, library: library, parameters: parameters,
      logBatch: batch.trailingZeroBitCount, logStackedHeight: height, circuitCommit: commit)
  }
}
