extension ConformanceSubject {
  /// What an entry of a manifest says of its circuit, with the lock file's commitment where the manifest has none.
  public init(_ entry: DeferralEntry, manifest: Manifest) throws(ManifestError) {
    self.init(circuit: entry.circuit)
    index = entry.index
    logBatch = entry.logBatch
    parameters = try ParameterValues(entry, manifest: manifest).parameters
    circuitCommit = entry.circuitCommit
    if circuitCommit == nil, let lock = try? Lock.beside(manifest), lock.entries.indices.contains(entry.index) {
      circuitCommit = lock.entries[entry.index].circuitCommit
    }
    memoryLimit = entry.limits.memoryMiB << 20
    callSeconds = Double(entry.limits.seconds)
    function = manifest.function(of: entry)
  }
}
