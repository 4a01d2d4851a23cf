import Foundation

/// The Unicode tables of Swift's strings, as an object for the machine.
///
/// The toolchain's own object has instructions that the machine lacks. The tables are read out of its copy for the
/// host by a small program and compiled anew.
struct UnicodeTables {
  let toolchain: GuestToolchain
  /// Where the object is kept.
  let folder: String

  /// What the linker says when a guest needs the tables.
  static let missingSymbol = "undefined symbol: _swift_stdlib_"

  /// The object's path. Each toolchain has its own.
  var object: String {
    let tag = String(toolchain.tag.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
    return "\(folder)/unicode-\(tag).o"
  }

  var isMade: Bool { ArtefactFile.exists(object) }

  /// Makes the object.
  func make() throws(GuestBuildError) {
    guard let archive = toolchain.hostUnicodeArchives.first(where: ArtefactFile.exists) else {
      throw .noUnicodeTables(
        step: "finding the toolchain's tables", output: toolchain.hostUnicodeArchives.joined(separator: "\n"))
    }
    let program = "\(folder)/unicode-tables"
    try write(GuestKitFiles.unicodeProgram?.bytes ?? [], to: "\(program).c")
    _ = try run("compiling for this machine", toolchain.clang, ["-O2", "\(program).c", archive, "-o", program])
    try write(try run("printing the tables", program, []), to: "\(folder)/unicode.c")
    let partial = "\(object).partial"
    _ = try run(
      "compiling for the guest", toolchain.clang,
      [
        "--target=riscv32-unknown-none-elf", "-march=rv32im", "-mabi=ilp32", "-ffreestanding", "-fno-pic", "-O2",
        "-ffunction-sections", "-fdata-sections", "-c", "\(folder)/unicode.c", "-o", partial,
      ])
    // Whole or not at all; another build may have been faster.
    do { try FileManager.default.moveItem(atPath: partial, toPath: object) } catch {
      guard isMade else {
        throw .artefact(ArtefactError(.unwritable, file: object, "the object can't be put in place"))
      }
    }
  }

  /// Runs a program and returns what it wrote on standard output.
  private func run(_ step: String, _ path: String, _ arguments: [String]) throws(GuestBuildError) -> [UInt8] {
    guard let process = ChildProcess.run(path, arguments, withErrors: false) else {
      throw .noUnicodeTables(step: step, output: "\(path) does not run")
    }
    guard process.exitCode == 0 else {
      let output = ChildProcess.run(path, arguments, withErrors: true)?.text ?? ""
      throw .noUnicodeTables(step: step, output: output)
    }
    return process.output
  }

  private func write(_ bytes: [UInt8], to path: String) throws(GuestBuildError) {
    do { try ArtefactFile.write(bytes, to: path) } catch { throw .artefact(error) }
  }
}
