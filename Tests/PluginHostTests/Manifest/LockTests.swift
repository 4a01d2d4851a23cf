import Hashing
import Testing

@testable import PluginHost

/// Lock files: written, read, compared.
struct LockTests {
  static let commit = CommitBytes(ManifestText.commit)?.digest ?? InnerConfiguration.emptyDigest

  static func entry(_ index: Int) -> Lock.Entry {
    Lock.Entry(
      index: index, circuit: "dev.outrigger.test", version: "1.0.\(index)", plugin: "plugins/lib.so",
      library: ContentDigest(of: [1]), parameters: ContentDigest(of: [UInt8(index)]), logBatch: index,
      logStackedHeight: 11 + index, circuitCommit: commit)
  }

  static let lock = Lock(host: "0.1.0", entries: (0..<3).map { entry($0) })

  @Test func textIsFixed() {
    #expect(
      Lock(host: "0.1.0", entries: [Self.entry(0)]).text == """
        # Written by 'outrigger plugin lock': what the manifest's plugins were found to be. Not for editing.
        schema = 1
        commit_scheme = "def-vk"
        host = "0.1.0"

        [[deferral]]
        index = 0
        circuit = "dev.outrigger.test"
        version = "1.0.0"
        plugin = "plugins/lib.so"
        library_sha256 = "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a"
        params_sha256 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        batch = 1
        log_stacked_height = 11
        def_circuit_commit = "\(ManifestText.commit)"

        """)
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = try ManifestFolder()
    #expect(try Lock.read(folder.file("outrigger.lock")) == nil)
    try Self.lock.write(to: folder.file("outrigger.lock"))
    #expect(try Lock.read(folder.file("outrigger.lock")) == Self.lock)
    var odd = Self.lock
    odd.host = "a\"b\\c"
    odd.entries[1].plugin = "é/\"x\" 'y'.so"
    odd.entries[2].version = "2 \u{202e}"
    try odd.write(to: folder.file("outrigger.lock"))
    #expect(try Lock.read(folder.file("outrigger.lock")) == odd)
    let empty = Lock(host: "1", entries: [])
    #expect(try Lock(bytes: Array(empty.text.utf8), path: "l") == empty)
    #expect(Lock.path(manifest: "a/b/outrigger.toml") == "a/b/outrigger.lock")
    #expect(Lock.path(manifest: "outrigger.toml") == "outrigger.lock")
  }

  @Test func failedWriteIsReported() throws {
    let folder = try ManifestFolder()
    let error = #expect(throws: ManifestError.self) { try Self.lock.write(to: folder.file("none/outrigger.lock")) }
    #expect(error?.file == folder.file("none/outrigger.lock"))
  }

  @Test(
    arguments: [
      ("schema = 1", "schema = 2", .outOfRange, 2, "schema"), ("schema = 1", "", .missingKey, 1, "schema"),
      ("commit_scheme = \"def-vk\"", "", .missingKey, 1, "commit_scheme"),
      ("host = \"0.1.0\"", "host = 1", .wrongType, 4, "host"),
      ("index = 1", "index = 2", .gap, 18, "deferral[1].index"),
      ("index = 1", "index = 0", .duplicateIndex, 18, "deferral[1].index"),
      ("batch = 1\n", "batch = 7\n", .outOfRange, 13, "deferral[0].batch"),
      ("batch = 1\n", "\n", .missingKey, 6, "deferral[0].batch"),
      ("log_stacked_height = 11", "log_stacked_height = 10", .outOfRange, 14, "deferral[0].log_stacked_height"),
      ("library_sha256 = \"4b", "library_sha256 = \"4B", .malformed, 11, "deferral[0].library_sha256"),
      ("params_sha256 = \"6e", "params_sha256 = \"", .malformed, 12, "deferral[0].params_sha256"),
      ("def_circuit_commit = \"0x00", "def_circuit_commit = \"0xff", .malformed, 15, "deferral[0].def_circuit_commit"),
      ("circuit = \"dev.outrigger.test\"", "circuit = \"test\"", .malformed, 8, "deferral[0].circuit"),
      ("version = \"1.0.0\"", "verson = \"1.0.0\"", .unknownKey, 9, "deferral[0].verson"),
      ("[[deferral]]", "[[deferal]]", .unknownKey, 6, "deferal"),
      ("schema = 1", "schema = ", .syntax, 2, nil), ("host =", "schema =", .duplicateKey, 4, "schema"),
    ] as [(String, String, ManifestError.Kind, Int, String?)])
  func damageIsReported(old: String, new: String, kind: ManifestError.Kind, line: Int, key: String?) throws {
    let text = Self.lock.text
    let range = try #require(text.range(of: old))
    let failure = #expect(throws: ManifestFailure.self) {
      try Lock(bytes: Array(text.replacingCharacters(in: range, with: new).utf8), path: "outrigger.lock")
    }
    let error = try #require(
      failure?.errors.first { $0.kind == kind && $0.key == key }, "\(failure?.description ?? "")")
    #expect(error.line == line)
  }

  @Test func everyDifferenceIsTold() {
    let entry = DeferralEntry(
      index: 1, plugin: "plugins/lib.so", circuit: "dev.outrigger.test", circuitCommit: Self.commit, logBatch: 1)
    let library = ContentDigest(of: [1])
    let parameters = ContentDigest(of: [1])
    func kinds(
      _ change: (inout DeferralEntry) -> Void = { _ in }, library: ContentDigest? = nil,
      parameters other: ContentDigest? = nil
    ) -> [LockDifference.Kind] {
      var changed = entry
      change(&changed)
      return Self.lock.differences(
        of: changed, library: library ?? ContentDigest(of: [1]), parameters: other ?? parameters
      ).map(\.kind)
    }
    #expect(kinds() == [])
    #expect(kinds { $0.circuitCommit = nil } == [])
    #expect(kinds(library: ContentDigest(of: [2])) == [.library])
    #expect(kinds(parameters: ContentDigest(of: [2])) == [.parameters])
    #expect(kinds { $0.circuit = "a.b" } == [.circuit])
    #expect(kinds { $0.plugin = "p" } == [.plugin])
    #expect(kinds { $0.logBatch = 4 } == [.batch])
    #expect(kinds { $0.circuitCommit = InnerConfiguration.emptyDigest } == [.commit])
    #expect(kinds { $0.index = 3 } == [.missingEntry])
    #expect(
      Self.lock.differences(of: entry, library: ContentDigest(of: [2]), parameters: parameters).map(\.description) == [
        "deferral 1: the library's SHA-256 is \(ContentDigest(of: [2])), locked is \(library)"
      ])

    #expect(Self.lock.differences(host: "0.1.0").isEmpty)
    #expect(Self.lock.differences(host: "0.2.0").map(\.kind) == [.host])
    var other = Self.lock
    other.commitScheme = "aggregated"
    #expect(other.differences(host: "0.1.0").map(\.kind) == [.commitScheme])
    #expect(Self.lock.surplus(beyond: 1).map(\.index) == [1, 2])
    #expect(Self.lock.surplus(beyond: 3).isEmpty)
  }

  @Test func newLockIsComparedWithTheOld() {
    #expect(Self.lock.differences(from: Self.lock).isEmpty)
    var new = Self.lock
    new.entries[0].version = "9"
    new.entries[1].logStackedHeight = 20
    new.entries[1].circuitCommit = InnerConfiguration.emptyDigest
    new.entries.removeLast()
    let differences = Self.lock.differences(from: new)
    #expect(differences.map(\.kind) == [.version, .logStackedHeight, .commit, .surplusEntry])
    #expect(differences.map(\.index) == [0, 1, 1, 2])
    #expect(new.differences(from: Self.lock).contains { $0.kind == .missingEntry && $0.index == 2 })
  }
}
