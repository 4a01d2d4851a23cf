import Algebra
import Foundation
import Hashing
import MachineCircuits
import MachineVerifier
import Outrigger
import PluginHost
import Testing

// The sample of the article "Deferred calls" of the documentation, which quotes this file.

/// Proves a run of a guest whose deferral circuits are those of the manifest at `path`: the proof, and what verifies it.
func proveApplication(
  elf: String, manifest path: String, inputs: [[UInt8]], deferralInputs: [DeferralInput] = []
) throws -> (proof: AppProof, key: AppVerifyingKey, expected: AppExpectations) {
  let workers = Workers(HostMachine.usableCores)
  let manifest = try Manifest(path: path)
  let configuration = try MachineConfiguration.production(
    logStackedHeight: manifest.machine.logStackedHeight, publicValueBytes: manifest.machine.publicValueBytes)
  let guest = try GuestFile(path: elf)

  // Opens the plugins, each in a worker of its own, and makes the circuits' keys.
  let environment = ProcessInfo.processInfo.environment
  let registry = try PluginRegistry(
    manifest,
    options: RegistryOptions(
      host: Versions.product, cache: KeyCache(environment: environment), threads: HostMachine.usableCores))
  let deferral = DeferralProver(registry.circuits)

  // What the machine has to know of the circuits, and the inputs that the guest does not hold.
  let circuits = try deferral.makeExtension(inputs: deferralInputs)

  let run = GuestRun(
    guest: guest, inputs: inputs, publicValueBytes: configuration.publicValueBytes, deferral: circuits)
  let machine = try AppSetup.key(configuration, workers: workers)
  let committed = try AppSetup.commit(guest, deferral: circuits, configuration: configuration, workers: workers)
  let (proof, _) = try AppProving(key: machine, guest: committed, run: run, deferral: deferral).prove()

  var key = machine.verifyingKey
  key.deferrals = circuits.verifyingKeys
  let expected = AppExpectations(
    executable: committed.commit, keyPreHash: CommitBytes(key.stark.preHash),
    publicValueBytes: configuration.publicValueBytes)
  return (proof, key, expected)
}

@Suite struct DeferralSampleTests {
  @Test func missingManifestIsAnError() {
    #expect(throws: ManifestFailure.self) {
      try proveApplication(elf: "guest.elf", manifest: "there/is/no/outrigger.toml", inputs: [])
    }
  }
}
