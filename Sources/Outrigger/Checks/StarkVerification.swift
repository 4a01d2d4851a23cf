import Hashing
import StarkVerifier

/// What became of a proof that could be read.
public struct Verdict: Sendable, Encodable {
  public var isAccepted: Bool
  /// Which check failed, with what was expected and found; nil for an accepted proof.
  public var rejection: String?
  public var configuration: Configuration
  /// The name of the parameters, where they are a preset's.
  public var preset: String?
  /// Provable bits for this key (chapter 10, section 5.3).
  public var soundnessBits: Double
  /// Whether that is 100 bits or more.
  public var isSecure: Bool
  public var keyBytes: Int
  public var proofBytes: Int
  /// The key's pre-hash as canonical integers: what tells one key from another.
  public var keyPreHash: [String]
  /// AIRs of the key, and how many of them are present in the proof.
  public var airCount: Int
  public var presentAIRCount: Int
  /// By AIR id: what an accepted proof is about.
  public var publicValues: [[UInt32]]
  /// Time of verification alone, without reading and decoding.
  public var verifySeconds: Double

  enum CodingKeys: String, CodingKey {
    case isAccepted = "accepted"
    case rejection, configuration, preset
    case soundnessBits = "soundness_bits"
    case isSecure = "secure"
    case keyBytes = "key_bytes"
    case proofBytes = "proof_bytes"
    case keyPreHash = "key_pre_hash"
    case airCount = "airs"
    case presentAIRCount = "airs_present"
    case publicValues = "public_values"
    case verifySeconds = "verify_seconds"
  }
}

/// Verification of a proof file against a key file and a parameter file.
public enum StarkVerification {
  /// Provable bits that production parameters have.
  public static let productionBits = 100.0

  /// Verifies the proof at `proof`. The parameters are the verifier's own: what it demands of keys, whatever a key
  /// says of itself. `configuration` nil means: whichever the key decodes in.
  ///
  /// Throws when a file can't be read or the key is not for these parameters; a proof that fails a check gives a
  /// verdict.
  public static func verify(
    parameters parameterPath: String, key keyPath: String, proof proofPath: String,
    configuration: Configuration? = nil
  ) throws(ArtefactError) -> Verdict {
    let parameters = try ParameterFile.readUsable(parameterPath)
    let keyBytes = try ArtefactFile.read(keyPath, limit: ArtefactFile.Limit.verifyingKey)
    let chosen: Configuration
    if let configuration { chosen = configuration } else { chosen = try .detect(key: keyBytes, file: keyPath) }
    switch chosen {
    case .inner:
      let key = try KeyFile<InnerConfiguration>(bytes: keyBytes, path: keyPath)
      try demandSame(parameters, parameterPath, as: key)
      return try verify(key: key, proof: ProofFile(path: proofPath), parameters: parameters)
    case .root:
      let key = try KeyFile<RootConfiguration>(bytes: keyBytes, path: keyPath)
      try demandSame(parameters, parameterPath, as: key)
      return try verify(key: key, proof: ProofFile(path: proofPath), parameters: parameters)
    }
  }

  /// The verdict on a proof that was read already.
  public static func verify<H>(
    key: KeyFile<H>, proof: ProofFile<H>, parameters: SystemParameters
  ) throws(ArtefactError) -> Verdict {
    var rejection: String?
    let seconds = Stopwatch.measure {
      do { try Verifier<H>(key: key.key, parameters: parameters).verify(proof.proof) } catch {
        rejection = "\(error)"
      }
    }
    let bits = SoundnessReport(key: key.key).totalBits
    return Verdict(
      isAccepted: rejection == nil, rejection: rejection, configuration: Configuration(rawValue: H.name) ?? .inner,
      preset: Preset(matching: parameters)?.name, soundnessBits: bits, isSecure: bits >= productionBits,
      keyBytes: key.bytes.count, proofBytes: proof.bytes.count, keyPreHash: H.integers(of: key.key.preHash),
      airCount: key.key.airs.count, presentAIRCount: proof.proof.traceData.count { $0 != nil },
      publicValues: proof.proof.publicValues.map { $0.map(\.canonical) }, verifySeconds: seconds)
  }

  /// A key for other parameters than the verifier's is no usable input: nothing can be said about the proof.
  static func demandSame<H>(
    _ parameters: SystemParameters, _ path: String, as key: KeyFile<H>
  ) throws(ArtefactError) {
    guard let difference = parameters.firstDifference(from: key.key.parameters) else { return }
    throw ArtefactError(
      .inconsistent, file: path, field: difference.field,
      "is \(difference.own), but the key in \(key.path) was made for \(difference.other)")
  }
}
