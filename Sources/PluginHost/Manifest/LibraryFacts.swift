/// What was found out about the library files of a manifest: each is read and hashed once, however many entries name
/// it.
struct LibraryFacts {
  /// About one file.
  struct Facts: Sendable {
    var digest: ContentDigest
    var bytes: Int
    var inspection: Result<LibraryInspection, LibraryError>
  }

  private var byPath: [String: Result<Facts, LibraryError>] = [:]
  private var byIdentity: [HostFile.Identity: String] = [:]

  /// How many files were read.
  private(set) var fileCount = 0
  private(set) var byteCount = 0

  /// About the library at a path.
  mutating func facts(_ path: String) -> Result<Facts, LibraryError> {
    if let known = byPath[path] { return known }
    let identity = HostFile.identity(path)
    if let identity, let other = byIdentity[identity], let known = byPath[other] {
      byPath[path] = known
      return known
    }
    let result = Self.read(path)
    if case .success(let facts) = result {
      fileCount += 1
      byteCount += facts.bytes
    }
    byPath[path] = result
    if let identity { byIdentity[identity] = path }
    return result
  }

  private static func read(_ path: String) -> Result<Facts, LibraryError> {
    do throws(HostFile.Failure) {
      let bytes = try HostFile.read(path, limit: LibraryInspection.maxBytes)
      let inspection = Result { () throws(LibraryError) in try LibraryInspection(bytes) }
      return .success(Facts(digest: ContentDigest(of: bytes), bytes: bytes.count, inspection: inspection))
    } catch {
      return .failure(LibraryError(error))
    }
  }
}

extension LibraryError {
  init(_ failure: HostFile.Failure) {
    let kind: Kind =
      switch failure.kind {
      case .missingFile: .missing
      case .tooLarge: .tooLarge
      default: .unreadable
      }
    self.init(kind, field: "file", expected: failure.expected, found: failure.found)
  }
}
