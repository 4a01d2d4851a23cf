/// Memory of this process, from the kernel's accounts.
public enum ProcessMemory {
  /// The most resident memory that the process has had so far, in bytes; 0 where the kernel does not say.
  public static var peakBytes: Int { field("VmHWM:") }
  /// Resident memory now, in bytes; 0 where the kernel does not say.
  public static var residentBytes: Int { field("VmRSS:") }

  private static func field(_ name: String) -> Int {
    for line in SystemText.lines("/proc/self/status") where line.hasPrefix(name) {
      let words = line.split(separator: " ").flatMap { $0.split(separator: "\t") }
      guard words.count >= 2, let kibibytes = Int(words[1]) else { return 0 }
      return kibibytes.multipliedReportingOverflow(by: 1024).partialValue
    }
    return 0
  }
}
