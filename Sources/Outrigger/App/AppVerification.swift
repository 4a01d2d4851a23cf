import Hashing
import MachineVerifier
import StarkVerifier

/// What became of an app proof that could be read.
public struct AppVerdict: Sendable, Encodable {
  public var isAccepted: Bool
  /// Which check failed, with what was expected and found; nil for an accepted proof.
  public var rejection: String?
  /// What the guest revealed, hexadecimal; nil unless accepted.
  public var publicValues: String?
  public var segments: Int
  /// Proofs by deferral index.
  public var deferralProofs: [Int]
  /// Provable bits of a segment proof, or of a deferral proof where they are fewer.
  public var soundnessBits: Double
  /// Whether that is 100 bits or more.
  public var isSecure: Bool
  public var preset: String?
  public var executable: String
  public var keyPreHash: String
  public var verifySeconds: Double

  enum CodingKeys: String, CodingKey {
    case isAccepted = "accepted"
    case rejection
    case publicValues = "public_values"
    case segments
    case deferralProofs = "deferral_proofs"
    case soundnessBits = "soundness_bits"
    case isSecure = "secure"
    case preset
    case executable = "app_exe_commit"
    case keyPreHash = "app_vk_pre_hash"
    case verifySeconds = "verify_seconds"
  }
}

/// Verification of app proofs in files.
public enum AppVerification {
  /// Verifies the proof at `proof` under the key at `key`, which must be the expected one. Parameters with fewer than
  /// 100 provable bits are refused unless `allowsTestParameters`.
  ///
  /// Throws when a file can't be read; a proof that fails a check gives a verdict.
  public static func verify(
    key keyPath: String, proof proofPath: String, expected: AppExpectations, allowsTestParameters: Bool = false
  ) throws(ArtefactError) -> AppVerdict {
    let key = try AppFiles.readKey(keyPath)
    let proof = try AppFiles.readProof(proofPath)
    return verify(key: key, proof: proof, expected: expected, allowsTestParameters: allowsTestParameters)
  }

  /// The verdict on a proof that was read already.
  public static func verify(
    key: AppVerifyingKey, proof: AppProof, expected: AppExpectations, allowsTestParameters: Bool = false
  ) -> AppVerdict {
    // The weakest of all keys decides.
    let bits = key.deferrals.reduce(SoundnessReport(key: key.stark).totalBits) {
      Swift.min($0, SoundnessReport(key: $1.stark).totalBits)
    }
    var verdict = AppVerdict(
      isAccepted: false, rejection: nil, publicValues: nil, segments: proof.segments.count,
      deferralProofs: proof.deferrals.map(\.batches.count), soundnessBits: bits,
      isSecure: bits >= StarkVerification.productionBits, preset: Preset(matching: key.stark.parameters)?.name,
      executable: expected.executable.description, keyPreHash: expected.keyPreHash.description, verifySeconds: 0)
    let watch = Stopwatch()
    do throws(AppVerifyError) {
      let values = try AppVerifier(key: key, expected: expected).verify(proof)
      if verdict.isSecure || allowsTestParameters {
        verdict.isAccepted = true
        verdict.publicValues = Hexadecimal.text(values)
      } else {
        verdict.rejection = "a key has test parameters: they give fewer than 100 provable bits"
      }
    } catch { verdict.rejection = error.description }
    verdict.verifySeconds = watch.seconds
    return verdict
  }
}
