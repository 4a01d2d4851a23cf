import Machine

/// A guest's ELF file, read and transpiled.
public struct GuestFile: Sendable {
  public let path: String
  /// Size of the file in bytes.
  public let size: Int
  public let executable: Executable

  /// The greatest ELF file that is read, in bytes.
  public static let limit = 512 << 20

  public init(path: String) throws(ArtefactError) {
    try self.init(path: path, bytes: ArtefactFile.read(path, limit: Self.limit))
  }

  public init(path: String, bytes: [UInt8]) throws(ArtefactError) {
    self.path = path
    size = bytes.count
    do { executable = try Executable(elf: bytes) } catch {
      switch error {
      case .elf(let error):
        throw ArtefactError(
          .malformed, file: path, field: error.field, offset: error.offset,
          "expected \(error.expected), found \(error.found)")
      case .transpile(let error): throw ArtefactError(.malformed, file: path, error.description)
      }
    }
  }
}
