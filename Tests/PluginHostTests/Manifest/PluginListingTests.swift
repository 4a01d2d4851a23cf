import Foundation
import Hashing
import Testing

@testable import PluginHost

/// What a listing says of each index, without running plugin code.
struct PluginListingTests {
  private static let host = "0.1.0"

  /// A folder with five entries in three libraries, and a lock file for it.
  private struct Sample {
    let folder: ManifestFolder
    var manifest: Manifest
    var lock: Lock

    init() throws {
      folder = try ManifestFolder()
      try folder.write("a.so", TestLibrary(payload: [1]).bytes)
      try folder.write("b.so", TestLibrary(payload: [2]).bytes)
      try folder.write("key", [1, 2, 3])
      manifest = try folder.manifest(
        "[app]\nname = \"notary\"\n"
          + ManifestText.entry(0, plugin: "a.so", "batch = 64", "def_circuit_commit = \"\(ManifestText.commit)\"")
          + ManifestText.entry(1, plugin: "a.so", "isolation = \"in-process\"")
          + ManifestText.entry(2, plugin: "b.so", "params = { key = { file = \"key\" }, n = 1 }"))
      lock = Lock(host: PluginListingTests.host, entries: [])
      for entry in manifest.deferrals {
        lock.entries.append(
          Lock.Entry(
            index: entry.index, circuit: entry.circuit, version: "1.\(entry.index).0", plugin: entry.plugin,
            library: ContentDigest(
              of: Array(try Data(contentsOf: URL(fileURLWithPath: manifest.resolve(entry.plugin))))),
            parameters: try ParameterValues(entry, manifest: manifest).digest, logBatch: entry.logBatch,
            logStackedHeight: 12, circuitCommit: LockTests.commit))
      }
    }

    func listing() -> PluginListing { PluginListing(manifest, lock: lock, host: PluginListingTests.host) }
  }

  @Test func lockedEntriesAreOK() throws {
    let sample = try Sample()
    let listing = sample.listing()
    #expect(listing.entries.map(\.state) == [.ok, .ok, .ok])
    #expect(listing.entries.map(\.version) == ["1.0.0", "1.1.0", "1.2.0"])
    #expect(listing.entries.map(\.circuitCommit) == Array(repeating: LockTests.commit, count: 3))
    #expect(listing.entries.allSatisfy { $0.reasons.isEmpty && $0.warnings.isEmpty })
    #expect(listing.notes.isEmpty)
    // Each file once.
    #expect(listing.libraryCount == 2)
    #expect(
      listing.lines() == [
        "  index  circuit             version  batch  commit              isolation   state",
        "      0  dev.outrigger.test  1.0.0       64  0x00000000..000007  worker      ok",
        "      1  dev.outrigger.test  1.1.0        1  0x00000000..000007  in-process  ok",
        "      2  dev.outrigger.test  1.2.0        1  0x00000000..000007  worker      ok",
        "",
        "notary: 3 deferral circuits in 2 libraries: 3 ok",
      ])
  }

  @Test func withoutLockNothingIsVerified() throws {
    var sample = try Sample()
    let listing = PluginListing(sample.manifest, lock: nil, host: Self.host)
    #expect(listing.entries.map(\.state) == [.unverified, .unverified, .unverified])
    #expect(listing.entries.map(\.version) == [nil, nil, nil])
    #expect(listing.entries.map { $0.circuitCommit != nil } == [true, false, false])
    #expect(listing.notes == ["there is no lock file; 'outrigger plugin lock' writes one"])
    #expect(
      listing.lines()[1] == "      0  dev.outrigger.test  -           64  0x00000000..000007  worker      unverified")

    sample.lock.host = "0.0.9"
    #expect(sample.listing().entries.map(\.state) == [.unverified, .unverified, .unverified])
    #expect(sample.listing().entries.map(\.version) == ["1.0.0", "1.1.0", "1.2.0"])
    #expect(sample.listing().notes == ["the lock file was written by version 0.0.9, this is 0.1.0; lock again"])
    sample.lock.host = Self.host
    sample.lock.entries.removeLast()
    #expect(sample.listing().entries.map(\.state) == [.ok, .ok, .unverified])
    #expect(sample.listing().entries.last?.reasons == ["the lock file does not have it; lock again"])
  }

  @Test func changesAreNoticed() throws {
    var sample = try Sample()
    try sample.folder.write("b.so", TestLibrary(payload: [3]).bytes)
    #expect(sample.listing().entries.map(\.state) == [.ok, .ok, .changed])
    #expect(sample.listing().entries.last?.reasons.first?.hasPrefix("the library's SHA-256 is ") == true)
    try sample.folder.write("b.so", TestLibrary(payload: [2]).bytes)
    try sample.folder.write("key", [1, 2, 4])
    #expect(sample.listing().entries.last?.reasons.first?.hasPrefix("the parameters' SHA-256 is ") == true)
    try sample.folder.write("key", [1, 2, 3])
    #expect(sample.listing().entries.map(\.state) == [.ok, .ok, .ok])
    sample.lock.entries[0].circuitCommit = InnerConfiguration.emptyDigest
    sample.lock.entries[1].circuitCommit = InnerConfiguration.emptyDigest
    let listing = sample.listing()
    #expect(listing.entries.map(\.state) == [.changed, .ok, .ok])
    // The manifest's commitment is shown where it has one.
    #expect(listing.entries[0].circuitCommit == LockTests.commit)
    #expect(listing.entries[1].circuitCommit == InnerConfiguration.emptyDigest)
    sample.lock.entries[1].circuit = "dev.outrigger.other"
    #expect(sample.listing().entries[1].version == nil)
    sample.lock.entries.append(LockTests.entry(3))
    #expect(sample.listing().notes == ["deferral 3: the lock file has it, the manifest does not; lock again"])
  }

  @Test func missingAndFaultyFilesAreStates() throws {
    let sample = try Sample()
    try sample.folder.write("b.so", Array("no library".utf8))
    try FileManager.default.removeItem(atPath: sample.folder.file("a.so"))
    var listing = sample.listing()
    #expect(listing.entries.map(\.state) == [.missing, .missing, .faulty])
    #expect(listing.entries[0].reasons == ["there is no file at \(sample.folder.file("a.so"))"])
    #expect(listing.entries[2].reasons == ["EI_MAG: expected an ELF file, found text"])
    try sample.folder.write("b.so", TestLibrary(payload: [2]).bytes)
    try FileManager.default.removeItem(atPath: sample.folder.file("key"))
    listing = sample.listing()
    #expect(listing.entries[2].state == .missing)
    #expect(
      listing.entries[2].reasons == [
        "deferral[2].params.key.file: expected a file at \(sample.folder.file("key")), found none"
      ])
    try FileManager.default.createDirectory(atPath: sample.folder.file("a.so"), withIntermediateDirectories: false)
    #expect(sample.listing().entries[0].state == .faulty)
    let lines = sample.listing().lines()
    #expect(lines.contains("  faulty 0, 1: file: expected a file, found a directory"))
    #expect(lines.last == "notary: 3 deferral circuits in 1 library: 2 faulty, 1 missing")
  }

  @Test func warningsAreShownAndNoReasonToFail() throws {
    let sample = try Sample()
    var library = TestLibrary(payload: [1])
    library.stackFlags = nil
    try sample.folder.write("a.so", library.bytes)
    let listing = PluginListing(sample.manifest, lock: nil, host: Self.host)
    #expect(listing.entries[0].warnings == ["it asks for an executable stack"])
    #expect(listing.lines().contains("  note 0, 1: a.so: it asks for an executable stack"))
  }

  @Test func sameFileByOtherPathsIsReadOnce() throws {
    let folder = try ManifestFolder()
    try folder.write("libs/a.so", TestLibrary().bytes)
    try FileManager.default.createSymbolicLink(atPath: folder.file("link.so"), withDestinationPath: "libs/a.so")
    try FileManager.default.linkItem(atPath: folder.file("libs/a.so"), toPath: folder.file("hard.so"))
    let manifest = try folder.manifest(
      ["libs/a.so", "link.so", "hard.so", "./libs/../libs/a.so"].enumerated()
        .map { ManifestText.entry($0.offset, plugin: $0.element) }.joined())
    let listing = PluginListing(manifest, lock: nil, host: Self.host)
    #expect(listing.libraryCount == 1)
    #expect(Set(listing.entries.map(\.library)).count == 1)
  }

  @Test func nothingIsListedInWords() throws {
    let manifest = try Manifest(bytes: [], path: "a/outrigger.toml")
    #expect(PluginListing(manifest, lock: nil, host: "1").lines() == ["a: no deferral circuits in a/outrigger.toml"])
  }

  @Test func stylesAreForTerminals() throws {
    let lines = try Sample().listing().lines { text, style in style == .good ? "<\(text)>" : text }
    #expect(lines[1].hasSuffix("worker      <ok>"))
    #expect(lines.last == "notary: 3 deferral circuits in 2 libraries: <3 ok>")
  }

  @Test func reportIsForPrograms() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let sample = try Sample()
    let data = try encoder.encode(PluginListing(sample.manifest, lock: nil, host: "1"))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      Set(object.keys) == ["app", "manifest", "entries", "notes", "counts", "libraries", "library_bytes"])
    let entries = try #require(object["entries"] as? [[String: Any]])
    #expect(
      Set(entries[0].keys) == [
        "index", "circuit", "version", "plugin", "batch", "isolation", "state", "reasons", "warnings", "library_sha256",
        "def_circuit_commit",
      ])
    #expect(entries[0]["def_circuit_commit"] as? String == ManifestText.commit)
    #expect(entries[1]["def_circuit_commit"] is NSNull)
    #expect(entries[1]["isolation"] as? String == "in-process")
    #expect((object["counts"] as? [String: Int])?["unverified"] == 3)
  }

  @Test(arguments: [
    ([], ""), ([3], "3"), ([3, 4], "3, 4"), ([0, 1, 2, 5, 7, 8, 9, 10], "0 to 2, 5, 7 to 10"),
  ])
  func indicesAreGathered(indices: [Int], text: String) {
    #expect(PluginListing.ranges(indices) == text)
  }
}
