/// A statically linked RISC-V executable, as far as the machine needs it (chapter 20, section 1.5).
///
/// Reading is total: any bytes give a file or an `ELFError`, in time and memory linear in their number.
struct ELFFile {
  /// A part of memory that comes from the file; up to `memorySize` it goes on with zeros.
  struct Segment {
    var address: UInt32
    var memorySize: UInt32
    var bytes: ArraySlice<UInt8>
    var isExecutable: Bool
    /// Number of the program header.
    var index: Int
  }

  var entry: UInt32
  /// In order of address, without overlap, none of size 0.
  var segments: [Segment]
  /// In order of address. Symbols are for profiles only, so a damaged symbol table is no symbol table.
  var functions: [FunctionSymbol]

  private static let headerSize = 52
  private static let programHeaderSize = 32
  private static let maxProgramHeaders = 256

  init(_ bytes: [UInt8]) throws(ELFError) {
    let reader = ELFReader(bytes: bytes)
    guard bytes.count >= Self.headerSize else {
      throw ELFError(
        .truncated, field: "header", offset: 0, expected: "\(Self.headerSize) bytes", found: "\(bytes.count)")
    }
    try reader.require(0x464c_457f, at: 0, size: 4, field: "EI_MAG")
    try reader.require(1, at: 4, size: 1, field: "EI_CLASS")
    try reader.require(1, at: 5, size: 1, field: "EI_DATA")
    try reader.require(1, at: 6, size: 1, field: "EI_VERSION")
    try reader.require(2, at: 16, size: 2, field: "e_type")
    try reader.require(243, at: 18, size: 2, field: "e_machine")
    try reader.require(1, at: 20, size: 4, field: "e_version")

    entry = reader.word(24)
    segments = try Self.loadSegments(reader)
    try Self.checkMemory(segments, reader)
    let code = try Self.checkCode(segments, reader)
    guard entry % 4 == 0, code.contains(Int(entry)) else {
      throw ELFError(
        .badEntry, field: "e_entry", offset: 24,
        expected: "a multiple of 4 in the code, \(hex(code.lowerBound)) to "
          + "\(hex(code.upperBound))", found: hex(entry))
    }
    functions = reader.functions()
  }

  // The loadable segments, each checked by itself, in order of address.
  private static func loadSegments(_ reader: ELFReader) throws(ELFError) -> [Segment] {
    let tableStart = Int(reader.word(28))
    try reader.require(UInt32(programHeaderSize), at: 42, size: 2, field: "e_phentsize")
    let count = Int(reader.half(44))
    guard count >= 1, count <= maxProgramHeaders else {
      throw ELFError(
        .badSegmentCount, field: "e_phnum", offset: 44, expected: "1 to \(maxProgramHeaders)", found: "\(count)")
    }
    guard tableStart + count * programHeaderSize <= reader.bytes.count else {
      throw ELFError(
        .truncated, field: "e_phoff", offset: 28,
        expected: "\(count) program headers within \(reader.bytes.count) bytes", found: "a table at \(tableStart)")
    }
    var segments: [Segment] = []
    var total = 0
    for index in 0..<count {
      let start = tableStart + index * programHeaderSize
      guard reader.word(start) == 1 else { continue }  // PT_LOAD
      let segment = try loadSegment(reader, start: start, index: index)
      total += segment.bytes.count
      // Overlapping parts of the file would let a small file ask for much memory.
      guard total <= reader.bytes.count else {
        throw ELFError(
          .badSegment, field: "p_filesz[\(index)]", offset: start + 16,
          expected: "segments of at most \(reader.bytes.count) bytes together", found: "\(total)")
      }
      if segment.memorySize > 0 { segments.append(segment) }
    }
    return segments.sorted { $0.address < $1.address }
  }

  private static func loadSegment(_ reader: ELFReader, start: Int, index: Int) throws(ELFError) -> Segment {
    func fail(_ kind: ELFError.Kind, _ name: String, _ place: Int, _ expected: String, _ found: String) -> ELFError {
      ELFError(kind, field: "\(name)[\(index)]", offset: start + place, expected: expected, found: found)
    }
    let offset = Int(reader.word(start + 4))
    let address = reader.word(start + 8)
    let fileSize = Int(reader.word(start + 16))
    let memorySize = Int(reader.word(start + 20))
    let limit = 1 << MachineLimits.pointerBits
    guard address % 4 == 0, address < limit else {
      throw fail(.badSegment, "p_vaddr", 8, "a multiple of 4 below \(hex(limit))", hex(address))
    }
    guard fileSize <= memorySize else {
      throw fail(.badSegment, "p_filesz", 16, "at most p_memsz = \(memorySize)", "\(fileSize)")
    }
    guard memorySize < limit, Int(address) + memorySize <= limit else {
      throw fail(
        .badSegment, "p_memsz", 20, "an end at most \(hex(limit))", "\(hex(memorySize)) bytes from \(hex(address))")
    }
    guard offset + fileSize <= reader.bytes.count else {
      throw fail(.truncated, "p_offset", 4, "\(fileSize) bytes within \(reader.bytes.count)", "an offset of \(offset)")
    }
    return Segment(
      address: address, memorySize: UInt32(memorySize), bytes: reader.bytes[offset..<offset + fileSize],
      isExecutable: reader.word(start + 24) & 1 == 1, index: index)
  }

  private static func checkMemory(_ segments: [Segment], _ reader: ELFReader) throws(ELFError) {
    for (lower, upper) in zip(segments, segments.dropFirst()) {
      guard lower.address + lower.memorySize <= upper.address else {
        throw ELFError(
          .overlappingSegments, field: "p_vaddr[\(upper.index)]", offset: reader.programHeader(upper.index) + 8,
          expected: "\(hex(lower.address + lower.memorySize)) or more, the end of segment \(lower.index)",
          found: hex(upper.address))
      }
    }
  }

  // Instructions are placed by address, so only the last segment of code may end in zeros that the file leaves out:
  // they are memory, not instructions. Returns the addresses of instructions.
  private static func checkCode(_ segments: [Segment], _ reader: ELFReader) throws(ELFError) -> Range<Int> {
    let code = segments.filter(\.isExecutable)
    guard let first = code.first, let last = code.last else {
      throw ELFError(
        .badSegmentCount, field: "p_flags", offset: reader.programHeader(0) + 24, expected: "an executable segment",
        found: "none")
    }
    for (lower, upper) in zip(code, code.dropFirst()) {
      let end = Int(lower.address) + lower.bytes.count.roundedUpToWord
      guard lower.bytes.count.roundedUpToWord == Int(lower.memorySize).roundedUpToWord, end == Int(upper.address) else {
        throw ELFError(
          .scatteredCode, field: "p_vaddr[\(upper.index)]", offset: reader.programHeader(upper.index) + 8,
          expected: "\(hex(end)), where the bytes of the executable segment \(lower.index) end",
          found: hex(upper.address))
      }
    }
    let end = Int(last.address) + last.bytes.count.roundedUpToWord
    guard end > Int(first.address) else {
      throw ELFError(
        .badSegmentCount, field: "p_filesz[\(first.index)]", offset: reader.programHeader(first.index) + 16,
        expected: "an instruction", found: "0 bytes of code")
    }
    guard (end - Int(first.address)) / 4 <= MachineLimits.maxProgramSlots else {
      throw ELFError(
        .badSegment, field: "p_filesz[\(last.index)]", offset: reader.programHeader(last.index) + 16,
        expected: "at most \(MachineLimits.maxProgramSlots) instructions of code",
        found: "\((end - Int(first.address)) / 4)")
    }
    return Int(first.address)..<end
  }
}

extension Int {
  var roundedUpToWord: Int { (self + 3) & ~3 }
}

/// Bytes as messages show commitments.
func hex(_ bytes: [UInt8]) -> String {
  bytes.reduce(into: "0x") { text, byte in
    let digits = String(byte, radix: 16)
    text += digits.count == 1 ? "0" + digits : digits
  }
}

/// A number as messages show addresses.
func hex(_ value: some BinaryInteger) -> String {
  value < 0 ? "-0x" + String(-Int64(value), radix: 16) : "0x" + String(value, radix: 16)
}
