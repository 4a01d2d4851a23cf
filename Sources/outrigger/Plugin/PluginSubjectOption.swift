import ArgumentParser
import Outrigger
import PluginHost

/// One circuit: of a manifest, or of a library without one.
struct PluginSubjectOption: ParsableArguments {
  @Argument(help: ArgumentHelp("The circuit's id, or its deferral index in the manifest.", valueName: "id"))
  var id: String

  @Option(help: ArgumentHelp("A plugin's library, without a manifest: the circuit at index 0.", valueName: "file"))
  var library: String?

  @OptionGroup var manifest: ManifestOption

  /// The library and the circuit, as the manifest describes it.
  func read(json: Bool) throws -> (library: PluginLibrary, subject: ConformanceSubject) {
    do {
      if let library { return (try PluginLibrary(path: library), ConformanceSubject(circuit: id)) }
      let found = try manifest.require(json: json)
      guard let entry = found.deferrals.first(where: { $0.circuit == id || "\($0.index)" == id }) else {
        throw CommandFailure(
          exitCode: .unusable, kind: "unknown_circuit", "the manifest has no circuit and no index '\(id)'", json: json)
      }
      let lock = try manifest.lock(beside: found, json: json)
      return (
        try PluginLibrary(path: found.resolve(entry.plugin)), try ConformanceSubject(entry, manifest: found, lock: lock)
      )
    } catch let error as PluginError {
      throw CommandFailure(RegistryError(.plugin(error)), json: json)
    } catch let error as ManifestError {
      throw CommandFailure(RegistryError(.file(error)), json: json)
    }
  }

  func options(_ workers: WorkerOptions) -> ConformanceOptions {
    var options = ConformanceOptions()
    options.workerPath = manifest.pluginWorker
    options.threads = workers.threads
    return options
  }
}
