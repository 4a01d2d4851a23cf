import Foundation

@testable import PluginHost

/// A folder with a manifest and what it names, removed with the object.
final class ManifestFolder {
  let url: URL
  var path: String { url.path }
  var manifestPath: String { file("outrigger.toml") }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("manifest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> String { url.appendingPathComponent(name).path }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let target = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
    return target.path
  }

  @discardableResult
  func write(_ name: String, text: String) throws -> String { try write(name, Array(text.utf8)) }

  func manifest(_ text: String) throws -> Manifest {
    try write("outrigger.toml", text: text)
    return try Manifest(path: manifestPath)
  }
}

/// Texts of manifests.
enum ManifestText {
  static let commit = "0x" + String(repeating: "0", count: 63) + "7"

  /// A deferral entry without mistakes: `index`, `plugin` and `circuit`, and more lines.
  static func entry(_ index: Int, plugin: String = "plugins/lib.so", _ more: String...) -> String {
    (["[[deferral]]", "index = \(index)", "plugin = \"\(plugin)\"", "circuit = \"dev.outrigger.test\""] + more)
      .joined(separator: "\n") + "\n"
  }

  static func errors(_ text: String) -> [ManifestError] { errors(Array(text.utf8)) }

  static func errors(_ bytes: [UInt8]) -> [ManifestError] {
    do throws(ManifestFailure) {
      _ = try Manifest(bytes: bytes, path: "outrigger.toml")
      return []
    } catch {
      return error.errors
    }
  }
}
