import Foundation

/// A directory for a test's files, removed with the object.
final class ScratchDirectory {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("outrigger-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and gives its path.
  func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let target = url.appendingPathComponent(name)
    try Data(bytes).write(to: target)
    return target.path
  }

  func file(_ name: String, text: String) throws -> String { try file(name, text.utf8) }
}
