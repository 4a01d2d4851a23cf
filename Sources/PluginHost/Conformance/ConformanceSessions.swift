/// Starts workers for the checks of one circuit.
struct ConformanceSessions {
  let library: PluginLibrary
  let subject: ConformanceSubject
  let options: ConformanceOptions

  /// A worker with the circuit's limits.
  func make() throws(PluginError) -> any PluginSession {
    let seconds = subject.callSeconds
    var settings = PluginSessionOptions(
      memoryLimit: subject.memoryLimit, threads: max(options.threads, 2),
      deadlines: PluginDeadlines(load: 30, eval: seconds, fill: seconds, other: seconds),
      workerPath: options.workerPath, libraryFolders: options.libraryFolders)
    // A foreign library that is named by its path is read from there.
    if let path = subject.function?.library, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
      settings.libraryFolders.append(slash == path.startIndex ? "/" : String(path[..<slash]))
    }
    return try WorkerSession(
      library: library, foreign: subject.function.map { [$0] } ?? [], options: settings)
  }
}
