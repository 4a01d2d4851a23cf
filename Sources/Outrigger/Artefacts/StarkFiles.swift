import Hashing
import StarkVerifier

/// A hash configuration, by name (chapter 10, section 1.4).
public typealias Configuration = Preset.Configuration

extension Preset.Configuration: Encodable {}

/// A verifying key with the file that it was read from.
public struct KeyFile<H: HashConfiguration>: Sendable {
  public let path: String
  public let bytes: [UInt8]
  public let key: VerifyingKey<H>

  /// Reads the key at `path`, in key form: the body and, after it, its pre-hash, which must be the body's hash.
  public init(path: String) throws(ArtefactError) {
    try self.init(bytes: ArtefactFile.read(path, limit: ArtefactFile.Limit.verifyingKey), path: path)
  }

  public init(bytes: [UInt8], path: String) throws(ArtefactError) {
    self.path = path
    self.bytes = bytes
    do { key = try VerifyingKey<H>(decoding: bytes) } catch { throw ArtefactError(error, file: path) }
  }
}

/// A proof with the file that it was read from.
public struct ProofFile<H: HashConfiguration>: Sendable {
  public let path: String
  public let bytes: [UInt8]
  public let proof: Proof<H>

  /// Reads the proof at `path`.
  public init(path: String) throws(ArtefactError) {
    try self.init(bytes: ArtefactFile.read(path, limit: ArtefactFile.Limit.proof), path: path)
  }

  public init(bytes: [UInt8], path: String) throws(ArtefactError) {
    self.path = path
    self.bytes = bytes
    do { proof = try Proof<H>(decoding: bytes) } catch { throw ArtefactError(error, file: path) }
  }
}

extension ArtefactError {
  /// A decoder's error, with the file it is about.
  public init(_ error: DecodeError, file: String) {
    self.init(
      .malformed, file: file, field: error.field, offset: error.offset,
      "expected \(error.expected), found \(error.found)")
  }
}

extension Configuration {
  /// The configuration of the key in `bytes`: the one in which it decodes. Digests look different in the two, and
  /// the pre-hash at the end must be right, so at most one fits. Throws the error of the attempt that came further.
  public static func detect(key bytes: [UInt8], file: String) throws(ArtefactError) -> Configuration {
    let innerError: DecodeError
    do {
      _ = try VerifyingKey<InnerConfiguration>(decoding: bytes)
      return .inner
    } catch { innerError = error }
    do {
      _ = try VerifyingKey<RootConfiguration>(decoding: bytes)
      return .root
    } catch {
      throw ArtefactError(error.offset > innerError.offset ? error : innerError, file: file)
    }
  }

  /// The configuration of the proof in `bytes`, found in the same way. A proof without a pre-hash to check could in
  /// principle decode in both; a digest of one configuration fits the other with a chance well below one half, and
  /// proofs have hundreds.
  public static func detect(proof bytes: [UInt8], file: String) throws(ArtefactError) -> Configuration {
    let innerError: DecodeError
    do {
      _ = try Proof<InnerConfiguration>(decoding: bytes)
      return .inner
    } catch { innerError = error }
    do {
      _ = try Proof<RootConfiguration>(decoding: bytes)
      return .root
    } catch {
      throw ArtefactError(error.offset > innerError.offset ? error : innerError, file: file)
    }
  }
}

extension SystemParameters {
  /// The first field in which `other` differs, with both values; nil when they are equal.
  func firstDifference(from other: SystemParameters) -> (field: String, mine: String, theirs: String)? {
    let pairs: [(String, String, String)] = [
      ("l_skip", "\(lSkip)", "\(other.lSkip)"),
      ("n_stack", "\(nStack)", "\(other.nStack)"),
      ("w_stack", "\(wStack)", "\(other.wStack)"),
      ("log_blowup", "\(logBlowup)", "\(other.logBlowup)"),
      ("max_constraint_degree", "\(maxConstraintDegree)", "\(other.maxConstraintDegree)"),
      ("whir.k", "\(whir.k)", "\(other.whir.k)"),
      ("whir.rounds", "\(whir.queriesPerRound)", "\(other.whir.queriesPerRound)"),
      ("whir.mu_pow_bits", "\(whir.muPowBits)", "\(other.whir.muPowBits)"),
      ("whir.query_phase_pow_bits", "\(whir.queryPhasePowBits)", "\(other.whir.queryPhasePowBits)"),
      ("whir.folding_pow_bits", "\(whir.foldingPowBits)", "\(other.whir.foldingPowBits)"),
      ("whir.proximity", "\(whir.proximity)", "\(other.whir.proximity)"),
      ("logup.max_interaction_count", "\(logup.maxInteractionCount)", "\(other.logup.maxInteractionCount)"),
      ("logup.log_max_message_length", "\(logup.logMaxMessageLength)", "\(other.logup.logMaxMessageLength)"),
      ("logup.pow_bits", "\(logup.powBits)", "\(other.logup.powBits)"),
    ]
    return pairs.first { $0.1 != $0.2 }.map { (field: $0.0, mine: $0.1, theirs: $0.2) }
  }
}
