/// How plugins are opened.
public struct RegistryOptions: Sendable {
  /// The worker's executable; nil to look for it.
  public var workerPath: String?
  /// Keys that were made before; nil to make all anew.
  public var cache: KeyCache?
  /// **Insecure.** Whether circuits are proven with parameters for tests in place of their presets. Their commitments are
  /// others then, and are not compared with those of the manifest.
  public var usesTestParameters: Bool
  public var threads: Int
  /// Whether an entry must agree with the lock file, and its circuit with the commitment. `plugin lock` finds out.
  public var checksCommits: Bool

  public init(
    workerPath: String? = nil, cache: KeyCache? = nil, usesTestParameters: Bool = false, threads: Int = 1,
    checksCommits: Bool = true
  ) {
    self.workerPath = workerPath
    self.cache = cache
    self.usesTestParameters = usesTestParameters
    self.threads = threads
    self.checksCommits = checksCommits
  }
}
