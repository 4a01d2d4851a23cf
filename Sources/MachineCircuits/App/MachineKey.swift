import Algebra
import Hashing
import MachineVerifier
import StarkProver

/// What proving on a machine needs beside the guest. The same for all programs, and made in a moment: the machine's
/// AIRs have no preprocessed traces.
public struct MachineKey: Sendable {
  public let configuration: MachineConfiguration
  public let stark: ProvingKey<InnerConfiguration>

  /// The key of a configuration.
  public static func generate(
    _ configuration: MachineConfiguration, workers: Workers
  ) throws(KeygenError) -> MachineKey {
    let stark = try ProvingKey<InnerConfiguration>.generate(
      airs: MachineAIR.all, parameters: configuration.parameters, workers: workers)
    return MachineKey(configuration: configuration, stark: stark)
  }

  /// What verifiers need.
  public var verifyingKey: AppVerifyingKey {
    AppVerifyingKey(stark: stark.verifyingKey, publicValueBytes: configuration.publicValueBytes)
  }
}
