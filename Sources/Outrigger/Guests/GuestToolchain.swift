import Foundation

/// The Swift toolchain that a guest is built with.
struct GuestToolchain: Sendable {
  /// Its `swift`.
  let swift: String
  /// Which toolchain this is.
  let tag: String
  /// The folder of its resources, such as `/usr/lib/swift` below the toolchain's root.
  let resources: String
  /// The machine that the toolchain itself runs on.
  let hostTriple: String
  let hostArchitecture: String

  /// Asks the toolchain where it is and whether it has Embedded Swift for the machine.
  init(swift: String) throws(GuestBuildError) {
    self.swift = swift
    guard let answer = ChildProcess.run(swift, ["-print-target-info"], withErrors: false), answer.exitCode == 0,
      let info = try? JSONDecoder().decode(TargetInfo.self, from: Data(answer.output))
    else { throw .swiftDoesNotRun(path: swift) }
    tag = info.swiftCompilerTag ?? info.compilerVersion
    resources = info.paths.runtimeResourcePath
    hostTriple = info.target.unversionedTriple
    hostArchitecture = info.target.arch
    let embedded = "\(resources)/embedded/\(GuestToolset.triple)"
    guard ArtefactFile.exists(embedded) else { throw .noEmbeddedSwift(expected: embedded) }
  }

  /// The toolchain's own C compiler.
  var clang: String { "\(resources)/../../bin/clang" }

  /// The toolchain's Unicode tables for the host, where it may have them.
  var hostUnicodeArchives: [String] {
    [hostTriple, "\(hostArchitecture)-unknown-none-elf", "\(hostArchitecture)-none-none-elf"]
      .map { "\(resources)/embedded/\($0)/libswiftUnicodeDataTables.a" }
  }

  func runSwift(_ arguments: [String], withErrors: Bool) throws(GuestBuildError) -> ChildProcess {
    guard let process = ChildProcess.run(swift, arguments, withErrors: withErrors) else {
      throw .swiftDoesNotRun(path: swift)
    }
    return process
  }
}

/// What `swift -print-target-info` says, as far as it matters here.
private struct TargetInfo: Decodable {
  struct Target: Decodable {
    var unversionedTriple: String
    var arch: String
  }
  struct Paths: Decodable {
    var runtimeResourcePath: String
  }
  var compilerVersion: String
  var swiftCompilerTag: String?
  var target: Target
  var paths: Paths
}
