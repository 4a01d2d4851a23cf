import Foundation

/// What the package manager must be told in order to build for the machine: the options of compilers and linker, in
/// the form of a toolset file (SE-0387).
struct GuestToolset: Encodable, Sendable {
  /// The target: 32-bit RISC-V without an operating system. Its default features include compressed and atomic
  /// instructions; the C options below take them away, from Swift code too, whose target comes from Clang.
  static let triple = "riscv32-none-none-eabi"

  /// Where the program's code begins. Below it is the stack.
  static let textStart = 0x0020_0800

  struct Tool: Encodable, Sendable {
    var extraCLIOptions: [String]
  }

  let schemaVersion = "1.0"
  let swiftCompiler = Tool(extraCLIOptions: [
    "-enable-experimental-feature", "Embedded", "-wmo", "-O",
    // Link-time optimisation. The driver's own option makes the package manager look for objects under names that the
    // driver does not use; these two make the frontend write bitcode where objects are expected.
    "-Xfrontend", "-emit-bc", "-Xfrontend", "-lto=llvm-full",
    "-Xfrontend", "-disable-stack-protector",
    // A trap is a call that ends the run, where the default is an instruction that is not of the machine.
    "-Xfrontend", "-trap-function", "-Xfrontend", "guest_trap",
    "-use-ld=lld", "-nostartfiles", "-Xclang-linker", "-nostdlib", "-Xclang-linker", "-static",
  ])
  let cCompiler = Tool(extraCLIOptions: [
    "-march=rv32im", "-mabi=ilp32", "-fno-pic", "-ffreestanding", "-fno-stack-protector", "-ftrap-function=guest_trap",
    "-ffunction-sections", "-fdata-sections", "-O2",
  ])
  let linker: Tool

  /// - Parameter lazyObjects: Objects that are linked if something in them is needed.
  init(lazyObjects: [String] = []) {
    let lazy = lazyObjects.isEmpty ? [] : ["--start-lib"] + lazyObjects + ["--end-lib"]
    linker = Tool(
      extraCLIOptions: [
        // No pages: the segments lie next to each other, and the file's headers are not loaded.
        "-Ttext=0x" + String(Self.textStart, radix: 16), "--nmagic", "--gc-sections", "--fatal-warnings",
        // The machine has one thread, so atomic operations are plain ones.
        "--lto-newpm-passes=function(lower-atomic),lto<O2>",
      ] + lazy)
  }

  var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // SAFE: strings always encode.
    return (try? [UInt8](encoder.encode(self))) ?? []
  }
}
