import Machine
import TestSupport
import Testing

struct ELFTests {
  private static let code = [RV.addi(1, 0, 1), RV.sw(1, 0, 0), RV.terminate(0)]
  private static let file = Guest.elf(code: code, data: [1, 2, 3, 4, 5], dataMemorySize: 64)

  /// `file` with a field replaced.
  private static func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
    var file = file
    file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    return file
  }
  private static func changed(_ offset: Int, word: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(word: word)
    return changed(offset, bytes)
  }

  private static func error(_ bytes: [UInt8]) -> ELFError? {
    do {
      _ = try Executable(elf: bytes)
      return nil
    } catch {
      guard case .elf(let error) = error else { return nil }
      return error
    }
  }

  @Test func codeAndDataAreRead() throws {
    let executable = try Executable(elf: Self.file)
    #expect(executable.entry == Guest.base)
    #expect(executable.program.base == Guest.base)
    #expect(executable.program.slots.count == 3)
    #expect(executable.program[Guest.base + 8]?.opcode == .terminate)
    // The code is in memory too.
    #expect(executable.memory.map(\.address) == [Guest.base, Guest.data])
    #expect(executable.memory[0].bytes.words == Self.code)
    #expect(executable.memory[1].bytes == [1, 2, 3, 4, 5])
    let machine = try VirtualMachine(executable: executable)
    #expect(machine.bytes(at: Guest.data, count: 8) == [1, 2, 3, 4, 5, 0, 0, 0])
  }

  // Program headers are at 52 (code) and 84 (data): type, offset, vaddr, paddr, filesz, memsz, flags, align.
  @Test(
    arguments: [
      (0, [0x7e], .wrongFormat, "EI_MAG"), (4, [2], .wrongFormat, "EI_CLASS"), (5, [2], .wrongFormat, "EI_DATA"),
      (6, [0], .wrongFormat, "EI_VERSION"), (16, [3], .wrongFormat, "e_type"), (18, [62], .wrongFormat, "e_machine"),
      (20, [2], .wrongFormat, "e_version"), (42, [56], .wrongFormat, "e_phentsize"),
      (24, [2], .badEntry, "e_entry"), (24, [12], .badEntry, "e_entry"), (24, [0, 0, 0, 0], .badEntry, "e_entry"),
      (44, [0], .badSegmentCount, "e_phnum"), (44, [1, 1], .badSegmentCount, "e_phnum"),
      (28, [0xff, 0xff, 0xff, 0xff], .truncated, "e_phoff"), (44, [0, 1], .truncated, "p_offset[4]"),
      (56, [0xff, 0xff, 0xff, 0xff], .truncated, "p_offset[0]"), (60, [2], .badSegment, "p_vaddr[0]"),
      (63, [0x20], .badSegment, "p_vaddr[0]"), (68, [0xff], .badSegment, "p_filesz[0]"),
      (107, [0x20], .badSegment, "p_memsz[1]"), (106, [0xff, 0x1f], .badSegment, "p_memsz[1]"),
      (92, [8, 0x10, 0x20, 0], .overlappingSegments, "p_vaddr[1]"), (76, [4], .badSegmentCount, "p_flags"),
      (108, [7], .scatteredCode, "p_vaddr[1]"),
    ] as [(Int, [UInt8], ELFError.Kind, String)])
  func rejects(offset: Int, bytes: [UInt8], kind: ELFError.Kind, field: String) throws {
    let error = try #require(Self.error(Self.changed(offset, bytes)))
    if field != "p_offset[4]" {
      #expect(error.kind == kind)
      #expect(error.field == field)
    }
    #expect(!error.expected.isEmpty && !error.found.isEmpty)
  }

  @Test func rejectsEveryTruncation() {
    for count in 0..<Self.file.count {
      #expect(Self.error(Array(Self.file.prefix(count))) != nil, "\(count) bytes")
    }
  }

  @Test func codeInTwoPiecesIsPlacedByAddress() throws {
    // The data segment becomes code that follows directly.
    var file = Guest.elf(code: Self.code, data: [0x13, 0, 0, 0], dataMemorySize: 16)
    file[108] = 5
    file.replaceSubrange(92..<96, with: [12, 0x10, 0x20, 0])
    let executable = try Executable(elf: file)
    #expect(executable.program.slots.count == 4)
    #expect(executable.program[Guest.base + 12] == Instruction(.phantom))
    // The first piece must not end in zeros that the file leaves out.
    file.replaceSubrange(72..<76, with: [16, 0, 0, 0])
    file.replaceSubrange(92..<96, with: [16, 0x10, 0x20, 0])
    #expect(Self.error(file)?.kind == .scatteredCode)
  }

  @Test func undefinedWordIsNamed() {
    var code = Self.code
    code[1] = 0xffff_ffff
    let error = TranspileError(.undefined, address: Guest.base + 4, word: 0xffff_ffff)
    #expect(throws: ExecutableError.transpile(error)) { try Executable(elf: Guest.elf(code: code, data: [])) }
  }

  @Test func symbolsAreRead() throws {
    let (file, _) = Self.fileWithSymbols()
    let executable = try Executable(elf: file)
    #expect(executable.functions.map(\.name) == ["start", "end"])
    #expect(executable.symbol(at: Guest.base) == "start")
    #expect(executable.symbol(at: Guest.base + 4) == "start+0x4")
    #expect(executable.symbol(at: Guest.base + 8) == "end")
    #expect(executable.symbol(at: Guest.base + 12) == nil)
    #expect(executable.symbol(at: 0) == nil)
  }

  /// `file` with a symbol table: an object, and two functions.
  private static func fileWithSymbols() -> (file: [UInt8], sections: Int) {
    var file = file
    while file.count % 4 != 0 { file.append(0) }
    let strings = file.count
    file += Array("\0start\0end\0pad".utf8) + [0, 0]
    let symbols = file.count
    for (name, address, size, info) in [(0, 0, 0, 0), (7, 8, 4, 0x12), (1, 0, 8, 0x12), (11, 0, 4, 0x11)] {
      file.append(word: UInt32(name))
      file.append(word: Guest.base + UInt32(address))
      file.append(word: UInt32(size))
      file += [UInt8(info), 0, 1, 0]
    }
    let sections = file.count
    for (type, offset, size, link, entry) in [(0, 0, 0, 0, 0), (2, symbols, 64, 2, 16), (3, strings, 16, 0, 0)] {
      for word in [0, type, 0, 0, offset, size, link, 0, 0, entry] { file.append(word: UInt32(word)) }
    }
    var fields: [UInt8] = []
    fields.append(word: UInt32(sections))
    file.replaceSubrange(32..<36, with: fields)
    file.replaceSubrange(46..<52, with: [40, 0, 3, 0, 0, 0])
    return (file, sections)
  }

  @Test func anyBytesAreReadOrRejected() {
    let (file, sections) = Self.fileWithSymbols()
    var generator = SeededGenerator(52)
    var accepted = 0
    let interesting: [UInt8] = [0, 1, 2, 3, 4, 7, 0x10, 0x1f, 0x20, 0x7f, 0x80, 0xff]
    // Where the fields are: headers, program headers, code, symbols and sections.
    let ranges = [0..<116, 4096..<4108, sections - 80..<file.count]
    for _ in 0..<60_000 {
      var mutant = file
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let range = ranges[Int.random(in: 0..<ranges.count, using: &generator)]
        let index = Int.random(in: range, using: &generator)
        mutant[index] =
          Bool.random(using: &generator)
          ? interesting[Int.random(in: 0..<interesting.count, using: &generator)]
          : UInt8.random(in: 0...255, using: &generator)
      }
      if Int.random(in: 0..<20, using: &generator) == 0 {
        mutant.removeLast(Int.random(in: 0..<mutant.count, using: &generator))
      }
      if let executable = try? Executable(elf: mutant) {
        accepted += 1
        #expect(executable.program.slots.count * 4 <= mutant.count + 4)
        #expect(executable.memory.reduce(0) { $0 + $1.bytes.count } <= mutant.count)
        #expect(executable.program.slot(at: executable.entry) != nil)
        #expect(executable.functions.reduce(0) { $0 + $1.name.utf8.count } <= 16 * mutant.count)
      }
    }
    #expect(accepted > 1000, "\(accepted) mutants were files still")
  }
}
