import ArgumentParser
import MachineCircuits
import Outrigger
import PluginHost

/// Which machine: its parameters, which its key and commitments depend on.
struct ConfigurationOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Log of the greatest height of a segment's trace, 18 to 24. Part of the machine: other values, other keys.",
      valueName: "m"))
  var logStackedHeight: Int?

  @Option(
    help: ArgumentHelp("Bytes that a guest reveals: 8 times a power of two. Part of the machine.", valueName: "n"))
  var publicValueBytes: Int?

  @Flag(help: "INSECURE: parameters for tests, with which proofs can be forged.")
  var testParameters = false

  /// The configuration that the options, then the manifest, then the defaults ask for.
  func configuration(_ manifest: MachineSection?) throws(MachineConfigurationError) -> MachineConfiguration {
    let height =
      logStackedHeight ?? manifest?.logStackedHeight ?? MachineConfiguration.defaultLogStackedHeight
    let bytes =
      publicValueBytes ?? manifest?.publicValueBytes ?? MachineConfiguration.defaultPublicValueBytes
    if testParameters { return try .test(logStackedHeight: height, publicValueBytes: bytes) }
    return try .production(logStackedHeight: height, publicValueBytes: bytes)
  }
}

/// Which guest.
struct GuestOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The guest's ELF file; by default the manifest's guest, or the guest in this folder, which is built.",
      valueName: "file"))
  var elf: String?

  /// `manifest` is that of the application, if there is one.
  func read(_ manifest: Manifest?, progress: ProgressPrinter, json: Bool) throws -> GuestFile {
    do {
      if let elf { return try GuestFile(path: elf) }
      if let manifest, let guest = manifest.app.guest { return try GuestFile(path: manifest.resolve(guest)) }
      let build = try GuestBuilder(directory: manifest?.folder ?? ".").build(progress: progress.handle)
      return try GuestFile(path: build.path)
    } catch let error as ArtefactError {
      throw CommandFailure(error, json: json)
    } catch let error as GuestBuildError {
      if case .noPackage = error {
        throw CommandFailure(
          exitCode: .unusable, kind: "arguments", "there is no guest in this folder: name one with --elf FILE",
          hint: "'outrigger new guest NAME' begins one, 'outrigger build' compiles it", json: json)
      }
      throw CommandFailure(error, json: json)
    }
  }
}

/// How long a guest may run.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Stop a guest that takes more instructions than this.", valueName: "n"))
  var maxInstructions: UInt64?
}

struct InputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An input, in the order in which the guest reads them; may be given several times. Hexadecimal with a leading "
        + "byte 01 (0x012a: the byte 2a), @FILE for a file's bytes, or FILE.json with {\"input\": [\"0x01..\", ..]}.",
      valueName: "input"))
  var input: [String] = []

  func read(json: Bool) throws -> [[UInt8]] {
    do { return try GuestInput.read(input) } catch { throw CommandFailure(error, json: json) }
  }
}

/// A number of bytes as a user writes it: `8G`, `512M`, `1073741824`.
struct ByteCount: ExpressibleByArgument {
  var bytes: Int

  init?(argument: String) {
    let units: [Character: Int] = ["k": 10, "m": 20, "g": 30]
    let text = argument.lowercased()
    let shift = text.last.flatMap { units[$0] }
    guard let number = Int(shift == nil ? text[...] : text.dropLast()), number > 0, number < (1 << 40) >> (shift ?? 0)
    else { return nil }
    bytes = number << (shift ?? 0)
  }
}

extension CommandFailure {
  init(_ error: AppError, json: Bool) {
    switch error {
    case .artefact(let error): self.init(error, json: json)
    case .configuration: self.init(exitCode: .unusable, kind: "arguments", error.description, json: json)
    case .unfit: self.init(exitCode: .unusable, kind: "unfit", error.description, json: json)
    case .trapped: self.init(exitCode: .rejected, kind: "trapped", error.description, json: json)
    case .guestFailed: self.init(exitCode: .rejected, kind: "guest_failed", error.description, json: json)
    case .deferral(let error):
      let isGuestsFault = if case .badInput = error.failure { true } else { false }
      self.init(
        exitCode: isGuestsFault ? .rejected : .unusable, kind: "deferral", error.description, json: json)
    case .memory:
      self.init(
        exitCode: .unusable, kind: "memory", error.description,
        hint: "give more with --memory, or a lower "
          + "--log-stacked-height", json: json)
    case .fault: self.init(exitCode: .fault, kind: "fault", error.description, json: json)
    }
  }
}
