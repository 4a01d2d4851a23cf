import Hashing
import Testing

@testable import PluginHost

/// What a manifest without mistakes says.
struct ManifestTests {
  static let full = """
    # The application of the guide.
    [app]
    name = "notary"
    guest = "guest/.build/notary.elf"

    [vm]
    num_public_values = 64
    log_stacked_height = 21
    max_instructions = 1_000_000_000
    segment_instructions = 4_000_000
    memory_mib = 8192

    [[deferral]]
    index = 0
    plugin = "plugins/libsha256-deferral.so"
    circuit = "dev.outrigger.sha256"
    params = {}
    def_circuit_commit = "\(ManifestText.commit)"
    isolation = "in-process"
    batch = 64

    [[deferral]]
    index = 1
    plugin = "/usr/lib/libverify.so"
    circuit = "dev.outrigger.verify-stark"
    params = { child_vk = { file = "keys/child.vk" }, depth = 3, strict = true, label = "a b" }
    limits = { memory_mib = 512, seconds = 30 }

    [deferral.function]
    role = "oracle"
    library = "libcrypto.so.3"
    symbol = "SHA256"
    args = ["in.ptr", "in.len:usize", "out.ptr"]
    returns = "ptr:nonnull"
    output = { fixed = 32 }
    """

  @Test func everyKeyIsRead() throws {
    let manifest = try Manifest(bytes: Array(Self.full.utf8), path: "apps/notary/outrigger.toml")
    #expect(manifest.app == AppSection(name: "notary", guest: "guest/.build/notary.elf"))
    #expect(
      manifest.machine
        == MachineSection(
          publicValueBytes: 64, logStackedHeight: 21, maxInstructions: 1_000_000_000, segmentInstructions: 4_000_000,
          memoryMiB: 8192))
    try #require(manifest.deferrals.count == 2)
    let first = manifest.deferrals[0]
    #expect(first.index == 0)
    #expect(first.plugin == "plugins/libsha256-deferral.so")
    #expect(first.circuit == "dev.outrigger.sha256")
    #expect(first.parameters.isEmpty)
    #expect(first.circuitCommit == CommitBytes(ManifestText.commit)?.digest)
    #expect(first.isolation == .inProcess)
    #expect(first.batch == 64 && first.logBatch == 6)
    #expect(first.limits == DeferralLimits())
    #expect(first.function == nil)
    #expect(first.lines == .init(entry: 13, plugin: 15, commit: 18, library: 13, parameters: []))

    let second = manifest.deferrals[1]
    #expect(second.circuitCommit == nil)
    #expect(second.isolation == .worker)
    #expect(second.batch == 1)
    #expect(second.limits == DeferralLimits(memoryMiB: 512, seconds: 30))
    #expect(
      second.parameters == [
        DeferralParameter(key: "child_vk", value: .file("keys/child.vk")),
        DeferralParameter(key: "depth", value: .integer(3)),
        DeferralParameter(key: "label", value: .text("a b")),
        DeferralParameter(key: "strict", value: .boolean(true)),
      ])
    let function = try #require(second.function)
    #expect(function.role == .oracle && function.library == "libcrypto.so.3" && function.symbol == "SHA256")
    #expect(function.arguments == [.inputPointer, .inputLength(.usize), .outputPointer])
    #expect(function.result == .pointerNotNull && function.output == .fixed(32))
  }

  @Test func everyKeyHasADefault() throws {
    let manifest = try Manifest(bytes: [], path: "apps/notary/outrigger.toml")
    #expect(manifest.app == AppSection(name: "notary"))
    #expect(manifest.machine == MachineSection())
    #expect(manifest.deferrals.isEmpty)
  }

  @Test(arguments: [
    ("/outrigger.toml", "app"), ("a/outrigger.toml", "a"), ("a/b/outrigger.toml", "b"),
    ("\(String(repeating: "x", count: 200))/outrigger.toml", "app"),
  ])
  func defaultNameIsTheFolders(path: String, name: String) throws {
    #expect(try Manifest(bytes: [], path: path).app.name == name)
  }

  @Test(arguments: [
    ("a/outrigger.toml", "b/c.so", "a/b/c.so"), ("outrigger.toml", "b.so", "b.so"), ("a/b.toml", "/c.so", "/c.so"),
    ("/a.toml", "c.so", "/c.so"), ("./a.toml", "c.so", "c.so"),
  ])
  func pathsAreRelativeToTheManifest(path: String, relative: String, resolved: String) throws {
    #expect(try Manifest(bytes: [], path: path).resolve(relative) == resolved)
  }

  @Test func otherSpellingsOfTheSameAreTheSame() throws {
    let dotted = """
      deferral = [
        { index = 0, "plugin" = 'p.so', circuit = "a.b", params.key.file = "k", limits.seconds = 5 },
      ]
      """
    let headers = """
      [[deferral]]
      index = 0x0
      plugin = "p.so"
      circuit = "a.b"
      [deferral.params]
      key = { file = "k" }
      [deferral.limits]
      seconds = +5
      """
    var one = try Manifest(bytes: Array(dotted.utf8), path: "outrigger.toml")
    var other = try Manifest(bytes: Array(headers.utf8), path: "outrigger.toml")
    one.deferrals[0].lines = .init()
    other.deferrals[0].lines = .init()
    #expect(one == other)
  }

  @Test func missingFilesAreNamedWithTheirLines() throws {
    let folder = try ManifestFolder()
    try folder.write("there.so", [1])
    let manifest = try folder.manifest(
      """
      [[deferral]]
      index = 0
      plugin = "there.so"
      circuit = "a.b"
      [deferral.params]
      number = 1
      key = { file = "nowhere.vk" }
      [deferral.function]
      role = "oracle"
      library = "./none.so"
      symbol = "f"
      args = ["in.ptr", "out.ptr"]
      returns = "void"
      output = { fixed = 8 }
      [[deferral]]
      index = 1
      plugin = "nowhere.so"
      circuit = "a.b"
      """)
    let errors = manifest.missingFiles()
    #expect(errors.allSatisfy { $0.kind == .missingFile && $0.file == folder.manifestPath })
    #expect(errors.map(\.line) == [7, 10, 17])
    #expect(
      errors.map(\.key) == ["deferral[0].params.key.file", "deferral[0].function.library", "deferral[1].plugin"])
    #expect(errors.map(\.found).last == "no file at \(folder.file("nowhere.so"))")
  }

  @Test func librariesThatAreNoneAreNamedWithTheirLines() throws {
    let folder = try ManifestFolder()
    try folder.write("good.so", TestLibrary().bytes)
    try folder.write("other.so", TestLibrary(machine: 243).bytes)
    try folder.write("plain.so", TestLibrary(symbols: [.init(name: "f")]).bytes)
    try folder.write("text.so", text: "text")
    let manifest = try folder.manifest(
      ["good", "other", "plain", "text", "nowhere", "other"].enumerated()
        .map { ManifestText.entry($0.offset, plugin: "\($0.element).so") }.joined())
    let errors = manifest.libraryErrors()
    #expect(
      errors.map(\.kind) == [.wrongArchitecture, .wrongInterface, .badLibrary, .missingFile, .wrongArchitecture])
    #expect(errors.map(\.line) == [7, 11, 15, 19, 23])
    #expect(errors.map(\.key) == [1, 2, 3, 4, 5].map { "deferral[\($0)].plugin" })
    #expect(
      errors.first?.description
        == "\(folder.manifestPath):7: deferral[1].plugin: expected a library for \(ELFImage.hostMachine.name) "
        + "(e_machine of \(folder.file("other.so"))), found one for RISC-V")
  }

  @Test func otherCommitmentIsAnError() throws {
    let text = ManifestText.entry(0, "def_circuit_commit = \"\(ManifestText.commit)\"") + ManifestText.entry(1)
    let manifest = try Manifest(bytes: Array(text.utf8), path: "outrigger.toml")
    #expect(manifest.commitError(of: manifest.deferrals[0], computed: LockTests.commit) == nil)
    #expect(manifest.commitError(of: manifest.deferrals[1], computed: LockTests.commit) == nil)
    let error = manifest.commitError(of: manifest.deferrals[0], computed: InnerConfiguration.emptyDigest)
    #expect(error?.kind == .wrongCommit && error?.line == 5 && error?.key == "deferral[0].def_circuit_commit")
    #expect(error?.found == ManifestText.commit)
    #expect(error?.expected.hasSuffix(" 0x\(String(repeating: "0", count: 64))") == true)
  }

  @Test func parameterFilesAreRead() throws {
    let folder = try ManifestFolder()
    try folder.write("keys/a.vk", [1, 2, 3])
    let manifest = try folder.manifest(
      ManifestText.entry(0, "params = { a = { file = \"keys/a.vk\" }, b = 1 }")
        + ManifestText.entry(1, "params = { a = { file = \"keys/b.vk\" } }")
        + ManifestText.entry(2, "params = { a = { file = \"keys\" } }"))
    let values = try ParameterValues(manifest.deferrals[0], manifest: manifest)
    #expect(values.parameters.map(\.key) == ["a", "b"])
    #expect(values.parameters.map(\.value) == [.file([1, 2, 3]), .integer(1)])
    for (place, kind) in [(1, ManifestError.Kind.missingFile), (2, .unreadable)] {
      let error = #expect(throws: ManifestError.self) {
        try ParameterValues(manifest.deferrals[place], manifest: manifest)
      }
      #expect(error?.kind == kind)
      #expect(error?.key == "deferral[\(place)].params.a.file")
      #expect(error?.line == 5 * place + 5)
    }
  }

  @Test func digestsOfParametersTellThemApart() throws {
    let texts = [
      "", "params = { a = 1 }", "params = { a = true }", "params = { a = \"1\" }", "params = { b = 1 }",
      "params = { a = 1, b = 1 }", "params = { a = { file = \"f\" } }", "params = { a = \"f\" }",
    ]
    let folder = try ManifestFolder()
    try folder.write("f", text: "f")
    let digests = try texts.map { text in
      let manifest = try folder.manifest(ManifestText.entry(0, text))
      let digest = try ParameterValues(manifest.deferrals[0], manifest: manifest).digest
      let other = try ParameterValues.digest(of: manifest.deferrals[0]) { (_, _) throws(ManifestError) in
        ContentDigest(of: Array("f".utf8))
      }
      #expect(digest == other)
      return digest
    }
    #expect(Set(digests).count == texts.count)
  }
}
