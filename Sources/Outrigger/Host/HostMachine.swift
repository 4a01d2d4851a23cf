import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A form of the kernels.
public enum SIMDLevel: String, Sendable, Encodable {
  case scalar, avx2, avx512

  init(_ level: Int32) { self = level >= 2 ? .avx512 : level == 1 ? .avx2 : .scalar }

  /// The one in use: what the processor has, or less if the environment variable `OUTRIGGER_SIMD` says so.
  public static var current: SIMDLevel { SIMDLevel(ck_simd_level()) }
  /// The best one that the processor has.
  public static var available: SIMDLevel { SIMDLevel(ck_simd_available()) }
}

/// The machine that a figure was measured on.
public struct HostMachine: Sendable, Encodable {
  public var processor: String
  public var architecture: String
  /// Processors that this process may use.
  public var cores: Int
  public var memoryBytes: Int
  public var availableMemoryBytes: Int
  /// The processor's features that kernels exist for, or could.
  public var features: [String]
  public var simdLevel: SIMDLevel
  public var simdAvailable: SIMDLevel
  /// `always`, `madvise` or `never`; empty where the kernel does not say.
  public var hugePages: String

  enum CodingKeys: String, CodingKey {
    case processor, architecture, cores
    case memoryBytes = "memory_bytes"
    case availableMemoryBytes = "available_memory_bytes"
    case features
    case simdLevel = "simd_level"
    case simdAvailable = "simd_available"
    case hugePages = "huge_pages"
  }

  /// This machine.
  public static var current: HostMachine {
    let cpu = SystemText.lines("/proc/cpuinfo")
    func cpuField(_ name: String) -> String? {
      cpu.first { $0.hasPrefix(name) }?.split(separator: ":", maxSplits: 1).last.map {
        String($0.drop { $0 == " " || $0 == "\t" })
      }
    }
    let flags = Set((cpuField("flags") ?? cpuField("Features") ?? "").split(separator: " ").map(String.init))
    let interesting = [
      "sse4_2", "avx", "avx2", "bmi2", "adx", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512ifma", "asimd",
    ]
    #if arch(x86_64)
      let architecture = "x86_64"
    #elseif arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "other"
    #endif
    return HostMachine(
      processor: cpuField("model name") ?? "unknown", architecture: architecture, cores: usableCores,
      memoryBytes: memory("MemTotal:"), availableMemoryBytes: memory("MemAvailable:"),
      features: interesting.filter(flags.contains), simdLevel: .current, simdAvailable: .available,
      hugePages: hugePages)
  }

  /// Processors that this process may use, at least 1.
  public static var usableCores: Int { max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1) }

  private static func memory(_ name: String) -> Int {
    for line in SystemText.lines("/proc/meminfo") where line.hasPrefix(name) {
      let kibibytes = line.split(separator: " ").compactMap { Int($0) }.first ?? 0
      return kibibytes.multipliedReportingOverflow(by: 1024).partialValue
    }
    return 0
  }

  private static var hugePages: String {
    let line = SystemText.lines("/sys/kernel/mm/transparent_hugepage/enabled").first ?? ""
    guard let open = line.firstIndex(of: "["), let close = line.firstIndex(of: "]"), open < close else { return "" }
    return String(line[line.index(after: open)..<close])
  }
}
