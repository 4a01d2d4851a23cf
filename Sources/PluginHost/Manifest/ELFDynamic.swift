/// The dynamic section of a shared library: what the loader is told.
struct ELFDynamic {
  /// Tags of the ELF specification.
  enum Tag: UInt64 {
    case needed = 1
    case hash = 4
    case stringTable = 5
    case symbolTable = 6
    case stringTableBytes = 10
    case symbolBytes = 11
    case initialize = 12
    case soname = 14
    case rpath = 15
    case textRelocations = 22
    case initializerArrayBytes = 27
    case runpath = 29
    case flags = 30
    case gnuHash = 0x6fff_fef5
  }

  private static let maxEntries = 4096
  private static let textRelocationsFlag: UInt64 = 4
  static let maxNameBytes = 4096

  private var values: [Tag: [UInt64]] = [:]
  /// The string table's place in the file.
  private(set) var strings: Range<Int> = 0..<0

  init(_ image: ELFImage) throws(LibraryError) {
    var count = 0
    for start in stride(from: image.dynamic.lowerBound, to: image.dynamic.upperBound - 15, by: 16) {
      let tag = image.long(start)
      if tag == 0 { break }
      count += 1
      guard count <= Self.maxEntries else {
        throw LibraryError(
          .malformed, field: "PT_DYNAMIC", expected: "at most \(Self.maxEntries) entries", found: "more")
      }
      if let known = Tag(rawValue: tag) { values[known, default: []].append(image.long(start + 8)) }
    }
    let address = try require(.stringTable, "DT_STRTAB")
    let bytes = try require(.stringTableBytes, "DT_STRSZ")
    let tail = try image.tail(of: address, field: "DT_STRTAB")
    guard bytes <= UInt64(tail.count) else {
      throw LibraryError(.truncated, field: "DT_STRSZ", expected: "at most \(tail.count)", found: "\(bytes)")
    }
    strings = tail.lowerBound..<tail.lowerBound + Int(bytes)
  }

  /// The value of a tag; nil where it is missing.
  func value(_ tag: Tag) -> UInt64? { values[tag]?.first }

  func require(_ tag: Tag, _ name: String) throws(LibraryError) -> UInt64 {
    guard let value = value(tag) else {
      throw LibraryError(.malformed, field: name, expected: "an entry of the dynamic section", found: "none")
    }
    return value
  }

  var hasTextRelocations: Bool {
    value(.textRelocations) != nil || (value(.flags) ?? 0) & Self.textRelocationsFlag != 0
  }

  var initializerCount: Int {
    let array = Int(min((value(.initializerArrayBytes) ?? 0) / 8, 1 << 20))
    return array + (value(.initialize) ?? 0 == 0 ? 0 : 1)
  }

  func soname(_ image: ELFImage) throws(LibraryError) -> String? {
    guard let offset = value(.soname) else { return nil }
    return try name(at: offset, image)
  }

  func names(_ tag: Tag, _ image: ELFImage) throws(LibraryError) -> [String] {
    var result: [String] = []
    for offset in (values[tag] ?? []).prefix(LibraryInspection.maxNames) { result.append(try name(at: offset, image)) }
    return result
  }

  /// The name at a place of the string table.
  func name(at offset: UInt64, _ image: ELFImage) throws(LibraryError) -> String {
    guard offset < UInt64(strings.count) else {
      throw LibraryError(
        .malformed, field: "DT_STRTAB", expected: "a place below \(strings.count)", found: "\(offset)")
    }
    let start = strings.lowerBound + Int(offset)
    let slice = image.bytes[start..<min(strings.upperBound, start + Self.maxNameBytes)]
    guard let end = slice.firstIndex(of: 0) else {
      throw LibraryError(
        .malformed, field: "DT_STRTAB", expected: "a name of fewer than \(Self.maxNameBytes) bytes",
        found: "a longer one")
    }
    return String(slice[..<end].map { $0 >= 0x20 && $0 < 0x7f ? Character(Unicode.Scalar($0)) : "?" })
  }

  /// Whether the bytes at a place of the string table begin with `bytes`.
  func isName(_ bytes: [UInt8], at offset: UInt64, _ image: ELFImage) -> Bool {
    guard offset < UInt64(strings.count) else { return false }
    return image.bytes[strings.lowerBound + Int(offset)..<strings.upperBound].starts(with: bytes)
  }
}
