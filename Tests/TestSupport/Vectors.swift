import Foundation

/// Known-answer files. The small ones are in `Tests/Vectors`, in every clone; the full set stands beside the
/// checkout in `../shared` where there is one, and is then preferred.
public enum Vectors {
  /// The checkout's root.
  public static let checkout = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let bundled = checkout.appendingPathComponent("Tests/Vectors")
  private static let shared: URL = {
    if let path = ProcessInfo.processInfo.environment["OUTRIGGER_SHARED"] { return URL(fileURLWithPath: path) }
    return checkout.deletingLastPathComponent().appendingPathComponent("shared")
  }()

  /// Whether the full set is there.
  public static var hasFullSet: Bool {
    FileManager.default.fileExists(atPath: shared.appendingPathComponent("vectors/index.json").path)
  }

  /// The file or folder at `path`, for instance `vectors/field.json` or `spec/data/babybear.json`; nil when it is
  /// in neither place.
  public static func url(_ path: String) -> URL? {
    [shared, bundled].map { $0.appendingPathComponent(path) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// The bytes of the file at `path`; nil when it is in neither place.
  public static func bytes(_ path: String) throws -> [UInt8]? {
    try url(path).map { [UInt8](try Data(contentsOf: $0)) }
  }

  /// The parsed JSON file at `path`.
  public static func json(_ path: String) throws -> JSON? {
    try url(path).map { try JSON(parsing: Data(contentsOf: $0)) }
  }
}
