#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The files of a cache's folder, by age.
struct CacheFolder {
  private let folder: String

  /// After this many seconds a file that was being written is somebody's who was stopped.
  private static let partialAge = 3600

  init(_ folder: String) { self.folder = folder }

  private struct File {
    var name: String
    var bytes: Int
    /// Seconds and nanoseconds.
    var used: (Int, Int)
  }

  /// Removes the least recently used files, until all together have at most `maxBytes`.
  func shrink(to maxBytes: Int, sparing name: String) {
    var files = files()
    let now = time(nil)
    for file in files where file.name.contains(".partial-") && file.used.0 < now - Self.partialAge {
      remove(FilePath.join(folder, file.name))
    }
    files.removeAll { !$0.name.hasSuffix(".key") }
    var total = files.reduce(0) { $0 + $1.bytes }
    for file in files.sorted(by: { $0.used < $1.used }) where file.name != name {
      guard total > maxBytes else { return }
      remove(FilePath.join(folder, file.name))
      total -= file.bytes
    }
  }

  func remove(_ path: String) { unlink(path) }

  /// Notes that a file is in use.
  static func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

  private func files() -> [File] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var files: [File] = []
    while let entry = readdir(directory) {
      // SAFE: the system ends the name of an entry with a NUL within the struct.
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      var status = stat()
      guard lstat(FilePath.join(folder, name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      files.append(
        File(name: name, bytes: Int(status.st_size), used: (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)))
    }
    return files
  }
}
