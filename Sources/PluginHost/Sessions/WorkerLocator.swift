import CPluginRuntime
import Foundation

/// Finds the program that workers run.
public enum WorkerLocator {
  public static let programName = "outrigger-plugin-worker"
  public static let environmentName = "OUTRIGGER_PLUGIN_WORKER"

  /// Whether this system lets workers be kept from reading files other than libraries while they load. Where it does
  /// not, a library's constructors can read what the user can read.
  public static var confinesFiles: Bool { opr_can_confine_files() != 0 }

  /// The path that was named; else that of the environment variable; else beside this process's program; else in
  /// `PATH`. A path that was named is not passed over when there is nothing.
  static func find(named path: String?) throws(PluginError.Reason) -> String {
    let environment = ProcessInfo.processInfo.environment
    if let path = path ?? environment[environmentName].flatMap({ $0.isEmpty ? nil : $0 }) {
      guard isExecutable(path) else { throw .workerMissing(searched: [path]) }
      return path
    }
    var folders: [String] = []
    if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      folders.append((program as NSString).deletingLastPathComponent)
    }
    folders += (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    let candidates = folders.map { $0 + "/" + programName }
    guard let found = candidates.first(where: isExecutable) else { throw .workerMissing(searched: candidates) }
    return found
  }

  private static func isExecutable(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      && FileManager.default.isExecutableFile(atPath: path)
  }
}
