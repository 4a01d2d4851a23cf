import CPluginRuntime
import Crypto
import Foundation
import Synchronization

/// A plugin's library: read once, hashed, and held in a memory file that nobody can change. What is loaded is what was
/// hashed, whatever becomes of the file.
public final class PluginLibrary: Sendable {
  /// Where the file was; names the plugin in errors.
  public let path: String
  public let byteCount: Int
  public let sha256: [UInt8]
  /// The memory file.
  let descriptor: Int32

  public var sha256Text: String { hexadecimal(sha256) }

  /// The largest library that is read unless told otherwise.
  public static let defaultMaximumBytes = 256 << 20

  /// Reads and checks the file. Loads nothing.
  public convenience init(
    path: String, maximumBytes: Int = PluginLibrary.defaultMaximumBytes
  ) throws(PluginError) {
    let context = PluginErrorContext(plugin: path, circuit: nil, call: .load)
    let bytes: [UInt8]
    do throws(PluginError.Reason) {
      bytes = try Self.read(path, maximumBytes: maximumBytes)
    } catch { throw context.error(error) }
    try self.init(bytes: bytes, path: path)
  }

  /// SHA-256 of a file, without holding on to it: for listings of many plugins.
  public static func sha256(
    path: String, maximumBytes: Int = PluginLibrary.defaultMaximumBytes
  ) throws(PluginError) -> [UInt8] {
    do throws(PluginError.Reason) {
      return Array(SHA256.hash(data: try read(path, maximumBytes: maximumBytes)))
    } catch { throw PluginErrorContext(plugin: path, circuit: nil, call: .load).error(error) }
  }

  /// A library from bytes; `path` only names it.
  public init(bytes: [UInt8], path: String) throws(PluginError) {
    let context = PluginErrorContext(plugin: path, circuit: nil, call: .load)
    if let fault = ELFHeader.fault(in: bytes) { throw context.error(fault) }
    self.path = path
    byteCount = bytes.count
    sha256 = Array(SHA256.hash(data: bytes))
    let file = bytes.withUnsafeBytes { opr_sealed_copy("outrigger-plugin", $0.baseAddress, UInt64($0.count)) }
    guard file >= 0 else { throw context.error(.fileUnreadable("no memory file: \(systemWords(-file))")) }
    descriptor = file
  }

  deinit { Glibc.close(descriptor) }

  private static func read(_ path: String, maximumBytes: Int) throws(PluginError.Reason) -> [UInt8] {
    // Without waiting, should it be a pipe.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw errno == ENOENT ? .fileMissing : .fileUnreadable(systemWords(errno)) }
    defer { Glibc.close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .fileUnreadable(systemWords(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .fileUnreadable("it is not a regular file") }
    guard status.st_size <= maximumBytes else { throw .fileTooLarge(limit: maximumBytes, found: Int(status.st_size)) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(file, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .fileUnreadable(systemWords(errno)) }
      if got == 0 { break }
      filled += got
    }
    bytes.removeSubrange(filled...)
    return bytes
  }

  /// Libraries that live in this process, by hash: a descriptor of each stays open for ever, since the dynamic loader
  /// knows a library by the name that the descriptor gives it.
  private static let resident = Mutex<[[UInt8]: Int32]>([:])

  /// The descriptor to load from in this process: one for all libraries with the same bytes.
  func residentDescriptor() -> Int32 {
    Self.resident.withLock { known in
      if let descriptor = known[sha256] { return descriptor }
      let kept = fcntl(descriptor, F_DUPFD_CLOEXEC, 16)
      if kept >= 0 { known[sha256] = kept }
      return kept
    }
  }
}

/// The system's words for an error number.
func systemWords(_ number: Int32) -> String { String(cString: strerror(number)) }
