/// Paths as text.
enum FilePath {
  /// The folder of a path; "." where it names none.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// `relative` as seen from `folder`.
  static func join(_ folder: String, _ relative: String) -> String {
    if relative.hasPrefix("/") || folder == "." || folder.isEmpty { return relative }
    return folder.hasSuffix("/") ? folder + relative : "\(folder)/\(relative)"
  }
}
