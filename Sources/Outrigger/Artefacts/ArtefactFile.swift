#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bounded reading and atomic writing of whole files.
public enum ArtefactFile {
  /// The greatest size, in bytes, that is read for each kind of artefact. Real ones are far below.
  public enum Limit {
    public static let parameters = 1 << 20
    public static let verifyingKey = 256 << 20
    public static let proof = 1 << 30
    public static let appProof = 16 << 30
    public static let traces = 16 << 30
  }

  /// The bytes of the regular file at `path`. Allocates its size and no more; refuses devices, pipes, empty files,
  /// and files above `limit` bytes.
  public static func read(_ path: String, limit: Int) throws(ArtefactError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR {
        throw ArtefactError(.missing, file: path, "there is no such file")
      }
      throw ArtefactError(.unreadable, file: path, "cannot be opened: \(reason(code))")
    }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ArtefactError(.unreadable, file: path, "cannot be examined: \(reason(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "no regular file"
      throw ArtefactError(.unreadable, file: path, "expected a file, found \(found)")
    }
    let size = Int(status.st_size)
    guard size > 0 else { throw ArtefactError(.empty, file: path, "the file is empty") }
    guard size <= limit else {
      throw ArtefactError(.tooLarge, file: path, "the file has \(size) bytes, at most \(limit) are read")
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
      throw ArtefactError(.unreadable, file: path, "cannot be read: \(reason(failure))")
    }
    guard bytes.count == size else {
      throw ArtefactError(
        .unreadable, file: path, offset: bytes.count, "the file shrank while it was read (it had \(size) bytes)")
    }
    return bytes
  }

  /// Writes `bytes` to `path`: to a temporary file in the same directory first, which is then renamed, so that
  /// `path` never holds half a file.
  public static func write(_ bytes: [UInt8], to path: String) throws(ArtefactError) {
    let temporary = "\(path).partial-\(getpid())"
    // Left by a process of the same number that was killed, as happens in containers.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ArtefactError(.unwritable, file: path, "cannot be created: \(reason(errno))")
    }
    var failure: Int32 = 0
    bytes.withUnsafeBufferPointer { buffer in
      var written = 0
      while written < buffer.count, failure == 0, let base = buffer.baseAddress {
        let got = writeDescriptor(descriptor, base + written, buffer.count - written)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno } else { written += got }
      }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw ArtefactError(.unwritable, file: path, "cannot be written: \(reason(failure))")
    }
  }

  /// Makes the directory at `path`, whose parent must exist, unless it is there already.
  public static func makeDirectory(_ path: String) throws(ArtefactError) {
    guard mkdir(path, 0o755) != 0 else { return }
    let code = errno
    var status = stat()
    if code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    throw ArtefactError(.unwritable, file: path, "the directory cannot be made: \(reason(code))")
  }

  /// Removes the file at `path`, if there is one.
  static func remove(_ path: String) { unlink(path) }

  /// Removes the directory at `path`, if it is there and empty.
  static func removeDirectory(_ path: String) { rmdir(path) }

  /// Whether there is something at `path`.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func reason(_ code: Int32) -> String {
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
