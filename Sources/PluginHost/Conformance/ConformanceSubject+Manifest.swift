extension ConformanceSubject {
  /// Calls of checks are short ones: no check waits longer for one, whatever an entry allows.
  private static let longestCallSeconds = 60

  /// What an entry of a manifest expects. Reads the files that the entry's parameters name. Where the entry states no
  /// commitment, that of the lock counts.
  public init(_ entry: DeferralEntry, manifest: Manifest, lock: Lock? = nil) throws(ManifestError) {
    self.init(circuit: entry.circuit)
    index = entry.index
    logBatch = entry.logBatch
    parameters = try ParameterValues(entry, manifest: manifest).parameters
    circuitCommit = entry.circuitCommit ?? lock?.entries.first { $0.index == entry.index }?.circuitCommit
    memoryLimit = entry.limits.memoryMiB << 20
    callSeconds = Double(min(entry.limits.seconds, Self.longestCallSeconds))
    function = manifest.function(of: entry)
  }
}
