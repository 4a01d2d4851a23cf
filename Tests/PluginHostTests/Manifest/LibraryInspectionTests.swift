import Foundation
import TestSupport
import Testing

@testable import PluginHost

/// Libraries inspected without loading: what they say, and every way of being none.
struct LibraryInspectionTests {
  @Test(arguments: [true, false])
  func libraryIsDescribed(usesGnuHash: Bool) throws {
    var library = TestLibrary()
    library.usesGnuHash = usesGnuHash
    #expect(try LibraryInspection(library.bytes).warnings == [])
    library.needed = ["libc.so.6", "libm.so.6"]
    library.soname = "libtest.so"
    library.runpath = "$ORIGIN"
    library.symbols += [
      .init(name: "extra"), .init(name: "data", info: 0x11, address: 0x100), .init(name: "weak", info: 0x22),
      .init(name: "hidden", visibility: 2), .init(name: "internal", visibility: 1), .init(name: "local", info: 0x02),
      .init(name: "malloc", section: 0), .init(name: "free", section: 0),
    ]
    library.stackFlags = 7
    library.codeFlags = 7
    library.hasTextRelocations = true
    library.initializerBytes = 24
    let inspection = try LibraryInspection(library.bytes)
    #expect(inspection.needed == ["libc.so.6", "libm.so.6"])
    #expect(inspection.soname == "libtest.so")
    #expect(inspection.searchPaths == ["$ORIGIN"])
    #expect(inspection.otherExports == ["data", "extra", "weak"])
    #expect(inspection.otherExportCount == 3)
    #expect(inspection.importCount == 2)
    #expect(inspection.initializerCount == 3)
    #expect(inspection.hasExecutableStack && inspection.hasWritableCode && inspection.hasTextRelocations)
    #expect(
      inspection.warnings == [
        "it asks for an executable stack", "a part of it can be written and executed",
        "the loader must write to its code", "it exports 3 symbols besides the entry: data, extra, weak",
      ])
    library.stackFlags = nil
    #expect(try LibraryInspection(library.bytes).hasExecutableStack)
  }

  private static func error(_ bytes: [UInt8]) -> LibraryError? {
    do throws(LibraryError) {
      _ = try LibraryInspection(bytes)
      return nil
    } catch {
      return error
    }
  }

  private static func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
    var file = TestLibrary().bytes
    file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    return file
  }

  @Test(
    arguments: [
      ([], .wrongFormat, "EI_MAG", "an ELF file", "an empty file"),
      (Array("#!/bin/sh\n".utf8), .wrongFormat, "EI_MAG", "an ELF file", "text"),
      (Array("!<arch>\n\0".utf8), .wrongFormat, "EI_MAG", "an ELF file", "a static library"),
      (Array(TestLibrary().bytes[..<63]), .truncated, "header", "64 bytes", "63"),
      (changed(4, [1]), .wrongMachine, "EI_CLASS", "a library for 64-bit processors", "one for 32-bit processors"),
      (changed(5, [2]), .wrongMachine, "EI_DATA", "little-endian data", "big-endian data"),
      (changed(6, [2]), .wrongFormat, "EI_VERSION", "1", "2"),
      (changed(7, [9]), .wrongMachine, "EI_OSABI", "a library for Linux", "system 9"),
      (changed(16, [2]), .wrongType, "e_type", "a shared library", "an executable"),
      (changed(16, [1]), .wrongType, "e_type", "a shared library", "an object file"),
      (
        changed(18, [243, 0]), .wrongMachine, "e_machine", "a library for \(ELFImage.hostMachine.name)",
        "one for RISC-V"
      ),
      (changed(56, [0]), .malformed, "e_phnum", "1 to 512", "0"),
      (changed(54, [32]), .malformed, "e_phentsize", "56", "32"),
      (changed(39, [1]), .truncated, "e_phoff", "bytes at", "the end of the file"),
      // Program headers: code at 64, dynamic section at 120; type, flags, offset, address, -, file size, memory size.
      (changed(64 + 39, [1]), .truncated, "p_filesz[0]", "bytes at", "the end of the file"),
      (changed(64 + 40, [1, 0, 0]), .malformed, "p_memsz[0]", "at least", "1 at 0x0"),
      (changed(64 + 47, [255]), .malformed, "p_memsz[0]", "", ""),
      (changed(64, [0]), .malformed, "PT_DYNAMIC", "a dynamic section and segments", "none"),
      (changed(120, [0]), .malformed, "PT_DYNAMIC", "a dynamic section and segments", "none"),
      (changed(176, [2, 0, 0, 0]), .malformed, "PT_DYNAMIC", "one dynamic section", "two"),
      (changed(120 + 32, [0, 0]), .malformed, "DT_STRTAB", "an entry of the dynamic section", "none"),
    ] as [([UInt8], LibraryError.Kind, String, String, String)])
  func otherFilesAreRefused(
    bytes: [UInt8], kind: LibraryError.Kind, field: String, expected: String, found: String
  ) throws {
    if field == "p_memsz[0]", expected.isEmpty {
      // A segment that ends at the end of the address space is odd, and within it.
      #expect(Self.error(bytes) == nil)
      return
    }
    let error = try #require(Self.error(bytes))
    #expect(error.kind == kind)
    #expect(error.field == field)
    #expect(error.expected.contains(expected), "\(error.expected)")
    #expect(error.found.contains(found), "\(error.found)")
  }

  @Test func entryMustBeAFunction() throws {
    func error(_ symbols: [TestLibrary.Symbol]) throws -> LibraryError {
      var library = TestLibrary()
      library.symbols = symbols
      return try #require(Self.error(library.bytes))
    }
    let name = LibraryInspection.entrySymbol
    let none = try error([.init(name: "other")])
    #expect(none.kind == .noEntry)
    #expect(none.description == ".dynsym: expected the symbol \(name), found other symbols only, as other")
    #expect(try error([]).found == "no exported symbol")
    #expect(try error([.init(name: name, section: 0)]).kind == .noEntry)
    #expect(try error([.init(name: name, visibility: 2)]).kind == .noEntry)
    #expect(try error([.init(name: name, info: 0x02)]).kind == .noEntry)
    #expect(try error([.init(name: "x" + name)]).kind == .noEntry)
    #expect(try error([.init(name: name, info: 0x11)]).kind == .malformed)
    #expect(try error([.init(name: name, info: 0x1a)]).kind == .malformed)
    #expect(try error([.init(name: name, address: 1 << 40)]).kind == .malformed)
    let later = try error([.init(name: "outrigger_plugin_entry_v2")])
    #expect(later.kind == .wrongInterface)
    #expect(later.found == "outrigger_plugin_entry_v2")
  }

  @Test func libraryErrorsBecomeErrorsOfTheManifest() {
    for (kind, expected) in [
      (LibraryError.Kind.missing, ManifestError.Kind.missingFile), (.unreadable, .unreadable), (.tooLarge, .tooLarge),
      (.wrongMachine, .wrongArchitecture), (.wrongInterface, .wrongInterface), (.noEntry, .wrongInterface),
      (.wrongFormat, .badLibrary), (.wrongType, .badLibrary), (.truncated, .badLibrary), (.malformed, .badLibrary),
    ] {
      let error = LibraryError(kind, field: "f", expected: "a", found: "b")
        .manifestError(file: "outrigger.toml", line: 3, key: "deferral[0].plugin", library: "p.so")
      #expect(error.kind == expected)
      #expect(error.description == "outrigger.toml:3: deferral[0].plugin: expected a (f of p.so), found b")
    }
  }

  @Test func everyShorterFileIsAnError() {
    let bytes = TestLibrary(needed: ["libc.so.6"]).bytes
    for count in 0..<bytes.count { #expect(Self.error(Array(bytes[..<count])) != nil, "\(count) bytes") }
  }

  // Whatever the bytes are, there is an answer.
  @Test(arguments: [true, false])
  func anyBytesGiveAnAnswer(usesGnuHash: Bool) {
    var generator = SeededGenerator(0x454c_4600)
    var library = TestLibrary(needed: ["libc.so.6"], soname: "x.so")
    library.usesGnuHash = usesGnuHash
    library.symbols += [.init(name: "extra"), .init(name: "malloc", section: 0)]
    let bytes = library.bytes
    let edges: [UInt64] = [0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, .max >> 1, .max, UInt64(bytes.count)]
    var accepted = 0
    for _ in 0..<30_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<changed.count, using: &generator)
        let value = Bool.random(using: &generator) ? edges.randomElement(using: &generator) ?? 0 : generator.next()
        for offset in 0..<[1, 2, 4, 8][Int.random(in: 0..<4, using: &generator)] where place + offset < changed.count {
          changed[place + offset] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(offset)))
        }
      }
      if Self.error(changed) == nil { accepted += 1 }
    }
    #expect(accepted > 1000)
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<500, using: &generator)
      let noise = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
      _ = Self.error(Array(bytes[..<min(64, bytes.count)]) + noise)
      _ = Self.error(noise)
    }
  }

  // The C library is a real one, with thousands of symbols.
  @Test func systemLibraryIsNoPlugin() throws {
    let path = try #require(
      ["/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/lib64/libc.so.6", "/usr/lib/libc.so.6"]
        .first { FileManager.default.fileExists(atPath: $0) })
    let error = #expect(throws: LibraryError.self) { try LibraryInspection(path: path) }
    #expect(error?.kind == .noEntry)
  }
}
