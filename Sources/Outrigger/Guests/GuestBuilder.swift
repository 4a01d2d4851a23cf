import Foundation

/// A guest that was built.
public struct GuestBuild: Sendable, Encodable {
  /// The executable's name in the package.
  public var name: String
  /// Where the ELF file is.
  public var path: String
  /// Its size in bytes.
  public var bytes: Int
  public var seconds: Double
  /// What the package manager said: warnings, and what it compiled.
  public var log: String
}

/// Builds guests with the Swift toolchain and nothing else.
public struct GuestBuilder: Sendable {
  /// The guest's folder, with its `Package.swift`.
  public var directory: String
  /// Which of the package's executables to build; needed only if there are several.
  public var product: String?
  /// The toolchain's `swift`; found on the `PATH` by default.
  public var swift: String?

  public init(directory: String, product: String? = nil, swift: String? = nil) {
    self.directory = directory
    self.product = product
    self.swift = swift
  }

  /// Builds the guest. What the build makes goes into the guest's `.build` folder.
  ///
  /// The manifest of a Swift package is a program that the package manager runs: build only what you trust as you
  /// would trust any program.
  public func build(progress: ((ProgressEvent) -> Void)? = nil) throws(GuestBuildError) -> GuestBuild {
    let clock = Stopwatch()
    guard ArtefactFile.exists("\(directory)/Package.swift") else { throw .noPackage(directory: directory) }
    let toolchain = try GuestToolchain(swift: try findSwift())

    progress?(.began("read the manifest"))
    let name = try chooseProduct(toolchain)

    progress?(.began("compile and link \(name)"))
    let log = try compile(name, toolchain)

    let path = "\(scratch)/\(GuestToolset.triple)/release/\(name)"
    guard ArtefactFile.exists(path) else { throw .noResult(path: path) }
    // Reading it shows that the machine has every instruction in it.
    let guest: GuestFile
    do { guest = try GuestFile(path: path) } catch { throw .artefact(error) }
    return GuestBuild(name: name, path: path, bytes: guest.size, seconds: clock.seconds, log: log)
  }

  /// The folder, independent of the current directory: the package manager may have another.
  private var root: String { URL(fileURLWithPath: directory).path }
  private var scratch: String { "\(root)/.build" }

  // MARK: Steps

  private func findSwift() throws(GuestBuildError) -> String {
    if let swift {
      guard FileManager.default.isExecutableFile(atPath: swift) else { throw .swiftDoesNotRun(path: swift) }
      return swift
    }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    guard let found = folders.map({ "\($0)/swift" }).first(where: FileManager.default.isExecutableFile) else {
      throw .noSwift(searched: folders)
    }
    return found
  }

  /// The executable to build.
  private func chooseProduct(_ toolchain: GuestToolchain) throws(GuestBuildError) -> String {
    let arguments = ["package", "--package-path", root, "--scratch-path", scratch, "describe", "--type", "json"]
    let described = try toolchain.runSwift(arguments, withErrors: false)
    guard described.exitCode == 0,
      let package = try? JSONDecoder().decode(PackageDescription.self, from: Data(described.output))
    else {
      let output = try toolchain.runSwift(arguments, withErrors: true).text
      throw .unusableManifest(directory: directory, output: output)
    }
    let executables = package.products.filter(\.type.isExecutable).map(\.name)
    if let product {
      guard executables.contains(product) else {
        throw .noExecutable(directory: directory, wanted: product, found: executables)
      }
      return product
    }
    guard let only = executables.first else { throw .noExecutable(directory: directory, wanted: nil, found: []) }
    guard executables.count == 1 else { throw .severalExecutables(directory: directory, found: executables) }
    return only
  }

  /// Runs the package manager and returns what it said.
  private func compile(_ name: String, _ toolchain: GuestToolchain) throws(GuestBuildError) -> String {
    let folder = "\(scratch)/outrigger"
    do {
      try ArtefactFile.makeDirectory(scratch)
      try ArtefactFile.makeDirectory(folder)
    } catch { throw .artefact(error) }

    // Most guests need no Unicode tables. Whether one does, the linker knows; once made, they stay.
    let tables = UnicodeTables(toolchain: toolchain, folder: folder)
    var built = try compile(name, toolchain, folder, tables.isMade ? [tables.object] : [])
    if built.exitCode != 0, !tables.isMade, built.text.contains(UnicodeTables.missingSymbol) {
      try tables.make()
      built = try compile(name, toolchain, folder, [tables.object])
    }
    guard built.exitCode == 0 else {
      throw .buildFailed(directory: directory, exitCode: built.exitCode, output: built.text)
    }
    return built.text
  }

  private func compile(
    _ name: String, _ toolchain: GuestToolchain, _ folder: String, _ lazyObjects: [String]
  ) throws(GuestBuildError) -> ChildProcess {
    let toolset = "\(folder)/toolset.json"
    do { try ArtefactFile.write(GuestToolset(lazyObjects: lazyObjects).json, to: toolset) } catch {
      throw .artefact(error)
    }
    return try toolchain.runSwift(
      [
        "build", "--package-path", root, "--scratch-path", scratch, "--configuration", "release",
        "--triple", GuestToolset.triple, "--toolset", toolset, "--product", name,
      ], withErrors: true)
  }
}

/// What `swift package describe` says, as far as it matters here.
private struct PackageDescription: Decodable {
  struct Product: Decodable {
    var name: String
    var type: Kind
  }

  /// An object with one member, whose name is the kind.
  struct Kind: Decodable {
    enum CodingKeys: CodingKey { case executable }
    var isExecutable: Bool

    init(from decoder: any Decoder) throws {
      isExecutable = try decoder.container(keyedBy: CodingKeys.self).contains(.executable)
    }
  }

  var products: [Product]
}
