import Hashing

/// The lock file of an application, `outrigger.lock`: what `plugin lock` found at each deferral index.
public struct Lock: Hashable, Sendable {
  /// The way in which commitments follow from keys, by name.
  public var commitScheme: String
  /// The version of Outrigger that wrote the file.
  public var host: String
  /// The entry of deferral index i stands at place i.
  public var entries: [Entry]

  public init(commitScheme: String = Lock.commitScheme, host: String, entries: [Entry]) {
    self.commitScheme = commitScheme
    self.host = host
    self.entries = entries
  }

  /// What was found at a deferral index.
  public struct Entry: Hashable, Sendable {
    public var index: Int
    public var circuit: String
    /// The circuit's version, as the plugin states it.
    public var version: String
    /// The library, as the manifest writes it.
    public var plugin: String
    public var library: ContentDigest
    /// Of names and values, the contents of files among them.
    public var parameters: ContentDigest
    public var logBatch: Int
    /// The circuit is proven with the preset `app` of this log stacked height.
    public var logStackedHeight: Int
    public var circuitCommit: InnerDigest

    public init(
      index: Int, circuit: String, version: String, plugin: String, library: ContentDigest, parameters: ContentDigest,
      logBatch: Int, logStackedHeight: Int, circuitCommit: InnerDigest
    ) {
      self.index = index
      self.circuit = circuit
      self.version = version
      self.plugin = plugin
      self.library = library
      self.parameters = parameters
      self.logBatch = logBatch
      self.logStackedHeight = logStackedHeight
      self.circuitCommit = circuitCommit
    }
  }

  /// What the file is called; it stands beside the manifest.
  public static let fileName = "outrigger.lock"
  /// The version of the file's form.
  public static let schema = 1
  /// The one scheme there is: the verifying key of the circuit, hashed.
  public static let commitScheme = "def-vk"

  /// Where the lock file of a manifest stands.
  public static func path(manifest: String) -> String { FilePath.join(FilePath.folder(of: manifest), fileName) }

  // MARK: Writing

  /// The file's text. The same lock gives the same text.
  public var text: String {
    var text = """
      # Written by 'outrigger plugin lock': what the manifest's plugins were found to be. Not for editing.
      schema = \(Self.schema)
      commit_scheme = \(TOMLText.quoted(commitScheme))
      host = \(TOMLText.quoted(host))

      """
    for entry in entries {
      text += """

        [[deferral]]
        index = \(entry.index)
        circuit = \(TOMLText.quoted(entry.circuit))
        version = \(TOMLText.quoted(entry.version))
        plugin = \(TOMLText.quoted(entry.plugin))
        library_sha256 = "\(entry.library)"
        params_sha256 = "\(entry.parameters)"
        batch = \(1 << entry.logBatch)
        log_stacked_height = \(entry.logStackedHeight)
        def_circuit_commit = "\(CommitBytes(entry.circuitCommit))"

        """
    }
    return text
  }

  /// Writes the file: all of it, or nothing.
  public func write(to path: String) throws(ManifestError) {
    do throws(HostFile.Failure) {
      try HostFile.write([Array(text.utf8)], to: path)
    } catch {
      throw ManifestError(error, file: path)
    }
  }
}
