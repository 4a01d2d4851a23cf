import Algebra
import Foundation
import Testing

@testable import PluginHost

/// The cache of keys: finds what was put, and nothing that was not.
struct KeyCacheTests {
  private static func address(
    air: [UInt8] = [1, 2], preprocessed: [FieldMatrix?] = [nil], index: Int = 0, logBatch: Int = 0,
    parameters: [UInt8] = [3], version: String = "0.1.0"
  ) -> KeyCache.Address {
    KeyCache.Address(
      airBytes: air, preprocessed: preprocessed, index: index, logBatch: logBatch, parameters: parameters,
      proverVersion: version)
  }

  @Test func whatWasPutIsFound() throws {
    let folder = try ManifestFolder()
    let cache = KeyCache(folder: folder.file("a/b/cache"))
    let content = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(cache.get(Self.address()) == nil)
    #expect(cache.put(Self.address(), content))
    #expect(cache.get(Self.address()) == content)
    #expect(cache.get(Self.address(index: 1)) == nil)
    #expect(cache.put(Self.address(), content))
    #expect(cache.put(Self.address(index: 1), []))
    #expect(cache.get(Self.address(index: 1)) == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.folder).count == 2)
  }

  @Test func everythingAKeyFollowsFromIsInItsAddress() {
    let one = FieldMatrix(columns: [[.zero, .one]])
    let addresses = [
      Self.address(), Self.address(air: [1]), Self.address(index: 1), Self.address(logBatch: 1),
      Self.address(parameters: []), Self.address(version: "0.1.1"), Self.address(preprocessed: []),
      Self.address(preprocessed: [nil, nil]), Self.address(preprocessed: [one]),
      Self.address(preprocessed: [one, nil]),
      Self.address(preprocessed: [nil, one]), Self.address(preprocessed: [FieldMatrix(columns: [[.one, .zero]])]),
      Self.address(preprocessed: [FieldMatrix(columns: [[.zero], [.one]])]),
      // Fields do not run into one another.
      Self.address(air: [1, 2, 3], parameters: []), Self.address(air: [], parameters: [1, 2, 3]),
    ]
    #expect(Set(addresses).count == addresses.count)
    #expect(Self.address(preprocessed: [one]) == Self.address(preprocessed: [FieldMatrix(columns: [[.zero, .one]])]))
  }

  @Test func damagedFilesCountAsAbsent() throws {
    let folder = try ManifestFolder()
    let cache = KeyCache(folder: folder.path)
    let content: [UInt8] = Array(repeating: 7, count: 100)
    let path = folder.file("\(Self.address()).key")
    let whole: [UInt8] = try {
      cache.put(Self.address(), content)
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }()
    for place in whole.indices {
      var file = whole
      file[place] ^= 0x10
      try folder.write("\(Self.address()).key", file)
      #expect(cache.get(Self.address()) == nil)
      // It is gone, so that the next key is put in its place.
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    for count in 0..<whole.count {
      try folder.write("\(Self.address()).key", Array(whole[..<count]))
      #expect(cache.get(Self.address()) == nil)
    }
    try folder.write("\(Self.address()).key", whole + [0])
    #expect(cache.get(Self.address()) == nil)
    try folder.write("\(Self.address(index: 5)).key", whole)
    #expect(cache.get(Self.address(index: 5)) == nil)
    try folder.write("\(Self.address()).key", whole)
    #expect(cache.get(Self.address()) == content)
  }

  @Test func leastRecentlyUsedGoFirst() throws {
    let folder = try ManifestFolder()
    // Room for three of 80 + 920 bytes.
    let cache = KeyCache(folder: folder.path, maxBytes: 3500)
    let content = Array(repeating: UInt8(1), count: 920)
    func age(_ index: Int, _ seconds: Double) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -seconds)],
        ofItemAtPath: folder.file("\(Self.address(index: index)).key"))
    }
    for index in 0..<3 {
      cache.put(Self.address(index: index), content)
      try age(index, Double(1000 - index))
    }
    try folder.write("notes.txt", Array(repeating: 0, count: 5000))
    try folder.write("x.key.partial-1-2", [1])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -10_000)], ofItemAtPath: folder.file("x.key.partial-1-2"))
    try folder.write("y.key.partial-1-2", [1])
    // Reading makes entry 0 the latest.
    #expect(cache.get(Self.address(index: 0)) != nil)
    #expect(cache.put(Self.address(index: 3), content))
    #expect((0..<4).map { cache.get(Self.address(index: $0)) != nil } == [true, false, true, true])
    #expect(FileManager.default.fileExists(atPath: folder.file("notes.txt")))
    #expect(!FileManager.default.fileExists(atPath: folder.file("x.key.partial-1-2")))
    #expect(FileManager.default.fileExists(atPath: folder.file("y.key.partial-1-2")))
    // What is larger than everything together is not kept, and displaces nothing.
    #expect(!cache.put(Self.address(index: 4), Array(repeating: 0, count: 3421)))
    #expect(cache.put(Self.address(index: 4), Array(repeating: 0, count: 3420)))
    #expect((0..<5).map { cache.get(Self.address(index: $0)) != nil } == [false, false, false, false, true])
  }

  @Test func folderThatRefusesIsNoCache() throws {
    let folder = try ManifestFolder()
    try folder.write("file", [1])
    let cache = KeyCache(folder: folder.file("file/cache"))
    #expect(!cache.put(Self.address(), [1]))
    #expect(cache.get(Self.address()) == nil)
    // A folder in the place of a file.
    let other = KeyCache(folder: folder.path)
    try FileManager.default.createDirectory(
      atPath: folder.file("\(Self.address()).key"), withIntermediateDirectories: false)
    #expect(!other.put(Self.address(), [1]))
    #expect(other.get(Self.address()) == nil)
    #expect(KeyCache(folder: folder.path, maxBytes: -1).put(Self.address(index: 1), []) == false)
    #expect(KeyCache(folder: folder.path, maxBytes: .max).put(Self.address(index: 1), [1]))
    #expect(KeyCache(folder: folder.path, maxBytes: .max).get(Self.address(index: 1)) == [1])
  }

  @Test(arguments: [
    (["OUTRIGGER_CACHE": "here", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "here"),
    (["OUTRIGGER_CACHE": "", "HOME": "/h"], nil), (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/outrigger"),
    (["XDG_CACHE_HOME": "x", "HOME": "/h"], "/h/.cache/outrigger"), (["HOME": "/h"], "/h/.cache/outrigger"),
    (["HOME": "h"], nil), ([:], nil),
  ])
  func placeFollowsFromTheEnvironment(environment: [String: String], folder: String?) {
    #expect(KeyCache(environment: environment)?.folder == folder)
  }

  @Test func manyWritersLeaveWholeEntries() async throws {
    let folder = try ManifestFolder()
    let path = folder.path
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let cache = KeyCache(folder: path, maxBytes: 1 << 20)
          for round in 0..<20 {
            let address = Self.address(index: round % 4)
            cache.put(address, Array(repeating: UInt8(round % 4), count: 5000))
            if let content = cache.get(address) {
              #expect(content == Array(repeating: UInt8(round % 4), count: 5000), "writer \(writer)")
            }
          }
        }
      }
    }
  }
}
