import Foundation

/// In which language a guest is written.
public enum GuestLanguage: String, Sendable, CaseIterable {
  case swift
  case c
}

/// Why a new guest could not be written.
public enum GuestTemplateError: Error, Sendable, CustomStringConvertible {
  case invalidName(String, reason: String)
  case exists(path: String)
  case artefact(ArtefactError)

  public var description: String {
    switch self {
    case .invalidName(let name, let reason): "'\(name)' can't be a guest's name: \(reason)"
    case .exists(let path): "\(path): there is something already; a new guest needs a new folder"
    case .artefact(let error): error.description
    }
  }
}

/// A new guest: a Swift package with one executable, and GuestKit in a folder of its own within, so that the guest can
/// be moved, archived and built anywhere, and never changes with the command line that made it.
public struct GuestTemplate: Sendable {
  /// The guest's name, of package, executable and folder.
  public let name: String
  public let language: GuestLanguage

  /// Names are those that a Swift package and a file can have everywhere.
  public init(name: String, language: GuestLanguage) throws(GuestTemplateError) {
    if let reason = Self.objection(to: name) { throw .invalidName(name, reason: reason) }
    self.name = name
    self.language = language
  }

  /// Writes the package into a new folder within `directory` and returns the folder's path. The folder appears whole or
  /// not at all.
  @discardableResult
  public func write(in directory: String = ".") throws(GuestTemplateError) -> String {
    let target = directory == "." ? name : "\(directory)/\(name)"
    guard !ArtefactFile.exists(target) else { throw .exists(path: target) }
    let partial = "\(target).partial-\(ProcessInfo.processInfo.processIdentifier)"
    do throws(ArtefactError) {
      try ArtefactFile.makeDirectory(partial)
      for file in files { try Self.write(file, below: partial) }
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw .artefact(error)
    }
    do { try FileManager.default.moveItem(atPath: partial, toPath: target) } catch {
      try? FileManager.default.removeItem(atPath: partial)
      if ArtefactFile.exists(target) { throw .exists(path: target) }
      throw .artefact(ArtefactError(.unwritable, file: target, "the folder cannot be put in place"))
    }
    return target
  }

  /// Every file of the package.
  public var files: [GuestKitFiles.File] {
    let kit = GuestKitFiles.all.map { GuestKitFiles.File(path: "GuestKit/\($0.path)", bytes: $0.bytes) }
    return kit + [
      text("Package.swift", manifest), text(".gitignore", ".build/\n"), text("README.md", readme),
      language == .swift ? text("Sources/\(name)/Main.swift", swiftSource) : text("Sources/\(name)/main.c", cSource),
    ]
  }

  // MARK: Names

  /// What is wrong with a name; nil if nothing is.
  static func objection(to name: String) -> String? {
    guard let first = name.utf8.first, isLetter(first) else { return "it must begin with a letter from a to z" }
    guard name.utf8.count <= 64 else { return "it has more than 64 characters" }
    guard name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else { return "it may have letters from a to z, digits, '-' and '_' only" }
    guard !reserved.contains(name.lowercased()) else { return "the name is taken" }
    return nil
  }

  /// Modules of every guest, and names that the compiler refuses for a module.
  private static let reserved: Set = ["guestkit", "cguestkit", "swift", "main", "builtin", "_concurrency"]

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  // MARK: Writing

  private static func write(_ file: GuestKitFiles.File, below root: String) throws(ArtefactError) {
    var folder = root
    for part in file.path.split(separator: "/").dropLast() {
      folder += "/\(part)"
      try ArtefactFile.makeDirectory(folder)
    }
    try ArtefactFile.write(file.bytes, to: "\(root)/\(file.path)")
  }

  private func text(_ path: String, _ text: String) -> GuestKitFiles.File {
    GuestKitFiles.File(path: path, bytes: Array(text.utf8))
  }

  // MARK: Contents

  private var manifest: String {
    let kit = language == .swift ? "GuestKit" : "CGuestKit"
    let settings = language == .swift ? "swiftLanguageModes: [.v6]" : "cLanguageStandard: .c11"
    return """
      // swift-tools-version: 6.2
      import PackageDescription

      let package = Package(
        name: "\(name)",
        dependencies: [.package(path: "GuestKit")],
        targets: [.executableTarget(name: "\(name)", dependencies: [.product(name: "\(kit)", package: "GuestKit")])],
        \(settings)
      )

      """
  }

  private var swiftSource: String {
    """
    import GuestKit

    /// Reads two factors and reveals their product: a proof says that whoever made it knows factors of this number.
    @main
    struct Main {
      static func main() {
        let a = readInput(as: UInt32.self)
        let b = readInput(as: UInt32.self)
        Guest.require(a > 1 && b > 1, "a factor must be greater than one")
        reveal(UInt64(a) * UInt64(b), at: 0)
      }
    }

    """
  }

  private var cSource: String {
    """
    #include <guestkit.h>

    static uint32_t read_number(void) {
      uint8_t *bytes;
      if (guest_read_input(&bytes) != 4) GUEST_PANIC("a number has four bytes");
      uint32_t number;
      memcpy(&number, bytes, 4);
      return number;
    }

    // Reads two factors and reveals their product: a proof says that whoever made it knows factors of this number.
    int main(void) {
      const uint32_t a = read_number();
      const uint32_t b = read_number();
      if (a <= 1 || b <= 1) GUEST_PANIC("a factor must be greater than one");
      const uint64_t product = (uint64_t)a * b;
      guest_reveal(&product, sizeof product, 0);
      return 0;
    }

    """
  }

  private var readme: String {
    """
    # \(name)

    A guest for Outrigger. It reads two numbers and reveals their product. Build it:

        outrigger build

    Run it, and prove the run. The inputs are 485 and 771: after a byte 01, four bytes each, the lowest first. A file is
    given as `--input @FILE`.

        outrigger run --input 0x01e5010000 --input 0x0103030000
        outrigger prove app --input 0x01e5010000 --input 0x0103030000

    Verify the proof. `commit` prints the two numbers to expect; whoever verifies computes them from this code.

        outrigger keygen
        outrigger commit
        outrigger verify app --app-exe-commit 0x.. --app-vk-pre-hash 0x..

    `GuestKit` is a copy of what every guest is built with, as it came with outrigger \(Versions.product).

    """
  }
}
