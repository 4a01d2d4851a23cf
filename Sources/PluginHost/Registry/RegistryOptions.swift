/// How plugins are opened.
public struct RegistryOptions: Sendable {
  /// The version of Outrigger, for lock file and cache.
  public var host: String
  /// The worker's executable; nil to look for it.
  public var workerPath: String?
  /// Keys that were made before; nil to make all anew.
  public var cache: KeyCache?
  /// **Insecure.** Whether circuits are proven with parameters for tests in place of their presets. Their commitments are
  /// others then, and are not compared with those of the manifest.
  public var usesTestParameters: Bool
  public var threads: Int
  public var purpose: Purpose

  /// What circuits are held against.
  public enum Purpose: Sendable {
    /// Proving and verifying: every entry has a commitment, in the manifest or the lock file, and agrees with both.
    case use
    /// Writing a lock file: an entry agrees with the manifest where that has a commitment.
    case lock
  }

  public init(
    host: String, workerPath: String? = nil, cache: KeyCache? = nil, usesTestParameters: Bool = false, threads: Int = 1,
    purpose: Purpose = .use
  ) {
    self.host = host
    self.workerPath = workerPath
    self.cache = cache
    self.usesTestParameters = usesTestParameters
    self.threads = threads
    self.purpose = purpose
  }
}
