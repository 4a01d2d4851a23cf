/// The symbols that a shared library shows to others and expects of them.
struct ELFSymbols {
  private static let symbolBytes = 24
  private static let maxSymbols = 1 << 20

  /// Names of exported symbols, the entry apart: the first ones.
  private(set) var exports: [String] = []
  private(set) var exportCount = 0
  private(set) var importCount = 0
  private var entry: (type: UInt8, address: UInt64)?
  /// Entry symbols of other versions.
  private var otherEntries: [String] = []

  init(_ image: ELFImage, _ dynamic: ELFDynamic) throws(LibraryError) {
    let address = try dynamic.require(.symbolTable, "DT_SYMTAB")
    if let size = dynamic.value(.symbolBytes), size != UInt64(Self.symbolBytes) {
      throw LibraryError(.malformed, field: "DT_SYMENT", expected: "\(Self.symbolBytes)", found: "\(size)")
    }
    let count = try Self.count(image, dynamic)
    let table = try image.tail(of: address, field: "DT_SYMTAB")
    guard count <= table.count / Self.symbolBytes else {
      throw LibraryError(
        .truncated, field: "DT_SYMTAB", expected: "\(count) symbols",
        found: "room for \(table.count / Self.symbolBytes)")
    }
    let name = Array(LibraryInspection.entrySymbol.utf8)
    let stem = Array(name.dropLast())
    for number in 1..<max(count, 1) {
      let start = table.lowerBound + number * Self.symbolBytes
      let info = image.byte(start + 4)
      let visibility = image.byte(start + 5) & 3
      let binding = info >> 4
      let type = info & 15
      // Local symbols, sections and files are nobody else's.
      guard binding == 1 || binding == 2 || binding == 10, type != 3, type != 4 else { continue }
      guard image.half(start + 6) != 0 else {
        importCount += 1
        continue
      }
      // Hidden and internal ones neither.
      guard visibility == 0 || visibility == 3 else { continue }
      let place = UInt64(image.word(start))
      if dynamic.isName(name + [0], at: place, image) {
        entry = (type, image.long(start + 8))
        continue
      }
      exportCount += 1
      if otherEntries.isEmpty, dynamic.isName(stem, at: place, image) {
        otherEntries.append(try dynamic.name(at: place, image))
      }
      if exports.count < LibraryInspection.maxNames { exports.append(try dynamic.name(at: place, image)) }
    }
  }

  /// Throws unless the entry symbol is a function in the library's code.
  func requireEntry(_ image: ELFImage) throws(LibraryError) {
    let name = LibraryInspection.entrySymbol
    guard let entry else {
      if let other = otherEntries.first {
        throw LibraryError(
          .wrongInterface, field: ".dynsym", expected: "the symbol \(name)", found: other)
      }
      throw LibraryError(
        .noEntry, field: ".dynsym", expected: "the symbol \(name)",
        found: exportCount == 0 ? "no exported symbol" : "other symbols only, as \(exports.first ?? "")")
    }
    guard entry.type == 2, image.isCode(entry.address) else {
      throw LibraryError(
        .malformed, field: ".dynsym", expected: "the symbol \(name) to be a function in the library's code",
        found: "type \(entry.type) at \(image.hex(entry.address))")
    }
  }

  // The number of symbols follows from the hash table: the section headers, which say it, are no part of loading.
  private static func count(_ image: ELFImage, _ dynamic: ELFDynamic) throws(LibraryError) -> Int {
    if let address = dynamic.value(.hash) {
      let table = try image.tail(of: address, field: "DT_HASH")
      let count = table.count >= 8 ? Int(image.word(table.lowerBound + 4)) : maxSymbols + 1
      guard count <= maxSymbols else {
        throw LibraryError(.malformed, field: "DT_HASH", expected: "at most \(maxSymbols) symbols", found: "\(count)")
      }
      return count
    }
    return try gnuCount(image, dynamic.require(.gnuHash, "DT_HASH or DT_GNU_HASH"))
  }

  // The greatest number in the buckets, then on to the end of its chain.
  private static func gnuCount(_ image: ELFImage, _ address: UInt64) throws(LibraryError) -> Int {
    let table = try image.tail(of: address, field: "DT_GNU_HASH")
    func damaged(_ expected: String, _ found: String) -> LibraryError {
      LibraryError(.malformed, field: "DT_GNU_HASH", expected: expected, found: found)
    }
    guard table.count >= 16 else { throw damaged("16 bytes", "\(table.count)") }
    let start = table.lowerBound
    let buckets = Int(image.word(start))
    let first = Int(image.word(start + 4))
    let bloomWords = Int(image.word(start + 8))
    let bucketStart = 16 + 8 * bloomWords
    let chainStart = bucketStart + 4 * buckets
    guard chainStart <= table.count else { throw damaged("tables of at most \(table.count) bytes", "\(chainStart)") }
    var last = 0
    for bucket in 0..<buckets { last = max(last, Int(image.word(start + bucketStart + 4 * bucket))) }
    guard last > 0 else { return first <= maxSymbols ? first : maxSymbols }
    guard last >= first, last <= maxSymbols else { throw damaged("symbols \(first) to \(maxSymbols)", "\(last)") }
    while last <= maxSymbols {
      let place = chainStart + 4 * (last - first)
      guard place + 4 <= table.count else { throw damaged("the end of a chain", "the end of the segment") }
      if image.word(start + place) & 1 == 1 { return last + 1 }
      last += 1
    }
    throw damaged("at most \(maxSymbols) symbols", "more")
  }
}
