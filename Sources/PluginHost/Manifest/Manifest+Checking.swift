import Hashing

// What a manifest says about other files, and about what plugins turn out to be: for whatever runs plugin code.
extension Manifest {
  /// Files that the manifest names and that are not there, each at its line.
  public func missingFiles() -> [ManifestError] {
    var errors: [ManifestError] = []
    func check(_ relative: String, _ key: String, line: Int, _ expected: String) {
      guard !HostFile.isFile(resolve(relative)) else { return }
      errors.append(
        ManifestError(
          .missingFile, file: path, line: Self.line(line), key: key, expected: expected,
          found: "no file at \(resolve(relative))"))
    }
    for entry in deferrals {
      let key = "deferral[\(entry.index)]"
      check(entry.plugin, "\(key).plugin", line: entry.lines.plugin, "a plugin's library")
      for (number, parameter) in entry.parameters.enumerated() {
        guard case .file(let file) = parameter.value else { continue }
        let line = number < entry.lines.parameters.count ? entry.lines.parameters[number] : entry.lines.entry
        check(file, "\(key).params.\(parameter.key).file", line: line, "a parameter's file")
      }
      if let library = entry.function?.library, library.contains("/") {
        check(library, "\(key).function.library", line: entry.lines.library, "the function's library")
      }
    }
    return errors
  }

  /// Libraries that are no plugins for this machine, each at its line. None is loaded; each is read once.
  public func libraryErrors() -> [ManifestError] {
    var facts = LibraryFacts()
    return deferrals.compactMap { entry in
      let error: LibraryError
      switch facts.facts(resolve(entry.plugin)) {
      case .failure(let found): error = found
      case .success(let known):
        guard case .failure(let found) = known.inspection else { return nil }
        error = found
      }
      return error.manifestError(
        file: path, line: Self.line(entry.lines.plugin), key: "deferral[\(entry.index)].plugin",
        library: resolve(entry.plugin))
    }
  }

  /// The error of an entry whose circuit turned out to have another commitment; nil if it has this one, or the entry
  /// none.
  public func commitError(of entry: DeferralEntry, computed: InnerDigest) -> ManifestError? {
    guard let commit = entry.circuitCommit, commit != computed else { return nil }
    return ManifestError(
      .wrongCommit, file: path, line: Self.line(entry.lines.commit),
      key: "deferral[\(entry.index)].def_circuit_commit",
      expected: "the commitment of the plugin's circuit, \(CommitBytes(computed))", found: "\(CommitBytes(commit))")
  }

  /// The foreign function of an entry, with the path of its library resolved.
  public func function(of entry: DeferralEntry) -> ForeignFunction? {
    guard var function = entry.function else { return nil }
    if function.library.contains("/") { function.library = resolve(function.library) }
    return function
  }

  private static func line(_ line: Int) -> Int? { line == 0 ? nil : line }
}
