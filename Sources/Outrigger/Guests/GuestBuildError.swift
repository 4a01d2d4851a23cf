/// Why a guest could not be built.
public enum GuestBuildError: Error, Sendable, CustomStringConvertible {
  /// The folder has no manifest.
  case noPackage(directory: String)
  /// There is no Swift toolchain to build with; `searched` is where it was looked for.
  case noSwift(searched: [String])
  /// The program that was taken for the toolchain's `swift` can't be run.
  case swiftDoesNotRun(path: String)
  /// The toolchain has no Embedded Swift for the machine's target; `expected` is where it would be.
  case noEmbeddedSwift(expected: String)
  /// The manifest can't be read; `output` is what the package manager said.
  case unusableManifest(directory: String, output: String)
  /// The package has no executable, or has others than the one that was asked for.
  case noExecutable(directory: String, wanted: String?, found: [String])
  /// The package has several executables, and none was asked for.
  case severalExecutables(directory: String, found: [String])
  /// Compiler or linker refused; `output` is what they said.
  case buildFailed(directory: String, exitCode: Int32, output: String)
  /// The Unicode tables that the guest needs could not be made; `step` is what failed.
  case noUnicodeTables(step: String, output: String)
  /// The build succeeded, and there is nothing where the result belongs.
  case noResult(path: String)
  case artefact(ArtefactError)

  public var description: String {
    switch self {
    case .noPackage(let directory): "\(directory): expected a Swift package, found no Package.swift"
    case .noSwift(let searched):
      "expected the Swift toolchain's 'swift', found none in \(searched.isEmpty ? "an empty PATH" : searched.joined(separator: ":"))"
    case .swiftDoesNotRun(let path): "\(path): expected the Swift toolchain's 'swift', found nothing that runs"
    case .noEmbeddedSwift(let expected):
      "\(expected): expected Embedded Swift for \(GuestToolset.triple), found nothing; the toolchain is too old or incomplete"
    case .unusableManifest(let directory, let output):
      "\(directory): the package's manifest can't be read:\n\(Self.trimmed(output))"
    case .noExecutable(let directory, nil, _):
      "\(directory): expected a package with an executable, found none"
    case .noExecutable(let directory, .some(let wanted), let found):
      "\(directory): expected an executable '\(wanted)', found \(found.isEmpty ? "none" : Self.list(found))"
    case .severalExecutables(let directory, let found):
      "\(directory): expected one executable, found \(Self.list(found)); name one of them"
    case .buildFailed(let directory, let exitCode, let output):
      "\(directory): the build ended with code \(exitCode):\n\(Self.trimmed(output))"
    case .noUnicodeTables(let step, let output):
      "the guest compares or counts characters, and the Unicode tables for that can't be made: "
        + "\(step) failed\n\(Self.trimmed(output))"
    case .noResult(let path): "\(path): the build succeeded and left no file here"
    case .artefact(let error): error.description
    }
  }

  /// A word for programs.
  public var kind: String {
    switch self {
    case .noPackage: "no_package"
    case .noSwift: "no_swift"
    case .swiftDoesNotRun: "swift_does_not_run"
    case .noEmbeddedSwift: "no_embedded_swift"
    case .noUnicodeTables: "no_unicode_tables"
    case .unusableManifest: "unusable_manifest"
    case .noExecutable: "no_executable"
    case .severalExecutables: "several_executables"
    case .buildFailed: "build_failed"
    case .noResult: "no_result"
    case .artefact(let error): error.kind.rawValue
    }
  }

  private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }

  private static func trimmed(_ output: String) -> String {
    output.split(separator: "\n").map(String.init).joined(separator: "\n")
  }
}
