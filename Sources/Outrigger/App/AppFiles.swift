import Hashing
import MachineVerifier
import StarkVerifier

/// Reading and writing of the files that app proofs need.
public enum AppFiles {
  /// The app verifying key at `path`.
  public static func readKey(_ path: String) throws(ArtefactError) -> AppVerifyingKey {
    let bytes = try ArtefactFile.read(path, limit: ArtefactFile.Limit.verifyingKey)
    do { return try AppVerifyingKey(decoding: bytes) } catch { throw ArtefactError(error, file: path) }
  }

  /// The app proof at `path`.
  public static func readProof(_ path: String) throws(ArtefactError) -> AppProof {
    let bytes = try ArtefactFile.read(path, limit: ArtefactFile.Limit.appProof)
    do { return try AppProof(decoding: bytes) } catch { throw ArtefactError(error, file: path) }
  }
}
