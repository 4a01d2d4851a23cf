import Algebra
import Hashing
import Machine
import MachineCircuits
import MachineVerifier
import StarkProver

/// What whoever verifies runs of a guest has to know.
public struct AppCommitments: Sendable, Encodable {
  /// Which guest.
  public var executable: String
  /// Which machine, with which parameters.
  public var keyPreHash: String

  enum CodingKeys: String, CodingKey {
    case executable = "app_exe_commit"
    case keyPreHash = "app_vk_pre_hash"
  }

  public init(key: MachineKey, guest: CommittedGuest) {
    executable = guest.commit.description
    keyPreHash = AppSetup.keyPreHash(key)
  }
}

/// Key generation and commitment.
public enum AppSetup {
  /// The key of a machine.
  public static func key(_ configuration: MachineConfiguration, workers: Workers) throws(AppError) -> MachineKey {
    do { return try MachineKey.generate(configuration, workers: workers) } catch {
      // The machine's AIRs and checked parameters always give a key.
      throw .fault("key generation failed: \(error)")
    }
  }

  /// What tells the machine's key from others.
  public static func keyPreHash(_ key: MachineKey) -> String {
    CommitBytes(key.stark.verifyingKey.preHash).description
  }

  /// The guest with its commitments under `configuration`; its first memory names the deferral circuits.
  public static func commit(
    _ guest: GuestFile, deferral: DeferralExtension = .none, configuration: MachineConfiguration, workers: Workers
  ) throws(AppError) -> CommittedGuest {
    do {
      return try CommittedGuest(
        guest.executable, deferralCommits: deferral.circuitCommits, configuration: configuration, workers: workers)
    } catch { throw AppError(error) }
  }
}
