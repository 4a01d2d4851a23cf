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
