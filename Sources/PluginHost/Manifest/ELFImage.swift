/// A shared library in the ELF format: its headers, and the way from addresses to bytes of the file.
struct ELFImage {
  static let executable: UInt32 = 1
  static let writable: UInt32 = 2
  static let headerBytes = 64
  static let programHeaderBytes = 56
  static let maxProgramHeaders = 512

  /// The processor of this machine, by its number in ELF files.
  static let hostMachine: (number: UInt16, name: String) = {
    #if arch(x86_64)
      (62, "x86-64")
    #elseif arch(arm64)
      (183, "arm64")
    #else
      (0, "another")
    #endif
  }()

  /// A part of the file that is mapped into memory.
  struct Segment: Hashable {
    var flags: UInt32
    var offset: Int
    var address: UInt64
    var fileBytes: Int
    var memoryBytes: UInt64
  }

  let bytes: [UInt8]
  private(set) var segments: [Segment] = []
  /// Where the dynamic section is in the file.
  private(set) var dynamic: Range<Int> = 0..<0
  /// Flags of `PT_GNU_STACK`; nil where there is none.
  private(set) var stackFlags: UInt32?

  init(_ bytes: [UInt8]) throws(LibraryError) {
    self.bytes = bytes
    guard bytes.count >= 4, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else {
      throw LibraryError(
        .wrongFormat, field: "EI_MAG", expected: "an ELF file", found: Self.guess(bytes))
    }
    guard bytes.count >= Self.headerBytes else {
      throw LibraryError(
        .truncated, field: "header", expected: "\(Self.headerBytes) bytes", found: "\(bytes.count)")
    }
    try checkHeader()
    try readProgramHeaders()
  }

  // MARK: Headers

  private func checkHeader() throws(LibraryError) {
    guard bytes[4] == 2 else {
      throw LibraryError(
        .wrongMachine, field: "EI_CLASS", expected: "a library for 64-bit processors",
        found: bytes[4] == 1 ? "one for 32-bit processors" : "class \(bytes[4])")
    }
    guard bytes[5] == 1 else {
      throw LibraryError(
        .wrongMachine, field: "EI_DATA", expected: "little-endian data",
        found: bytes[5] == 2 ? "big-endian data" : "\(bytes[5])")
    }
    guard bytes[6] == 1 else {
      throw LibraryError(.wrongFormat, field: "EI_VERSION", expected: "1", found: "\(bytes[6])")
    }
    guard bytes[7] == 0 || bytes[7] == 3 else {
      throw LibraryError(
        .wrongMachine, field: "EI_OSABI", expected: "a library for Linux", found: "system \(bytes[7])")
    }
    let machine = half(18)
    guard machine == Self.hostMachine.number else {
      throw LibraryError(
        .wrongMachine, field: "e_machine", expected: "a library for \(Self.hostMachine.name)",
        found: "one for \(Self.machineName(machine))")
    }
    let type = half(16)
    guard type == 3 else {
      let names: [UInt16: String] = [1: "an object file", 2: "an executable", 4: "a core dump"]
      throw LibraryError(
        .wrongType, field: "e_type", expected: "a shared library", found: names[type] ?? "type \(type)")
    }
  }

  private mutating func readProgramHeaders() throws(LibraryError) {
    let count = Int(half(56))
    guard count >= 1, count <= Self.maxProgramHeaders else {
      throw LibraryError(
        .malformed, field: "e_phnum", expected: "1 to \(Self.maxProgramHeaders)", found: "\(count)")
    }
    guard half(54) == Self.programHeaderBytes else {
      throw LibraryError(
        .malformed, field: "e_phentsize", expected: "\(Self.programHeaderBytes)", found: "\(half(54))")
    }
    let table = try part(at: long(32), count: UInt64(count * Self.programHeaderBytes), field: "e_phoff")
    var hasDynamic = false
    for number in 0..<count {
      let start = table.lowerBound + number * Self.programHeaderBytes
      switch word(start) {
      case 1: segments.append(try segment(start, number: number))
      case 2:
        guard !hasDynamic else {
          throw LibraryError(.malformed, field: "PT_DYNAMIC", expected: "one dynamic section", found: "two")
        }
        hasDynamic = true
        dynamic = try part(at: long(start + 8), count: long(start + 32), field: "p_filesz[\(number)]")
      case 0x6474_e551: stackFlags = word(start + 4)
      default: break
      }
    }
    guard hasDynamic, !segments.isEmpty else {
      throw LibraryError(
        .malformed, field: "PT_DYNAMIC", expected: "a dynamic section and segments", found: "none")
    }
  }

  private func segment(_ start: Int, number: Int) throws(LibraryError) -> Segment {
    let range = try part(at: long(start + 8), count: long(start + 32), field: "p_filesz[\(number)]")
    let address = long(start + 16)
    let memoryBytes = long(start + 40)
    guard memoryBytes >= UInt64(range.count), !address.addingReportingOverflow(memoryBytes).overflow else {
      throw LibraryError(
        .malformed, field: "p_memsz[\(number)]", expected: "at least \(range.count), within the address space",
        found: "\(memoryBytes) at \(hex(address))")
    }
    return Segment(
      flags: word(start + 4), offset: range.lowerBound, address: address, fileBytes: range.count,
      memoryBytes: memoryBytes)
  }

  // MARK: Access

  func byte(_ offset: Int) -> UInt8 { offset >= 0 && offset < bytes.count ? bytes[offset] : 0 }

  /// Little-endian numbers; bytes beyond the file are 0.
  func half(_ offset: Int) -> UInt16 { UInt16(byte(offset)) | UInt16(byte(offset + 1)) << 8 }
  func word(_ offset: Int) -> UInt32 { UInt32(half(offset)) | UInt32(half(offset + 2)) << 16 }
  func long(_ offset: Int) -> UInt64 { UInt64(word(offset)) | UInt64(word(offset + 4)) << 32 }

  /// A part of the file.
  func part(at offset: UInt64, count: UInt64, field: String) throws(LibraryError) -> Range<Int> {
    let size = UInt64(bytes.count)
    guard offset <= size, count <= size - offset else {
      throw LibraryError(
        .truncated, field: field, expected: "\(count) bytes at \(offset), within the \(size) of the file",
        found: "the end of the file")
    }
    return Int(offset)..<Int(offset + count)
  }

  /// Where the byte of an address is in the file; nil where it is not.
  func offset(of address: UInt64) -> Int? {
    for segment in segments where address >= segment.address {
      let distance = address - segment.address
      if distance < UInt64(segment.fileBytes) { return segment.offset + Int(distance) }
    }
    return nil
  }

  /// The part of the file from an address on, up to the end of its segment.
  func tail(of address: UInt64, field: String) throws(LibraryError) -> Range<Int> {
    for segment in segments where address >= segment.address {
      let distance = address - segment.address
      guard distance < UInt64(segment.fileBytes) else { continue }
      return segment.offset + Int(distance)..<segment.offset + segment.fileBytes
    }
    throw LibraryError(
      .malformed, field: field, expected: "an address within the file's segments", found: hex(address))
  }

  /// Whether code stands at an address.
  func isCode(_ address: UInt64) -> Bool {
    segments.contains {
      $0.flags & Self.executable != 0 && address >= $0.address && address - $0.address < UInt64($0.fileBytes)
    }
  }

  func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  private static func machineName(_ number: UInt16) -> String {
    let names: [UInt16: String] = [3: "x86", 40: "arm", 62: "x86-64", 183: "arm64", 243: "RISC-V"]
    return names[number] ?? "machine \(number)"
  }

  private static func guess(_ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "an empty file" }
    if bytes.starts(with: Array("!<arch>".utf8)) { return "a static library" }
    if bytes.starts(with: [0xcf, 0xfa, 0xed, 0xfe]) || bytes.starts(with: [0xca, 0xfe, 0xba, 0xbe]) {
      return "a Mach-O file"
    }
    if bytes.starts(with: Array("MZ".utf8)) { return "a Windows file" }
    if bytes.prefix(512).allSatisfy({ $0 == 9 || $0 == 10 || $0 == 13 || ($0 >= 32 && $0 < 127) }) { return "text" }
    return "other bytes"
  }
}
