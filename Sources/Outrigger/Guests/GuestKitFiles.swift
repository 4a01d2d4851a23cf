import CGuestFiles

/// The package GuestKit, which this program carries with it and hands to new guests.
public enum GuestKitFiles {
  /// One file; `path` is relative to the package's folder.
  public struct File: Sendable {
    public let path: String
    public let bytes: [UInt8]
  }

  /// All files.
  public static let all: [File] = {
    var files: [File] = []
    while let file = guest_file_at(files.count)?.pointee { files.append(File(file)) }
    return files
  }()

  /// The program that prints Unicode tables.
  static let unicodeProgram: File? = guest_unicode_program().map { File($0.pointee) }
}

extension GuestKitFiles.File {
  // SAFE: the table is constant; path and bytes are never null, and `count` is the size of the bytes.
  fileprivate init(_ file: guest_file) {
    path = String(cString: file.path)
    bytes = [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.count))
  }
}
