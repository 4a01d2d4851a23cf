import Machine

/// RISC-V words, from the encoding tables of the manual.
enum RV {
  static func r(_ op: UInt32, _ rd: Int, _ f3: Int, _ rs1: Int, _ rs2: Int, _ f7: Int) -> UInt32 {
    UInt32(f7) << 25 | UInt32(rs2) << 20 | UInt32(rs1) << 15 | UInt32(f3) << 12 | UInt32(rd) << 7 | op
  }
  static func i(_ op: UInt32, _ rd: Int, _ f3: Int, _ rs1: Int, _ imm: Int) -> UInt32 {
    UInt32(imm & 0xfff) << 20 | UInt32(rs1) << 15 | UInt32(f3) << 12 | UInt32(rd) << 7 | op
  }
  static func s(_ f3: Int, _ rs1: Int, _ rs2: Int, _ imm: Int) -> UInt32 {
    UInt32((imm >> 5) & 0x7f) << 25 | UInt32(rs2) << 20 | UInt32(rs1) << 15 | UInt32(f3) << 12 | UInt32(imm & 31) << 7
      | 0x23
  }
  static func b(_ f3: Int, _ rs1: Int, _ rs2: Int, _ offset: Int) -> UInt32 {
    let high = UInt32((offset >> 12) & 1) << 31 | UInt32((offset >> 5) & 63) << 25
    let low = UInt32((offset >> 1) & 15) << 8 | UInt32((offset >> 11) & 1) << 7
    return high | UInt32(rs2) << 20 | UInt32(rs1) << 15 | UInt32(f3) << 12 | low | 0x63
  }
  static func j(_ rd: Int, _ offset: Int) -> UInt32 {
    let high = UInt32((offset >> 20) & 1) << 31 | UInt32((offset >> 1) & 0x3ff) << 21
    return high | UInt32((offset >> 11) & 1) << 20 | UInt32((offset >> 12) & 0xff) << 12 | UInt32(rd) << 7 | 0x6f
  }
  static func u(_ op: UInt32, _ rd: Int, _ value: UInt32) -> UInt32 { value & 0xffff_f000 | UInt32(rd) << 7 | op }

  static func lui(_ rd: Int, _ value: UInt32) -> UInt32 { u(0x37, rd, value) }
  static func auipc(_ rd: Int, _ value: UInt32) -> UInt32 { u(0x17, rd, value) }
  static func addi(_ rd: Int, _ rs1: Int, _ imm: Int) -> UInt32 { i(0x13, rd, 0, rs1, imm) }
  static func add(_ rd: Int, _ rs1: Int, _ rs2: Int) -> UInt32 { r(0x33, rd, 0, rs1, rs2, 0) }
  static func lw(_ rd: Int, _ rs1: Int, _ imm: Int) -> UInt32 { i(0x03, rd, 2, rs1, imm) }
  static func sw(_ rs2: Int, _ rs1: Int, _ imm: Int) -> UInt32 { s(2, rs1, rs2, imm) }
  static func jalr(_ rd: Int, _ rs1: Int, _ imm: Int) -> UInt32 { i(0x67, rd, 0, rs1, imm) }
  static func beq(_ rs1: Int, _ rs2: Int, _ offset: Int) -> UInt32 { b(0, rs1, rs2, offset) }
  static func bne(_ rs1: Int, _ rs2: Int, _ offset: Int) -> UInt32 { b(1, rs1, rs2, offset) }
  static let ecall: UInt32 = 0x73
  static let nop = addi(0, 0, 0)

  /// Always two words, so that the layout does not depend on the value.
  static func li(_ rd: Int, _ value: UInt32) -> [UInt32] {
    let low = Int(value & 0xfff) - (value & 0x800 != 0 ? 0x1000 : 0)
    return [lui(rd, value &- UInt32(truncatingIfNeeded: low)), addi(rd, rd, low)]
  }

  // Custom instructions.
  static func terminate(_ code: Int) -> UInt32 { i(0x0b, 0, 0, 0, code) }
  static func hintWord(_ pointer: Int) -> UInt32 { i(0x0b, pointer, 1, 0, 0) }
  static func hintBuffer(_ pointer: Int, words: Int) -> UInt32 { i(0x0b, pointer, 1, words, 1) }
  static func reveal(_ value: Int, at index: Int, _ imm: Int) -> UInt32 { i(0x0b, index, 2, value, imm) }
  static let hintInput = i(0x0b, 0, 3, 0, 0)
  static func print(_ pointer: Int, count: Int) -> UInt32 { i(0x0b, pointer, 3, count, 1) }
  // Deferral: destination, source.
  static func call(_ index: Int, _ rd: Int, _ rs1: Int) -> UInt32 { i(0x2b, rd, 7, rs1, 4 * index) }
  static func output(_ index: Int, _ rd: Int, _ rs1: Int) -> UInt32 { i(0x2b, rd, 7, rs1, 4 * index + 1) }
  static func commit(_ index: Int, _ rd: Int, _ rs1: Int) -> UInt32 { i(0x2b, rd, 7, rs1, 4 * index + 2) }
  static func hintRandom(words: Int) -> UInt32 { i(0x0b, words, 3, 0, 2) }
}

/// Words with the addresses that tests use for code and data.
enum Guest {
  static let base: UInt32 = 0x0020_1000
  static let data: UInt32 = 0x0040_0000

  /// The code at `base` as an executable.
  static func executable(_ words: [UInt32], data: [MemoryBlock] = []) throws -> Executable {
    Executable(program: try Transpiler.program(words: words, base: base), entry: base, memory: data)
  }

  static func machine(_ words: [UInt32], inputs: [[UInt8]] = []) throws -> VirtualMachine {
    try VirtualMachine(executable: executable(words), inputs: inputs)
  }

  /// A file with a segment of code and one of data, page-aligned in file and memory, as loaders of operating systems
  /// want it too.
  static func elf(code: [UInt32], data: [UInt8], dataMemorySize: Int? = nil) -> [UInt8] {
    let codeOffset = 0x1000
    let dataOffset = (codeOffset + 4 * code.count + 0xfff) & ~0xfff
    var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 1, 1, 1] + [UInt8](repeating: 0, count: 9)
    bytes.append(half: 2)
    bytes.append(half: 243)
    for word in [1, base, 52, 0, 0] { bytes.append(word: word) }
    for half: UInt16 in [52, 32, 2, 0, 0, 0] { bytes.append(half: half) }
    let codeSize = UInt32(4 * code.count)
    for word in [1, UInt32(codeOffset), base, base, codeSize, codeSize, 5, 4096] { bytes.append(word: word) }
    let memorySize = UInt32(dataMemorySize ?? data.count)
    for word in [1, UInt32(dataOffset), Guest.data, Guest.data, UInt32(data.count), memorySize, 6, 4096] {
      bytes.append(word: word)
    }
    bytes += [UInt8](repeating: 0, count: codeOffset - bytes.count)
    for word in code { bytes.append(word: word) }
    bytes += [UInt8](repeating: 0, count: dataOffset - bytes.count)
    return bytes + data
  }
}

extension [UInt8] {
  mutating func append(word: UInt32) { for index in 0..<4 { append(UInt8(truncatingIfNeeded: word >> (8 * index))) } }
  mutating func append(half: UInt16) { append(contentsOf: [UInt8(half & 255), UInt8(half >> 8)]) }

  /// Little-endian words.
  var words: [UInt32] {
    stride(from: 0, to: count - 3, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(self[start + $1]) << (8 * UInt32($1)) }
    }
  }
}
