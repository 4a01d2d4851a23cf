import Hashing

/// A place where manifest, libraries and lock file disagree.
public struct LockDifference: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable, Encodable {
    /// There is no lock file.
    case noLock = "no_lock"
    /// Commitments were computed in another way.
    case commitScheme = "commit_scheme"
    /// Another version of Outrigger wrote the lock file.
    case host
    /// The lock file does not have the index.
    case missingEntry = "missing_entry"
    /// The lock file has an index that the manifest has not.
    case surplusEntry = "surplus_entry"
    /// Another circuit.
    case circuit
    /// The library's file has another path.
    case plugin
    /// The library's bytes are others.
    case library
    /// The parameters, or the contents of their files, are others.
    case parameters
    /// Batches are of another size.
    case batch
    /// The commitment is another.
    case commit
    /// The plugin states another version of the circuit.
    case version
    /// The circuit is proven with another preset.
    case logStackedHeight = "log_stacked_height"
  }

  public var kind: Kind
  /// The deferral index; nil where the lock file as a whole is meant.
  public var index: Int?
  /// What the lock file has.
  public var locked: String
  /// What is there.
  public var found: String

  public init(_ kind: Kind, index: Int? = nil, locked: String, found: String) {
    self.kind = kind
    self.index = index
    self.locked = locked
    self.found = found
  }

  /// Whether it only means that the lock file says nothing, rather than something else.
  public var isSilence: Bool { [.noLock, .commitScheme, .host, .missingEntry].contains(kind) }

  public var description: String {
    "\(index.map { "deferral \($0): " } ?? "")\(words)"
  }

  /// The same without the index.
  public var words: String {
    switch kind {
    case .noLock: "there is no lock file; 'outrigger plugin lock' writes one"
    case .commitScheme: "the lock file has commitments of the scheme \(locked), not \(found); lock again"
    case .host: "the lock file was written by version \(locked), this is \(found); lock again"
    case .missingEntry: "the lock file does not have it; lock again"
    case .surplusEntry: "the lock file has it, the manifest does not; lock again"
    case .circuit: "the circuit is \(found), locked is \(locked)"
    case .plugin: "the library is \(found), locked is \(locked)"
    case .library: "the library's SHA-256 is \(found), locked is \(locked)"
    case .parameters: "the parameters' SHA-256 is \(found), locked is \(locked)"
    case .batch: "the batch is \(found), locked is \(locked)"
    case .commit: "the commitment is \(found), locked is \(locked)"
    case .version: "the circuit's version is \(found), locked is \(locked)"
    case .logStackedHeight: "the log stacked height is \(found), locked is \(locked)"
    }
  }
}

extension Lock {
  /// How the file as a whole differs from what this version would write.
  public func differences(host: String) -> [LockDifference] {
    var result: [LockDifference] = []
    if commitScheme != Self.commitScheme {
      result.append(LockDifference(.commitScheme, locked: commitScheme, found: Self.commitScheme))
    }
    if self.host != host { result.append(LockDifference(.host, locked: self.host, found: host)) }
    return result
  }

  /// How what a manifest says of an index, and the files that it names, differ from what is locked.
  public func differences(
    of entry: DeferralEntry, library: ContentDigest, parameters: ContentDigest
  ) -> [LockDifference] {
    guard entries.indices.contains(entry.index) else {
      return [LockDifference(.missingEntry, index: entry.index, locked: "nothing", found: entry.circuit)]
    }
    let locked = entries[entry.index]
    var result: [LockDifference] = []
    func compare<Value: Equatable>(_ kind: LockDifference.Kind, _ locked: Value, _ found: Value) {
      guard locked != found else { return }
      result.append(LockDifference(kind, index: entry.index, locked: "\(locked)", found: "\(found)"))
    }
    compare(.circuit, locked.circuit, entry.circuit)
    compare(.plugin, locked.plugin, entry.plugin)
    compare(.library, locked.library, library)
    compare(.parameters, locked.parameters, parameters)
    compare(.batch, 1 << locked.logBatch, entry.batch)
    if let commit = entry.circuitCommit {
      compare(.commit, CommitBytes(locked.circuitCommit), CommitBytes(commit))
    }
    return result
  }

  /// Entries that the manifest does not have.
  public func surplus(beyond count: Int) -> [LockDifference] {
    entries.dropFirst(count).map {
      LockDifference(.surplusEntry, index: $0.index, locked: $0.circuit, found: "nothing")
    }
  }

  /// How a lock that was computed anew differs from this one: for `plugin lock` to tell.
  public func differences(from computed: Lock) -> [LockDifference] {
    var result = differences(host: computed.host)
    for new in computed.entries {
      guard entries.indices.contains(new.index) else {
        result.append(LockDifference(.missingEntry, index: new.index, locked: "nothing", found: new.circuit))
        continue
      }
      let old = entries[new.index]
      let pairs: [(LockDifference.Kind, String, String)] = [
        (.circuit, old.circuit, new.circuit), (.version, old.version, new.version), (.plugin, old.plugin, new.plugin),
        (.library, "\(old.library)", "\(new.library)"), (.parameters, "\(old.parameters)", "\(new.parameters)"),
        (.batch, "\(1 << old.logBatch)", "\(1 << new.logBatch)"),
        (.logStackedHeight, "\(old.logStackedHeight)", "\(new.logStackedHeight)"),
        (.commit, "\(CommitBytes(old.circuitCommit))", "\(CommitBytes(new.circuitCommit))"),
      ]
      for (kind, locked, found) in pairs where locked != found {
        result.append(LockDifference(kind, index: new.index, locked: locked, found: found))
      }
    }
    return result + surplus(beyond: computed.entries.count)
  }
}
