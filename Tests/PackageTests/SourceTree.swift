import Foundation

/// The files of the checkout, as text. Tests that use it never call the package manager: its lock is held while
/// tests run.
enum SourceTree {
  /// The checkout's root.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A text file; `path` is relative to the root.
  struct File: Sendable {
    let path: String
    let text: String

    /// The folder below `Sources` that the file is in, which is its module.
    var module: String? {
      let parts = path.split(separator: "/")
      return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  /// All files below `folder` whose name ends in one of `extensions`, in order of path.
  static func files(in folder: String, extensions: Set<String>) throws -> [File] {
    let base = root.appendingPathComponent(folder)
    guard let walker = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil) else { return [] }
    var paths: [String] = []
    for case let url as URL in walker {
      if url.lastPathComponent == ".build" { walker.skipDescendants() }
      if extensions.contains(url.pathExtension) { paths.append(String(url.path.dropFirst(root.path.count + 1))) }
    }
    return try paths.sorted().map { try file($0) }
  }

  static func file(_ path: String) throws -> File {
    let url = root.appendingPathComponent(path)
    return File(path: path, text: try String(contentsOf: url, encoding: .utf8))
  }

  /// The names of the folders directly below `folder`, sorted.
  static func folders(in folder: String) throws -> [String] {
    let base = root.appendingPathComponent(folder)
    return try FileManager.default.contentsOfDirectory(at: base, includingPropertiesForKeys: [.isDirectoryKey])
      .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
      .map(\.lastPathComponent)
      .filter { !$0.hasPrefix(".") }
      .sorted()
  }
}
