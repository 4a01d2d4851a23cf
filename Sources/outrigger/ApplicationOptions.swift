import ArgumentParser
import Foundation
import MachineCircuits
import Outrigger
import PluginHost

/// Which application: guest, machine, and the deferral circuits that a manifest names.
struct ApplicationOptions: ParsableArguments {
  @OptionGroup var guest: GuestOptions
  @OptionGroup var manifest: ManifestOption
  @OptionGroup var machine: ConfigurationOption

  /// An application with all that is loaded for it.
  struct Loaded {
    var guest: GuestFile
    var configuration: MachineConfiguration
    /// Nil without deferral circuits.
    var deferral: DeferralProver?
    var `extension`: DeferralExtension
    var manifest: Manifest?
  }

  /// Reads the manifest, opens its plugins, and reads or builds the guest.
  func load(
    deferralInputs: [String] = [], workers: WorkerOptions, progress: ProgressPrinter, json: Bool
  ) throws -> Loaded {
    let found = try manifest.read(json: json)
    let configuration: MachineConfiguration
    do { configuration = try machine.configuration(found?.machine) } catch {
      throw CommandFailure(AppError.configuration(error), json: json)
    }
    var deferral: DeferralProver?
    if let found, !found.deferrals.isEmpty {
      progress.handle(.began("open the plugins"))
      let application = try manifest.open(
        found, usesTestParameters: machine.testParameters, workers: workers, progress: progress, json: json)
      deferral = DeferralProver(application.circuits)
    }
    let inputs = try DeferralInputOption.parse(deferralInputs, json: json)
    let loaded: DeferralExtension
    do {
      loaded = try deferral?.makeExtension(inputs: inputs) ?? .none
    } catch { throw CommandFailure(AppError.deferral(error), json: json) }
    if deferral == nil, let input = inputs.first {
      throw CommandFailure(
        exitCode: .unusable, kind: "arguments",
        "there is no deferral index \(input.index): the manifest names no circuits",
        json: json)
    }
    let file = try guest.read(found, progress: progress, json: json)
    return Loaded(
      guest: file, configuration: configuration, deferral: deferral, extension: loaded, manifest: found)
  }
}

/// Inputs of deferral circuits that the guest does not hold.
struct DeferralInputOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An input that the guest knows by its commitment alone: INDEX=@FILE, or INDEX=0x01.. as for --input.",
      valueName: "input"))
  var deferralInput: [String] = []

  static func parse(_ arguments: [String], json: Bool) throws -> [DeferralInput] {
    try arguments.map { argument in
      let parts = argument.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let index = Int(parts[0]), (0..<1024).contains(index) else {
        throw CommandFailure(
          exitCode: .unusable, kind: "arguments",
          "--deferral-input \(argument.prefix(64)): expected INDEX=@FILE with an index from 0 to 1023", json: json)
      }
      do throws(ArtefactError) {
        let inputs = try GuestInput.read([String(parts[1])])
        guard inputs.count == 1, let bytes = inputs.first else {
          throw ArtefactError(
            .malformed, file: "--deferral-input \(argument.prefix(64))", "expected one input, found \(inputs.count)")
        }
        return DeferralInput(index: index, bytes: bytes)
      } catch { throw CommandFailure(error, json: json) }
    }
  }
}
