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
    let path = path(manifest: manifest.path)
    return HostFile.isFile(path) ? try Lock(path: path) : nil
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

  private struct SessionName: Hashable {
    var path: String
    var isolation: PluginIsolation
  }

  init(manifest: Manifest, options: RegistryOptions, locked: Lock?) {
    self.manifest = manifest
    self.options = options
    self.locked = locked
  }

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
    let handle: PluginCircuitHandle
    do throws(PluginError) {
      let instance = try session.create(
        circuit: number, index: entry.index, parameters: parameters.values.map { PluginParameter($0, $1) })
      let airBytes = try session.airBytes(instance)
      let keyed = try CircuitKeying(entry: entry, circuit: circuit, options: options)
        .key(airBytes, session: session, instance: instance, progress: progress)
      handle = PluginCircuitHandle(
        circuit: circuit, instance: instance, session: session, key: keyed, function: entry.function)
    } catch { throw RegistryError(entry, .plugin(error)) }
    try compareCommit(entry, handle.key.circuitCommit)
    let found = Lock.Entry(
      index: entry.index, circuit: circuit.id, version: circuit.version, plugin: entry.plugin, library: digest,
      parameters: parameters.digest, logBatch: entry.logBatch, logStackedHeight: circuit.logStackedHeight,
      circuitCommit: handle.key.circuitCommit)
    return (handle, found)
  }
}
