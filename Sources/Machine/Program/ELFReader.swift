/// Little-endian fields of an ELF file, and its symbols.
struct ELFReader {
  let bytes: [UInt8]

  /// A field that lies within the file, as the caller has checked; 0 beyond it.
  func word(_ offset: Int) -> UInt32 { field(offset, size: 4) }
  func half(_ offset: Int) -> UInt32 { field(offset, size: 2) }

  private func field(_ offset: Int, size: Int) -> UInt32 {
    guard offset >= 0, offset + size <= bytes.count else { return 0 }
    return (0..<size).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
  }

  func programHeader(_ index: Int) -> Int { Int(word(28)) + 32 * index }

  func require(_ expected: UInt32, at offset: Int, size: Int, field name: String) throws(ELFError) {
    let found = field(offset, size: size)
    guard found == expected else {
      throw ELFError(.wrongFormat, field: name, offset: offset, expected: hex(expected), found: hex(found))
    }
  }

  /// The functions of the symbol table, if there is one.
  func functions() -> [FunctionSymbol] {
    let sections = Int(word(32))
    let count = Int(half(48))
    guard half(46) == 40, sections > 0, sections + 40 * count <= bytes.count else { return [] }
    for index in 0..<count {
      let header = sections + 40 * index
      guard word(header + 4) == 2 else { continue }  // SHT_SYMTAB
      let link = Int(word(header + 24))
      guard link < count, word(header + 36) == 16, let table = content(of: header),
        let names = content(of: sections + 40 * link)
      else { return [] }
      return functions(table: table, names: names)
    }
    return []
  }

  private func content(of header: Int) -> Range<Int>? {
    let start = Int(word(header + 16))
    let size = Int(word(header + 20))
    return start + size <= bytes.count ? start..<start + size : nil
  }

  // The names of all symbols together may be longer than the file, where they share bytes; a bound on each keeps
  // the work linear.
  private static let maxNameLength = 1024

  private func functions(table: Range<Int>, names: Range<Int>) -> [FunctionSymbol] {
    var functions: [FunctionSymbol] = []
    var nameBytes = 0
    for entry in stride(from: table.lowerBound, to: table.upperBound - 15, by: 16) {
      guard bytes[entry + 12] & 15 == 2, word(entry + 8) > 0 || half(entry + 14) != 0 else { continue }  // STT_FUNC
      let start = names.lowerBound + Int(word(entry))
      guard start < names.upperBound else { continue }
      let text = bytes[start..<min(names.upperBound, start + Self.maxNameLength)].prefix { $0 != 0 }
      nameBytes += text.count
      guard nameBytes <= 4 * bytes.count else { break }
      functions.append(
        FunctionSymbol(name: String(decoding: text, as: UTF8.self), address: word(entry + 4), size: word(entry + 8)))
    }
    return functions.sorted { ($0.address, $0.name) < ($1.address, $1.name) }
  }
}
