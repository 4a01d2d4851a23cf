import Testing

/// Imports point down.
struct LayerTests {
  let layers = Layers.package

  @Test func everySourceFolderHasALayer() throws {
    let folders = try SourceTree.folders(in: "Sources")
    #expect(!folders.isEmpty)
    for folder in folders where Layers.apart[folder] == nil {
      #expect(layers.layer[folder] != nil, "Sources/\(folder) is in no layer")
    }
    for module in layers.layer.keys { #expect(folders.contains(module), "no folder Sources/\(module)") }
  }

  @Test func everyImportPointsDown() throws {
    let files = try SourceTree.files(in: "Sources", extensions: ["swift"])
    #expect(files.count > 10)
    for file in files {
      let module = try #require(file.module, "\(file.path) is in no module's folder")
      for imported in Layers.imports(of: file.text) where Layers.apart[module] == nil {
        let violation = layers.violation(module: module, imports: imported)
        #expect(violation == nil, "\(file.path): \(violation ?? "")")
      }
    }
  }

  @Test func packagesApartImportNothingOfThisOne() throws {
    for (package, allowed) in Layers.apart {
      let files = try SourceTree.files(in: "Sources/\(package)", extensions: ["swift"])
      #expect(files.count > 1)
      for file in files {
        for imported in Layers.imports(of: file.text) {
          #expect(allowed.contains(imported), "\(file.path) imports \(imported)")
        }
      }
    }
  }

  @Test func everyImportIsDeclaredInTheManifest() throws {
    // The compiler finds any module that happens to be built already, so an undeclared import can go unnoticed.
    let targets = try Layers.manifestTargets(try SourceTree.file("Package.swift").text)
    let declared = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, Set($0.dependencies)) })
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"]) {
      let module = try #require(file.module)
      if Layers.apart[module] != nil { continue }
      let own = try #require(declared[module], "the manifest has no target \(module)")
      for imported in Layers.imports(of: file.text) where layers.layer[imported] != nil {
        #expect(own.contains(imported) || imported == module, "\(file.path): \(imported) is not declared")
      }
    }
  }

  @Test func everyDependencyOfTheManifestPointsDown() throws {
    let targets = try Layers.manifestTargets(try SourceTree.file("Package.swift").text)
    #expect(targets.contains { $0.name == "StarkVerifier" && $0.dependencies.contains("Hashing") })
    for target in targets where target.kind != "testTarget" && layers.layer[target.name] != nil {
      for dependency in target.dependencies {
        let violation = layers.violation(module: target.name, imports: dependency)
        #expect(violation == nil, "Package.swift: \(violation ?? "")")
      }
    }
  }

  @Test func noIncludeLeavesItsModule() throws {
    let files = try SourceTree.files(in: "Sources", extensions: ["c", "h", "inc", "S"])
    let targets = try Layers.manifestTargets(try SourceTree.file("Package.swift").text)
    let declared = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, Set($0.dependencies)) })
    for file in files {
      let module = try #require(file.module)
      let own = Set(files.filter { $0.module == module }.map(\.name))
      // The headers of a declared dependency are there for others.
      let known = declared[module, default: []].union([module])
      let foreign = Set(
        files.filter { !known.contains($0.module ?? "") || !($0.path.contains("/include/") || $0.module == module) }
          .map(\.name)
      ).subtracting(own)
      for (header, isQuoted) in Layers.includes(of: file.text) {
        let name = header.split(separator: "/").last.map(String.init) ?? header
        #expect(!header.contains(".."), "\(file.path): \(header) leaves its folder")
        #expect(!isQuoted || own.contains(name), "\(file.path): \(header) is not in \(module)")
        #expect(!foreign.contains(name), "\(file.path): \(header) is another module's")
      }
    }
  }

  @Test(arguments: ["AIR", "StarkVerifier"])
  func verifierModulesMayNotImport(module: String) throws {
    for forbidden in ["Foundation", "FoundationEssentials", "Dispatch", "StarkProver"] {
      #expect(layers.violation(module: module, imports: forbidden) != nil)
    }
    #expect(layers.violation(module: "StarkVerifier", imports: "Synchronization") != nil)
  }

  @Test func theVerifierUsesNoThreads() throws {
    let files = try SourceTree.files(in: "Sources/StarkVerifier", extensions: ["swift"])
    #expect(!files.isEmpty)
    let words = [
      "Workers", "DispatchQueue", "concurrentPerform", "pthread_", "Task.detached", "Task {", "await ", "async",
    ]
    for file in files {
      for finding in HouseRules.words(words, in: file.text) { Issue.record("\(file.path):\(finding)") }
    }
  }

  @Test func theArchitectureTextNamesEveryModule() throws {
    let text = try SourceTree.file("docs/architecture.md").text
    for module in layers.layer.keys {
      #expect(text.contains("`\(module)`"), "docs/architecture.md does not name \(module)")
    }
  }
}

/// The checks themselves notice what they are there for.
struct LayerSelfTests {
  @Test(arguments: [
    ("Algebra", "import Hashing"),
    ("Hashing", "@testable import StarkProver"),
    ("AIR", "public import StarkVerifier"),
    ("AIR", "import Foundation"),
    ("StarkVerifier", "import struct StarkProver.Prover"),
    ("StarkVerifier", "let a = 1; import Dispatch"),
    ("StarkVerifier", "@preconcurrency internal import SampleCircuits"),
    ("SampleCircuits", "import Outrigger"),
    ("StarkProver", "import outrigger"),
    ("Outrigger", "import ArgumentParser"),
    ("Nowhere", "import Algebra"),
  ])
  func upwardImportIsCaught(module: String, source: String) throws {
    let imported = try #require(Layers.imports(of: source).first)
    #expect(Layers.package.violation(module: module, imports: imported) != nil)
  }

  @Test(arguments: [
    ("Hashing", "import Algebra"), ("StarkProver", "import StarkVerifier"), ("outrigger", "import ArgumentParser"),
    ("Outrigger", "import Foundation"), ("Algebra", "import Dispatch"),
  ])
  func downwardImportPasses(module: String, source: String) throws {
    let imported = try #require(Layers.imports(of: source).first)
    #expect(Layers.package.violation(module: module, imports: imported) == nil)
  }

  @Test func commentedAndQuotedImportsDoNotCount() {
    let source = """
      // import StarkProver
      /* import StarkProver /* nested */
      import StarkProver */
      let text = "import StarkProver"
      import func Algebra.f
      """
    #expect(Layers.imports(of: source) == ["Algebra"])
  }

  @Test func includesAreFound() {
    let found = Layers.includes(of: "# include \"../up.h\"\n#include <math.h>\n  #include \"own.h\" // note")
    #expect(found.map(\.header) == ["../up.h", "math.h", "own.h"])
    #expect(found.map(\.isQuoted) == [true, false, true])
  }

  @Test func manifestTargetsAreFound() throws {
    let manifest = """
      .target(name: "A"),
      .executableTarget(
        name: "b",
        dependencies: ["A", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
      """
    let targets = try Layers.manifestTargets(manifest)
    #expect(targets.map(\.name) == ["A", "b"])
    #expect(targets.last?.dependencies == ["A", "ArgumentParser"])
  }
}
