/// The first bytes of a library, looked at before anything is loaded.
enum ELFHeader {
  #if arch(x86_64)
    static let machine = 62
    static let machineName = "x86-64"
  #elseif arch(arm64)
    static let machine = 183
    static let machineName = "64-bit ARM"
  #endif

  /// Why the bytes are no shared library for this machine; nil where they may be one.
  static func fault(in bytes: [UInt8]) -> PluginError.Reason? {
    guard bytes.count >= 64, bytes[..<4].elementsEqual([0x7f, 0x45, 0x4c, 0x46]) else { return .notELF }
    let (isWide, isLittleEndian) = (bytes[4] == 2, bytes[5] == 1)
    guard isWide, isLittleEndian else {
      return .wrongArchitecture(
        expected: machineName, found: "a \(isWide ? 64 : 32)-bit \(isLittleEndian ? "little" : "big")-endian machine")
    }
    let type = Int(bytes[16]) | Int(bytes[17]) << 8
    let found = Int(bytes[18]) | Int(bytes[19]) << 8
    guard found == machine else {
      return .wrongArchitecture(expected: machineName, found: names[found] ?? "machine number \(found)")
    }
    guard type == 3 else { return .notASharedLibrary(type: type) }
    return nil
  }

  private static let names = [3: "x86", 40: "ARM", 62: "x86-64", 183: "64-bit ARM", 243: "RISC-V"]
}
