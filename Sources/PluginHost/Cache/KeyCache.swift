import Algebra

/// Proving keys that were made before, in a folder: one file each, found by the SHA-256 of everything that a key
/// follows from.
///
/// Several processes may share a folder. A file that is damaged, cut short or another key's counts as absent; so does
/// whatever the system refuses: a cache that does not work makes things slow and nothing else. Who can write to the
/// folder can put keys there, so a key's commitment is compared with the manifest's after it was read.
public struct KeyCache: Sendable {
  public let folder: String
  /// Of all files together; the least recently used go first.
  public let maxBytes: Int

  public static let defaultMaxBytes = 8 << 30

  public init(folder: String, maxBytes: Int = defaultMaxBytes) {
    self.folder = folder
    self.maxBytes = min(max(0, maxBytes), 1 << 60)
  }

  /// The cache of the user: in `OUTRIGGER_CACHE`, or `XDG_CACHE_HOME/outrigger`, or `.cache/outrigger` of the home
  /// folder. Nil where the environment names none of them, or `OUTRIGGER_CACHE` is empty.
  public init?(environment: [String: String], maxBytes: Int = defaultMaxBytes) {
    if let own = environment["OUTRIGGER_CACHE"] {
      guard !own.isEmpty else { return nil }
      self.init(folder: own, maxBytes: maxBytes)
    } else if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
      self.init(folder: FilePath.join(caches, "outrigger"), maxBytes: maxBytes)
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      self.init(folder: FilePath.join(home, ".cache/outrigger"), maxBytes: maxBytes)
    } else {
      return nil
    }
  }

  /// What a key is found by.
  public struct Address: Hashable, Sendable, CustomStringConvertible {
    public let digest: ContentDigest

    /// The address of the key of a circuit. `parameters` are those of the proof system, encoded; `preprocessed` are the
    /// AIRs' preprocessed columns, nil for an AIR without.
    public init(
      airBytes: [UInt8], preprocessed: [FieldMatrix?], index: Int, logBatch: Int, parameters: [UInt8],
      proverVersion: String
    ) {
      var fields = FieldDigest(purpose: "outrigger.key/1")
      fields.add(airBytes)
      fields.add(UInt64(preprocessed.count))
      for matrix in preprocessed {
        guard let matrix else {
          fields.add(0 as UInt64)
          continue
        }
        fields.add(1 as UInt64)
        fields.add(UInt64(matrix.height))
        fields.add(UInt64(matrix.width))
        for column in 0..<matrix.width { fields.add(UnsafeRawBufferPointer(matrix.column(column))) }
      }
      fields.add(UInt64(bitPattern: Int64(index)))
      fields.add(UInt64(bitPattern: Int64(logBatch)))
      fields.add(parameters)
      fields.add(proverVersion)
      digest = fields.finish()
    }

    public var description: String { digest.description }
  }

  /// The bytes that were put at an address; nil where there are none, or they are not what they were.
  public func get(_ address: Address) -> [UInt8]? {
    let path = path(of: address)
    guard let file = try? HostFile.read(path, limit: CacheFile.headerBytes + maxBytes) else { return nil }
    guard let content = CacheFile.content(of: file, address: address.digest) else {
      CacheFolder(folder).remove(path)
      return nil
    }
    CacheFolder.touch(path)
    return content
  }

  /// Keeps bytes at an address. False where they are not kept: too many, or the folder refuses.
  @discardableResult
  public func put(_ address: Address, _ content: [UInt8]) -> Bool {
    let header = CacheFile.header(of: content, address: address.digest)
    let size = header.count + content.count
    guard size <= maxBytes else { return false }
    do throws(HostFile.Failure) {
      try HostFile.makeFolder(folder, mode: 0o700)
      try HostFile.write([header, content], to: path(of: address))
    } catch {
      return false
    }
    CacheFolder(folder).shrink(to: maxBytes, sparing: fileName(of: address))
    return true
  }

  private func fileName(of address: Address) -> String { "\(address).key" }
  private func path(of address: Address) -> String { FilePath.join(folder, fileName(of: address)) }
}

/// The form of a file of the cache: magic, address, length, SHA-256 of the content, content.
enum CacheFile {
  private static let magic = Array("OTRGKEY1".utf8)
  static let headerBytes = 80

  static func header(of content: [UInt8], address: ContentDigest) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(content.count) >> (8 * UInt64($0))) }
    return magic + address.bytes + length + ContentDigest(of: content).bytes
  }

  /// The content; nil unless the file is whole and that of the address.
  static func content(of file: [UInt8], address: ContentDigest) -> [UInt8]? {
    guard file.count >= headerBytes else { return nil }
    let content = Array(file[headerBytes...])
    return file[..<headerBytes].elementsEqual(header(of: content, address: address)) ? content : nil
  }
}
