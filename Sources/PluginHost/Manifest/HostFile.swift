#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bounded reading and atomic writing of whole files.
enum HostFile {
  /// Why a file could not be read or written.
  struct Failure: Error {
    var kind: ManifestError.Kind
    var expected: String
    var found: String
  }

  /// Which file a path leads to, so that two paths to one file are noticed.
  struct Identity: Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// What a path leads to, through links; nil where there is nothing.
  static func identity(_ path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  /// Whether there is a regular file.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The bytes of a regular file of at most `limit` bytes; devices and pipes are not touched.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR {
        throw Failure(kind: .missingFile, expected: "a file", found: "none")
      }
      throw Failure(kind: .unreadable, expected: "a file that can be read", found: reason(code))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Failure(kind: .unreadable, expected: "a file that can be read", found: reason(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "something else"
      throw Failure(kind: .unreadable, expected: "a file", found: found)
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw Failure(kind: .tooLarge, expected: "at most \(limit) bytes", found: "\(size)")
    }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      // SAFE: each read is given the rest of the buffer; `count` never passes `size`.
      while count < size, let base = buffer.baseAddress {
        let got = readDescriptor(descriptor, base + count, size - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { break }
        count += got
      }
    }
    guard failure == 0 else {
      throw Failure(kind: .unreadable, expected: "a file that can be read", found: reason(failure))
    }
    guard bytes.count == size else {
      throw Failure(kind: .unreadable, expected: "\(size) bytes", found: "\(bytes.count), while the file was read")
    }
    return bytes
  }

  /// Writes a file: to a temporary one in the same folder first, which is then renamed, so that `path` never holds
  /// half.
  static func write(_ bytes: [[UInt8]], to path: String, isExecutable: Bool = false) throws(Failure) {
    let temporary = "\(path).partial-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isExecutable ? 0o755 : 0o644)
    guard descriptor >= 0 else {
      throw Failure(kind: .unreadable, expected: "a file that can be created", found: reason(errno))
    }
    var failure: Int32 = 0
    for part in bytes {
      part.withUnsafeBufferPointer { buffer in
        // SAFE: each write is given the rest of the buffer.
        var written = 0
        while written < buffer.count, failure == 0, let base = buffer.baseAddress {
          let got = writeDescriptor(descriptor, base + written, buffer.count - written)
          if got < 0 && errno == EINTR { continue }
          if got < 0 { failure = errno } else { written += got }
        }
      }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw Failure(kind: .unreadable, expected: "a file that can be written", found: reason(failure))
    }
  }

  /// Makes a folder and those above it, unless they are there.
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(Failure) {
    guard mkdir(path, mode) != 0 else { return }
    var code = errno
    if code == ENOENT {
      let parent = FilePath.folder(of: path)
      if parent != path, parent != "." {
        try makeFolder(parent, mode: mode)
        if mkdir(path, mode) == 0 { return }
        code = errno
      }
    }
    var status = stat()
    if code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    throw Failure(kind: .unreadable, expected: "a folder that can be made", found: reason(code))
  }

  static func reason(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}

// The enum's own `read` and `write` hide the C functions inside of it.
private func readDescriptor(_ descriptor: Int32, _ base: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
  read(descriptor, base, count)
}
private func writeDescriptor(_ descriptor: Int32, _ base: UnsafePointer<UInt8>, _ count: Int) -> Int {
  write(descriptor, base, count)
}

extension ManifestError {
  init(_ failure: HostFile.Failure, file: String, line: Int? = nil, key: String? = nil) {
    self.init(failure.kind, file: file, line: line, key: key, expected: failure.expected, found: failure.found)
  }
}
