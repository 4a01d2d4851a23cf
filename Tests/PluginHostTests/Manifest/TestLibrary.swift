@testable import PluginHost

/// A shared library as a linker would write it, small, with whatever is to be inspected.
struct TestLibrary {
  struct Symbol {
    var name: String
    var info: UInt8 = 0x12  // global function
    var visibility: UInt8 = 0
    var section: UInt16 = 1
    var address: UInt64 = 0x40
  }

  var symbols = [Symbol(name: LibraryInspection.entrySymbol)]
  var needed: [String] = []
  var soname: String?
  var runpath: String?
  var machine = ELFImage.hostMachine.number
  var type: UInt16 = 3
  var stackFlags: UInt32? = 6
  var codeFlags: UInt32 = 5
  var usesGnuHash = true
  var hasTextRelocations = false
  var initializerBytes: UInt64 = 0
  /// Makes one library differ from another.
  var payload: [UInt8] = []

  /// Offsets in `bytes`.
  static let programHeaders = 64

  var bytes: [UInt8] {
    var strings: [UInt8] = [0]
    func string(_ text: String) -> UInt64 {
      defer { strings += Array(text.utf8) + [0] }
      return UInt64(strings.count)
    }
    var table = [UInt8](repeating: 0, count: 24)
    for symbol in symbols {
      table += word(UInt32(string(symbol.name))) + [symbol.info, symbol.visibility]
      table += half(symbol.section) + long(symbol.address) + long(16)
    }
    var dynamic: [(UInt64, UInt64)] = needed.map { (1, string($0)) }
    if let soname { dynamic.append((14, string(soname))) }
    if let runpath { dynamic.append((29, string(runpath))) }
    if hasTextRelocations { dynamic.append((22, 0)) }
    if initializerBytes > 0 { dynamic.append((27, initializerBytes)) }

    let headerCount = stackFlags == nil ? 2 : 3
    let tableStart = UInt64(Self.programHeaders + 56 * headerCount)
    let stringStart = tableStart + UInt64(table.count)
    let hashStart = (stringStart + UInt64(strings.count) + 7) / 8 * 8
    let hash = usesGnuHash ? gnuHash : sysvHash
    let dynamicStart = (hashStart + UInt64(hash.count) + 7) / 8 * 8
    dynamic += [
      (5, stringStart), (6, tableStart), (10, UInt64(strings.count)), (11, 24),
      (usesGnuHash ? 0x6fff_fef5 : 4, hashStart),
      (0, 0),
    ]
    let dynamicBytes = dynamic.flatMap { long($0.0) + long($0.1) }
    let total = dynamicStart + UInt64(dynamicBytes.count) + UInt64(payload.count)

    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    file += half(type) + half(machine) + word(1) + long(0) + long(UInt64(Self.programHeaders)) + long(0) + word(0)
    file += half(64) + half(56) + half(UInt16(headerCount)) + half(0) + half(0) + half(0)
    file += header(1, codeFlags, 0, total)
    file += header(2, 6, dynamicStart, UInt64(dynamicBytes.count))
    if let stackFlags { file += header(0x6474_e551, stackFlags, 0, 0) }
    file += table + strings
    file += [UInt8](repeating: 0, count: Int(hashStart) - file.count) + hash
    file += [UInt8](repeating: 0, count: Int(dynamicStart) - file.count) + dynamicBytes
    return file + payload
  }

  private var sysvHash: [UInt8] { word(1) + word(UInt32(symbols.count + 1)) + [UInt8](repeating: 0, count: 8) }

  // One bucket, from symbol 1 to the last.
  private var gnuHash: [UInt8] {
    var bytes = word(1) + word(1) + word(1) + word(0) + long(.max) + word(symbols.isEmpty ? 0 : 1)
    for number in symbols.indices { bytes += word(number == symbols.count - 1 ? 1 : 0) }
    return bytes
  }

  private func header(_ type: UInt32, _ flags: UInt32, _ offset: UInt64, _ count: UInt64) -> [UInt8] {
    word(type) + word(flags) + long(offset) + long(offset) + long(offset) + long(count) + long(count) + long(8)
  }

  private func half(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
  private func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  private func long(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
