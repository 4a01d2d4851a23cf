import Foundation

/// What this machine has, and what is missing for what.
public struct DoctorReport: Sendable, Encodable {
  public enum State: String, Sendable, Encodable {
    case good
    /// Works, with a drawback.
    case limited
    /// Something can't be done.
    case missing
  }

  public struct Finding: Sendable, Encodable {
    public var subject: String
    public var state: State
    public var message: String

    init(_ subject: String, _ state: State, _ message: String) {
      self.subject = subject
      self.state = state
      self.message = message
    }
  }

  public var product: String
  public var proofCodec: Int
  public var keyCodec: Int
  public var machine: HostMachine
  public var findings: [Finding]

  enum CodingKeys: String, CodingKey {
    case product
    case proofCodec = "proof_codec"
    case keyCodec = "key_codec"
    case machine, findings
  }

  /// Examines this machine. Runs `swift --version`, and changes nothing.
  public static func current() -> DoctorReport {
    let machine = HostMachine.current
    return DoctorReport(
      product: Versions.product, proofCodec: Versions.proofCodec, keyCodec: Versions.keyCodec, machine: machine,
      findings: [platform(machine), processor(machine), kernels(machine)] + memory(machine) + [toolchain()]
        + commands() + packages())
  }

  // MARK: HostMachine

  private static func platform(_ machine: HostMachine) -> Finding {
    let release = SystemText.lines("/etc/os-release").first { $0.hasPrefix("PRETTY_NAME=") }
    let name = release.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } } ?? "Linux"
    return machine.architecture == "x86_64"
      ? Finding("platform", .good, "\(name), x86-64")
      : Finding("platform", .limited, "\(name), \(machine.architecture): scalar kernels only")
  }

  private static func processor(_ machine: HostMachine) -> Finding {
    Finding(
      "processor", .good,
      "\(machine.processor), \(machine.cores) usable, \(machine.features.joined(separator: " "))")
  }

  private static func kernels(_ machine: HostMachine) -> Finding {
    guard machine.simdLevel == machine.simdAvailable else {
      return Finding(
        "kernels", .limited,
        "\(machine.simdLevel.rawValue) in use, \(machine.simdAvailable.rawValue) is there: OUTRIGGER_SIMD limits it")
    }
    return switch machine.simdLevel {
    case .avx512: Finding("kernels", .good, "avx512 in use")
    case .avx2: Finding("kernels", .good, "avx2 in use; AVX-512 (F, DQ, BW, VL) would be about twice as fast")
    case .scalar: Finding("kernels", .limited, "scalar: there is no AVX2, and proving is several times slower")
    }
  }

  private static func memory(_ machine: HostMachine) -> [Finding] {
    let total = gibibytes(machine.memoryBytes)
    let free = gibibytes(machine.availableMemoryBytes)
    let size = "\(total) GiB, \(free) GiB free"
    let memory =
      machine.memoryBytes >= 8 << 30
      ? Finding("memory", .good, size)
      : machine.memoryBytes >= 4 << 30
        ? Finding("memory", .limited, "\(size): enough for app proofs; aggregation wants 8 GiB")
        : Finding("memory", .missing, "\(size): production parameters want 4 GiB")
    let pages =
      switch machine.hugePages {
      case "always", "madvise": Finding("huge pages", .good, machine.hugePages)
      case "": Finding("huge pages", .limited, "the kernel does not say whether there are any")
      default:
        Finding(
          "huge pages", .limited,
          "\(machine.hugePages): 'madvise' in /sys/kernel/mm/transparent_hugepage/enabled makes proving faster")
      }
    return [memory, pages]
  }

  private static func gibibytes(_ bytes: Int) -> String {
    let tenths = (bytes * 10 + (1 << 29)) >> 30
    return "\(tenths / 10).\(tenths % 10)"
  }

  // MARK: Software

  private static func toolchain() -> Finding {
    guard let swift = find("swift") else {
      return Finding(
        "swift", .missing,
        "no 'swift' on the PATH: needed to build Outrigger and Swift guests; see https://swift.org/install")
    }
    guard let line = firstLine(of: swift, "--version") else {
      return Finding("swift", .limited, "\(swift) does not run")
    }
    return Finding("swift", .good, line)
  }

  /// The first line of what a program prints; nil when it fails or says nothing.
  private static func firstLine(of program: String, _ argument: String) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [argument]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  private static func commands() -> [Finding] {
    [("git", "fetching dependencies"), ("ld", "linking")].map { command, purpose in
      find(command).map { Finding(command, .good, $0) }
        ?? Finding(command, .missing, "no '\(command)' on the PATH: needed for \(purpose)")
    }
  }

  /// Packages that building needs, by the names that releases of Debian have for them.
  private static let buildPackages = [
    ["libc6-dev"], ["libstdc++-12-dev", "libstdc++-13-dev", "libstdc++-14-dev", "libstdc++-11-dev"], ["binutils"],
    ["ca-certificates"],
  ]

  private static func packages() -> [Finding] {
    guard ArtefactFile.exists("/var/lib/dpkg/info") else {
      return [Finding("packages", .limited, "no dpkg here: cannot tell whether C headers and libstdc++ are installed")]
    }
    let missing = buildPackages.filter { names in !names.contains(where: isInstalled) }.compactMap(\.first)
    guard missing.isEmpty else {
      return [
        Finding(
          "packages", .missing,
          "needed for building: \(missing.joined(separator: " ")); 'scripts/setup.sh' installs them")
      ]
    }
    return [Finding("packages", .good, "everything that building needs")]
  }

  private static func isInstalled(_ package: String) -> Bool {
    let directory = "/var/lib/dpkg/info/"
    return ["", ":amd64", ":arm64"].contains { ArtefactFile.exists("\(directory)\(package)\($0).list") }
  }

  /// The path of the command `name`, as a shell would find it.
  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
