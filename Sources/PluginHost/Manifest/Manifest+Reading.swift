#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Manifest {
  /// Reads and validates a manifest. Other files are not touched: `missingFiles` names those that are not there.
  public init(path: String) throws(ManifestFailure) {
    let bytes: [UInt8]
    do throws(HostFile.Failure) {
      bytes = try HostFile.read(path, limit: Self.maxBytes)
    } catch {
      throw ManifestFailure(ManifestError(error, file: path))
    }
    try self.init(bytes: bytes, path: path)
  }

  /// Reads and validates a manifest that would stand at `path`.
  public init(bytes: [UInt8], path: String) throws(ManifestFailure) {
    guard bytes.count <= Self.maxBytes else {
      throw ManifestFailure(
        ManifestError(.tooLarge, file: path, expected: "at most \(Self.maxBytes) bytes", found: "\(bytes.count)"))
    }
    let document = try TOMLDocument(bytes, file: path)
    var reader = TOMLReader(document)
    var root = TOMLReader.Table(path: TOMLPath(), values: document.root)
    let defaultName = Self.defaultName(path: path)
    let app = AppSection(&reader, reader.table(&root, "app"), defaultName: defaultName)
    let machine = MachineSection(&reader, reader.table(&root, "vm"))
    let deferrals = Self.deferrals(&reader, reader.tables(&root, "deferral"))
    reader.finish(root)
    if let failure = reader.failure { throw failure }
    self.init(path: path, app: app, machine: machine, deferrals: deferrals)
  }

  // MARK: Entries

  private static func deferrals(_ reader: inout TOMLReader, _ tables: [TOMLReader.Table]) -> [DeferralEntry] {
    guard tables.count <= maxDeferrals else {
      let path = tables[maxDeferrals].path
      reader.fail(.outOfRange, path, expected: "at most \(maxDeferrals) entries", found: "\(tables.count)")
      return []
    }
    var firstLines: [Int: Int] = [:]
    var next = 0
    var entries: [DeferralEntry] = []
    for var table in tables {
      let index = reader.integer(&table, "index", required: true, in: 0...maxDeferrals - 1)
      let path = table.path.key("index")
      if let index {
        if let line = firstLines[index] {
          reader.fail(
            .duplicateIndex, path, expected: "each index once", found: "index \(index), as in the entry of line \(line)"
          )
        } else {
          if index != next {
            reader.fail(
              .gap, path, expected: "index \(next): from 0, without gaps, in order", found: "\(index)")
          }
          firstLines[index] = reader.index.line(of: table.path)
          next = index + 1
        }
      } else {
        next += 1
      }
      if let entry = DeferralEntry(&reader, &table, index: index ?? 0) { entries.append(entry) }
      reader.finish(table)
    }
    return entries
  }

  // The folder's name, as far as it is one that a manifest could give.
  private static func defaultName(path: String) -> String {
    let folder = FilePath.folder(of: path)
    let name =
      folder == "." || folder == ".." || folder.hasSuffix("/.") || folder.hasSuffix("/..")
      ? resolvedName(folder) : FilePath.name(of: folder)
    return name.isEmpty || name == "/" || name.utf8.count > AppSection.maxNameBytes ? "app" : name
  }

  private static func resolvedName(_ folder: String) -> String {
    guard let resolved = realpath(folder, nil) else { return "" }
    defer { free(resolved) }
    return FilePath.name(of: String(cString: resolved))
  }
}

extension AppSection {
  static let maxNameBytes = 128

  fileprivate init(_ reader: inout TOMLReader, _ table: TOMLReader.Table?, defaultName: String) {
    self.init(name: defaultName)
    guard var table else { return }
    name = reader.text(&table, "name", maxBytes: Self.maxNameBytes) ?? defaultName
    guest = reader.text(&table, "guest", maxBytes: DeferralEntry.maxPathBytes)
    reader.finish(table)
  }
}

extension MachineSection {
  static let publicValueRange = 8...1 << 20
  static let logStackedHeights = 18...24
  static let memoryRange = 256...1 << 24

  fileprivate init(_ reader: inout TOMLReader, _ table: TOMLReader.Table?) {
    self.init()
    guard var table else { return }
    publicValueBytes =
      reader.powerOfTwo(&table, "num_public_values", in: Self.publicValueRange) ?? Self.defaultPublicValueBytes
    logStackedHeight =
      reader.integer(&table, "log_stacked_height", in: Self.logStackedHeights) ?? Self.defaultLogStackedHeight
    maxInstructions = reader.integer(&table, "max_instructions", in: 1 ... .max)
    segmentInstructions = reader.integer(&table, "segment_instructions", in: 1 ... .max)
    memoryMiB = reader.integer(&table, "memory_mib", in: Self.memoryRange)
    reader.finish(table)
  }
}
