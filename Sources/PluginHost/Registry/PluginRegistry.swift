import AIR
import Algebra
import Deferral
import Hashing
import StarkVerifier

/// The deferral circuits of an application: its manifest's plugins loaded, their circuits keyed and compared with what the
/// manifest and the lock file say.
///
/// A plugin's code runs here for the first time. Each library is read and hashed once, and runs in one worker for all of its
/// entries.
public struct PluginRegistry: Sendable {
  public let manifest: Manifest
  /// By deferral index.
  public let circuits: [PluginCircuitHandle]
  /// What a lock file of this manifest would say.
  public let lock: Lock

  /// Opens all entries of a manifest. `progress` hears of each that takes time.
  public init(
    _ manifest: Manifest, options: RegistryOptions, progress: (String) -> Void = { _ in }
  ) throws(RegistryError) {
    if let missing = ManifestFailure(manifest.missingFiles()) { throw RegistryError(.manifest(missing)) }
    if let unfit = ManifestFailure(manifest.libraryErrors()) { throw RegistryError(.manifest(unfit)) }
    self.manifest = manifest
    let locked = options.purpose == .use ? try Self.readLock(of: manifest) : nil
    var opener = EntryOpener(manifest: manifest, options: options, locked: locked)
    var circuits: [PluginCircuitHandle] = []
    var entries: [Lock.Entry] = []
    for entry in manifest.deferrals {
      let (handle, found) = try opener.open(entry, progress: progress)
      circuits.append(handle)
      entries.append(found)
    }
    self.circuits = circuits
    lock = Lock(host: options.host, entries: entries)
  }

  private static func readLock(of manifest: Manifest) throws(RegistryError) -> Lock? {
    do throws(ManifestFailure) { return try Lock.beside(manifest) } catch { throw RegistryError(.manifest(error)) }
  }
}

extension Lock {
  /// The lock file beside a manifest; nil where there is none.
  public static func beside(_ manifest: Manifest) throws(ManifestFailure) -> Lock? {
    try read(path(manifest: manifest.path))
  }
}

/// Opens the entries of a manifest one after the other, with what they share.
private struct EntryOpener {
  let manifest: Manifest
  let options: RegistryOptions
  let locked: Lock?
  /// By path and isolation.
  private var sessions: [SessionName: any PluginSession] = [:]
  private var libraries: [String: PluginLibrary] = [:]
  private let shared = SharedPreprocessed()

  private struct SessionName: Hashable {
    var path: String
    var isolation: PluginIsolation
    var index: Int?
  }

  init(manifest: Manifest, options: RegistryOptions, locked: Lock?) {
    self.manifest = manifest
    self.options = options
    self.locked = locked
  }

  // MARK: What entries share

  /// The library of an entry, read and hashed once.
  private mutating func library(of entry: DeferralEntry) throws(RegistryError) -> PluginLibrary {
    let path = manifest.resolve(entry.plugin)
    if let known = libraries[path] { return known }
    do throws(PluginError) {
      let library = try PluginLibrary(path: path)
      libraries[path] = library
      return library
    } catch { throw RegistryError(entry, .plugin(error)) }
  }

  /// The session of an entry: one for all entries of a library with the same isolation. An entry with a foreign function has
  /// one of its own, since a worker gets its functions when it starts.
  private mutating func session(
    of entry: DeferralEntry, _ library: PluginLibrary
  ) throws(RegistryError) -> any PluginSession {
    let name = SessionName(
      path: library.path, isolation: entry.isolation, index: entry.function?.role == .eval ? entry.index : nil)
    if let known = sessions[name] { return known }
    // For all entries that are going to share it.
    let limits = manifest.deferrals.filter { $0.plugin == entry.plugin }.map(\.limits)
    let seconds = Double(limits.map(\.seconds).max() ?? DeferralLimits.defaultSeconds)
    let session = PluginSessionOptions(
      memoryLimit: (limits.map(\.memoryMiB).max() ?? DeferralLimits.defaultMemoryMiB) << 20,
      threads: max(options.threads - 1, 0), deadlines: PluginDeadlines(eval: seconds, fill: seconds, other: seconds),
      workerPath: options.workerPath)
    // An oracle is for `plugin verify` alone.
    let foreign = [manifest.function(of: entry)].compactMap { $0?.role == .eval ? $0 : nil }
    guard foreign.isEmpty || entry.isolation == .worker else { throw RegistryError(entry, .foreignInProcess) }
    do throws(PluginError) {
      let made: any PluginSession =
        switch entry.isolation {
        case .inProcess: try InProcessSession(library: library, options: session)
        case .worker: try PluginSupervisor(library: library, foreign: foreign, options: session)
        }
      sessions[name] = made
      return made
    } catch { throw RegistryError(entry, .plugin(error)) }
  }

  // MARK: One entry

  mutating func open(
    _ entry: DeferralEntry, progress: (String) -> Void
  ) throws(RegistryError) -> (PluginCircuitHandle, Lock.Entry) {
    let library = try library(of: entry)
    let parameters: ParameterValues
    do throws(ManifestError) { parameters = try ParameterValues(entry, manifest: manifest) } catch {
      throw RegistryError(entry, .file(error))
    }
    let digest = library.digest
    if let difference = locked?.differences(of: entry, library: digest, parameters: parameters.digest)
      .first(where: { !$0.isSilence })
    {
      throw RegistryError(entry, .locked(difference))
    }
    let session = try session(of: entry, library)
    guard let number = session.info.circuits.firstIndex(where: { $0.id == entry.circuit }) else {
      throw RegistryError(entry, .unknownCircuit(found: session.info.circuits.map(\.id)))
    }
    let circuit = session.info.circuits[number]
    guard entry.logBatch <= circuit.maxLogBatch else {
      throw RegistryError(entry, .batch(expected: 1 << circuit.maxLogBatch, found: entry.batch))
    }
    let instance: PluginInstance
    let airBytes: [UInt8]
    do throws(PluginError) {
      instance = try session.create(
        circuit: number, index: entry.index, parameters: parameters.parameters)
      airBytes = try session.airBytes(instance)
    } catch { throw RegistryError(entry, .plugin(error)) }
    let key = try CircuitKeying(entry: entry, circuit: circuit, options: options, shared: shared)
      .key(airBytes, session: session, instance: instance, progress: progress)
    try compareCommit(entry, key.circuitCommit)

    let handle = PluginCircuitHandle(
      circuit: circuit, plugin: entry.plugin, instance: instance, session: session, key: key,
      foreignFunction: entry.function?.role == .eval ? 0 : nil, workers: Workers(options.threads))
    let found = Lock.Entry(
      index: entry.index, circuit: circuit.id, version: circuit.version, plugin: entry.plugin, library: digest,
      parameters: parameters.digest, logBatch: entry.logBatch, logStackedHeight: circuit.logStackedHeight,
      circuitCommit: key.circuitCommit)
    return (handle, found)
  }

  /// The manifest is the authority; the lock file speaks where it has no commitment. Commitments under test parameters
  /// are others.
  private func compareCommit(_ entry: DeferralEntry, _ found: InnerDigest) throws(RegistryError) {
    guard !options.usesTestParameters else { return }
    if let error = manifest.commitError(of: entry, computed: found) { throw RegistryError(entry, .file(error)) }
    guard entry.circuitCommit == nil, options.purpose == .use else { return }
    guard let locked, locked.entries.indices.contains(entry.index) else {
      throw RegistryError(entry, .noCommit(found: CommitBytes(found)))
    }
    let known = locked.entries[entry.index].circuitCommit
    guard known == found else {
      throw RegistryError(entry, .commit(locked: CommitBytes(known), found: CommitBytes(found)))
    }
  }
}
