import Hashing

/// What is known of an application's deferral circuits without running any plugin's code: from the manifest, the lock
/// file and the library files.
public struct PluginListing: Sendable {
  /// Of a deferral index.
  public enum State: String, Hashable, Sendable, CaseIterable, Encodable {
    /// As locked.
    case ok
    /// Nobody has locked it, or not with this version.
    case unverified
    /// The library is none that could be loaded.
    case faulty
    /// The library, or the file of a parameter, is not there.
    case missing
    /// Something differs from what was locked.
    case changed
  }

  /// A deferral index.
  public struct Entry: Hashable, Sendable {
    public var index: Int
    public var circuit: String
    /// The circuit's version, from the lock file.
    public var version: String?
    public var plugin: String
    /// Of the file that is there.
    public var library: ContentDigest?
    /// From the manifest, or else from the lock file.
    public var circuitCommit: InnerDigest?
    public var batch: Int
    public var isolation: PluginIsolation
    public var state: State
    /// Why the state is what it is; none where it is ok.
    public var reasons: [String]
    /// What a careful author would change in the library.
    public var warnings: [String]
  }

  public var app: String
  public var manifest: String
  public var entries: [Entry]
  /// What concerns the lock file as a whole.
  public var notes: [String]
  /// How many library files were read and hashed, and their bytes together.
  public var libraryCount: Int
  public var libraryBytes: Int

  /// Lists a manifest's entries. `host` is the version of Outrigger.
  public init(_ manifest: Manifest, lock: Lock?, host: String) {
    app = manifest.app.name
    self.manifest = manifest.path
    var facts = LibraryFacts()
    var files: [String: ContentDigest] = [:]
    let silences = lock?.differences(host: host) ?? [LockDifference(.noLock, locked: "nothing", found: "")]
    entries = manifest.deferrals.map { entry in
      Self.entry(entry, manifest, lock: lock, isSilent: !silences.isEmpty, facts: &facts, files: &files)
    }
    let surplus = lock?.surplus(beyond: manifest.deferrals.count) ?? []
    let shown = manifest.deferrals.isEmpty && lock == nil ? [] : silences
    notes = shown.map(\.words) + surplus.prefix(3).map(\.description)
    if surplus.count > 3 { notes.append("and \(surplus.count - 3) more that the manifest does not have") }
    libraryCount = facts.fileCount
    libraryBytes = facts.byteCount
  }

  /// How many entries are in each state; those that occur.
  public var counts: [(state: State, count: Int)] {
    State.allCases.map { state in (state, entries.count { $0.state == state }) }.filter { $0.count > 0 }
  }

  // MARK: One entry

  private static func entry(
    _ entry: DeferralEntry, _ manifest: Manifest, lock: Lock?, isSilent: Bool, facts: inout LibraryFacts,
    files: inout [String: ContentDigest]
  ) -> Entry {
    let locked = lock.flatMap { $0.entries.indices.contains(entry.index) ? $0.entries[entry.index] : nil }
    var result = Entry(
      index: entry.index, circuit: entry.circuit, version: nil, plugin: entry.plugin, library: nil,
      circuitCommit: entry.circuitCommit, batch: entry.batch, isolation: entry.isolation, state: .ok, reasons: [],
      warnings: [])
    func with(_ state: State, _ reasons: [String]) -> Entry {
      result.state = state
      result.reasons = reasons
      return result
    }

    let library: LibraryFacts.Facts
    switch facts.facts(manifest.resolve(entry.plugin)) {
    case .success(let found): library = found
    case .failure(let error) where error.kind == .missing:
      return with(.missing, ["there is no file at \(manifest.resolve(entry.plugin))"])
    case .failure(let error): return with(.faulty, [error.description])
    }
    result.library = library.digest
    switch library.inspection {
    case .success(let inspection): result.warnings = inspection.warnings
    case .failure(let error): return with(.faulty, [error.description])
    }

    let parameters: ContentDigest
    do throws(ManifestError) {
      parameters = try ParameterValues.digest(of: entry) { (number, file) throws(ManifestError) in
        if let known = files[file] { return known }
        let bytes = try ParameterValues.read(file, number: number, of: entry, manifest: manifest)
        let digest = ContentDigest(of: bytes)
        files[file] = digest
        return digest
      }
    } catch {
      return with(
        error.kind == .missingFile ? .missing : .faulty,
        ["\(error.key.map { "\($0): " } ?? "")expected \(error.expected), found \(error.found)"])
    }

    guard let lock, let locked else {
      return with(.unverified, lock == nil ? [] : ["the lock file does not have it; lock again"])
    }
    let differences = lock.differences(of: entry, library: library.digest, parameters: parameters)
    // Another circuit's version or commitment would tell nothing about this one.
    if locked.circuit == entry.circuit {
      result.version = locked.version
      if result.circuitCommit == nil { result.circuitCommit = locked.circuitCommit }
    }
    if !differences.isEmpty { return with(.changed, differences.map(\.words)) }
    return with(isSilent ? .unverified : .ok, [])
  }
}
