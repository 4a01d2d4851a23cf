import ArgumentParser
import Foundation
import Outrigger
import PluginHost

/// The application's manifest.
struct ManifestOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The application's manifest; by default outrigger.toml, if it is in this folder.", valueName: "file"))
  var manifest: String?

  @Option(
    help: ArgumentHelp(
      "The program that plugins run in; by default outrigger-plugin-worker beside this one.", valueName: "file"))
  var pluginWorker: String?

  @Flag(help: "Make the circuits' keys anew instead of taking them from the cache.")
  var noKeyCache = false

  /// The manifest; nil where there is none and none was asked for.
  func read(json: Bool) throws -> Manifest? {
    guard manifest != nil || FileManager.default.fileExists(atPath: Manifest.fileName) else { return nil }
    return try require(json: json)
  }

  /// The manifest, which must be there.
  func require(json: Bool) throws -> Manifest {
    do { return try Manifest(path: manifest ?? Manifest.fileName) } catch {
      throw CommandFailure(RegistryError(.manifest(error)), json: json)
    }
  }

  /// The lock file beside a manifest; nil where there is none.
  func lock(beside manifest: Manifest, json: Bool) throws -> Lock? {
    do { return try Lock.beside(manifest) } catch { throw CommandFailure(RegistryError(.manifest(error)), json: json) }
  }

  /// Opens all plugins of a manifest, which makes their keys.
  func open(
    _ manifest: Manifest, usesTestParameters: Bool, workers: WorkerOptions, progress: ProgressPrinter, json: Bool
  ) throws -> PluginRegistry {
    do {
      return try PluginRegistry(manifest, options: options(usesTestParameters: usesTestParameters, workers: workers)) {
        progress.handle(.began($0))
      }
    } catch { throw CommandFailure(error, json: json) }
  }

  func options(usesTestParameters: Bool, workers: WorkerOptions) -> RegistryOptions {
    RegistryOptions(
      host: Versions.product, workerPath: pluginWorker,
      cache: noKeyCache ? nil : KeyCache(environment: ProcessInfo.processInfo.environment),
      usesTestParameters: usesTestParameters,
      threads: workers.threads)
  }

  /// The option as it was given.
  var arguments: String { manifest.map { " --manifest \($0)" } ?? "" }
}

extension CommandFailure {
  init(_ error: RegistryError, json: Bool) {
    self.init(exitCode: .unusable, kind: error.kind, error.description, hint: error.hint, json: json)
  }
}

extension RegistryError {
  fileprivate var kind: String {
    switch reason {
    case .manifest(let failure): failure.errors.first?.kind.rawValue ?? "manifest"
    case .file(let error): error.kind.rawValue
    case .locked: "locked"
    case .plugin: "plugin"
    case .unknownCircuit: "unknown_circuit"
    case .batch: "batch"
    case .foreignInProcess: "foreign_function"
    case .airBytes: "air_bytes"
    case .circuit, .keygen, .parameters: "circuit"
    case .commit: "commit"
    case .noCommit: "no_commit"
    }
  }

  fileprivate var hint: String? {
    switch reason {
    case .locked: "'outrigger plugin lock' writes the lock file anew, once you have looked at what changed"
    case .commit: "'outrigger plugin lock' writes the lock file anew, once you have looked at what changed"
    case .file(let error) where error.kind == .wrongCommit:
      "the library has another circuit than the one that the manifest was written for, or other parameters"
    case .plugin(let error):
      if case .workerMissing = error.reason {
        "build the product outrigger-plugin-worker, or name the program with --plugin-worker"
      } else {
        "'outrigger plugin verify' says what the plugin does wrong"
      }
    case .airBytes, .circuit, .keygen, .parameters: "'outrigger plugin verify' says what the plugin does wrong"
    default: nil
    }
  }
}
