import TestSupport

/// Cases that aim at one instruction each: operands of edge values, immediates, shift amounts, the same register in
/// several roles, `x0` in each role, offsets of loads and stores, branches both ways, targets with bit 0 set.
///
/// A case is a piece of code that leaves its result in x10; x31 is taken. Together they are one program that stores
/// the results one after the other and writes them out with a Linux system call, so that qemu can run the same file.
struct DirectedCases {
  let name: String
  let cases: [[UInt32]]

  private static let scratch: UInt32 = Guest.data + 0x1_0000
  private static let patterns: [UInt32] = [
    0x80ff_7f01, 0x00ff_00ff, 0xff00_ff00, 0x7fff_8000, 0xdead_beef, 0, 0xffff_ffff, 0x0102_0304,
  ]
  static let dataBytes = 0x1_0000 + 64

  /// The results are words from `Guest.data` on.
  var program: [UInt32] {
    var code = RV.li(31, Guest.data)
    for (index, pattern) in Self.patterns.enumerated() {
      code += RV.li(5, Self.scratch) + RV.li(6, pattern) + [RV.sw(6, 5, 4 * index)]
    }
    for one in cases { code += one + [RV.sw(10, 31, 0), RV.addi(31, 31, 4)] }
    return code + RandomProgram.writeAndExit(from: Guest.data, bytes: 4 * cases.count)
  }

  static let all: [DirectedCases] = registerForms + immediateForms + shifts + loads + stores + branches + rest

  private static let edges = RandomProgram.edges

  private static var registerForms: [DirectedCases] {
    let forms: [(String, Int, Int)] = [
      ("add", 0, 0), ("sub", 32, 0), ("sll", 0, 1), ("slt", 0, 2), ("sltu", 0, 3), ("xor", 0, 4), ("srl", 0, 5),
      ("sra", 32, 5), ("or", 0, 6), ("and", 0, 7), ("mul", 1, 0), ("mulh", 1, 1), ("mulhsu", 1, 2), ("mulhu", 1, 3),
      ("div", 1, 4), ("divu", 1, 5), ("rem", 1, 6), ("remu", 1, 7),
    ]
    return forms.enumerated().map { index, form in
      let (name, f7, f3) = form
      func op(_ rd: Int, _ rs1: Int, _ rs2: Int) -> UInt32 { RV.r(0x33, rd, f3, rs1, rs2, f7) }
      var cases: [[UInt32]] = []
      for a in edges { for b in edges { cases.append(RV.li(5, a) + RV.li(6, b) + [op(10, 5, 6)]) } }
      for (a, b) in zip(edges, edges.dropFirst(3)) { cases.append(RV.li(10, a) + RV.li(6, b) + [op(10, 10, 6)]) }
      for (a, b) in zip(edges, edges.dropFirst(5)) { cases.append(RV.li(5, a) + RV.li(10, b) + [op(10, 5, 10)]) }
      for a in edges {
        cases.append(RV.li(10, a) + [op(10, 10, 10)])
        cases.append(RV.li(5, a) + [op(10, 0, 5)])
        cases.append(RV.li(5, a) + [op(10, 5, 0)])
      }
      cases.append([op(10, 0, 0)])
      for a in edges.prefix(3) { cases.append(RV.li(5, a) + [op(0, 5, 5), RV.addi(10, 0, 0)]) }
      var generator = SeededGenerator(700 + UInt64(index))
      for _ in 0..<60 {
        let a = UInt32(truncatingIfNeeded: generator.next())
        let b = UInt32(truncatingIfNeeded: generator.next() >> UInt64.random(in: 32..<64, using: &generator))
        cases.append(RV.li(5, a) + RV.li(6, b) + [op(10, 5, 6)])
      }
      return DirectedCases(name: name, cases: cases)
    }
  }

  private static var immediateForms: [DirectedCases] {
    let forms = [("addi", 0), ("slti", 2), ("sltiu", 3), ("xori", 4), ("ori", 6), ("andi", 7)]
    let immediates = [0, 1, -1, 2047, -2048, 5, -3, 0x555]
    return forms.map { name, f3 in
      var cases: [[UInt32]] = []
      for a in edges {
        for immediate in immediates { cases.append(RV.li(5, a) + [RV.i(0x13, 10, f3, 5, immediate)]) }
        for immediate in immediates.prefix(3) { cases.append(RV.li(10, a) + [RV.i(0x13, 10, f3, 10, immediate)]) }
      }
      for immediate in immediates { cases.append([RV.i(0x13, 10, f3, 0, immediate)]) }
      cases.append([RV.i(0x13, 0, f3, 0, 1), RV.addi(10, 0, 0)])
      return DirectedCases(name: name, cases: cases)
    }
  }

  private static var shifts: [DirectedCases] {
    [("slli", 1, 0), ("srli", 5, 0), ("srai", 5, 0x400)].map { name, f3, high in
      var cases: [[UInt32]] = []
      for a in edges {
        for amount in 0..<32 { cases.append(RV.li(5, a) + [RV.i(0x13, 10, f3, 5, amount | high)]) }
      }
      cases.append(RV.li(5, 0xdead_beef) + [RV.i(0x13, 0, f3, 5, 3 | high), RV.addi(10, 0, 0)])
      return DirectedCases(name: name, cases: cases)
    }
  }

  private static var loads: [DirectedCases] {
    [("lb", 0, 1), ("lh", 1, 2), ("lw", 2, 4), ("lbu", 4, 1), ("lhu", 5, 2)].map { name, f3, width in
      var cases: [[UInt32]] = []
      for distance in [0, 1000, -900, 2000] {
        for offset in stride(from: 0, to: 32, by: width) {
          let base = scratch &- UInt32(truncatingIfNeeded: distance)
          cases.append(RV.li(5, base) + [RV.i(0x03, 10, f3, 5, offset + distance)])
        }
      }
      for offset in stride(from: 0, to: 32, by: width) {
        cases.append(RV.li(10, scratch) + [RV.i(0x03, 10, f3, 10, offset)])
      }
      cases.append(RV.li(5, scratch) + [RV.i(0x03, 0, f3, 5, 0), RV.addi(10, 0, 0)])
      return DirectedCases(name: name, cases: cases)
    }
  }

  private static var stores: [DirectedCases] {
    [("sb", 0, 1), ("sh", 1, 2), ("sw", 2, 4)].map { name, f3, width in
      var cases: [[UInt32]] = []
      for distance in [0, 1000, -900] {
        for offset in stride(from: 0, to: 4, by: width) {
          for value in edges.prefix(10) {
            for before: UInt32 in [0, 0xffff_ffff, 0x1234_5678] {
              let base = scratch &- UInt32(truncatingIfNeeded: distance)
              cases.append(
                RV.li(5, base) + RV.li(6, value) + RV.li(7, before)
                  + [RV.sw(7, 5, distance), RV.s(f3, 5, 6, offset + distance), RV.lw(10, 5, distance)])
            }
          }
        }
      }
      return DirectedCases(name: name, cases: cases)
    }
  }

  private static var branches: [DirectedCases] {
    [("beq", 0), ("bne", 1), ("blt", 4), ("bge", 5), ("bltu", 6), ("bgeu", 7)].map { name, f3 in
      var cases: [[UInt32]] = []
      for a in edges {
        for b in edges {
          cases.append(
            RV.li(5, a) + RV.li(6, b) + RV.li(10, 1)
              + [RV.b(f3, 5, 6, 12), RV.addi(10, 0, 2), RV.addi(10, 10, 16)])
        }
        cases.append(RV.li(10, a) + [RV.b(f3, 10, 10, 8), RV.addi(10, 10, 1)])
        cases.append(RV.li(10, a) + [RV.b(f3, 10, 0, 8), RV.addi(10, 10, 1)])
        cases.append(RV.li(10, a) + [RV.b(f3, 0, 10, 8), RV.addi(10, 10, 1)])
      }
      cases.append(RV.li(10, 1) + [RV.b(f3, 0, 0, 8), RV.addi(10, 10, 1)])
      let pairs: [(UInt32, UInt32)] = [(0, 0), (0, 1), (1, 0), (.max, 0), (0, .max)]
      for (a, b) in pairs {
        // Backward.
        cases.append(
          RV.li(5, a) + RV.li(6, b) + RV.li(10, 0)
            + [RV.j(0, 12), RV.addi(10, 10, 7), RV.j(0, 8), RV.b(f3, 5, 6, -8)])
      }
      return DirectedCases(name: name, cases: cases)
    }
  }

  private static var rest: [DirectedCases] {
    let uppers: [UInt32] = [0, 0x1000, 0xffff_f000, 0x7fff_f000, 0x8000_0000, 0x1234_5000]
    let zero = RV.addi(10, 0, 0)
    func more(_ rd: Int, _ amount: Int) -> UInt32 { RV.addi(10, rd, amount) }
    return [
      DirectedCases(name: "lui", cases: uppers.map { [RV.lui(10, $0)] } + [[RV.lui(0, 0x5000), zero]]),
      DirectedCases(name: "auipc", cases: uppers.map { [RV.auipc(10, $0)] } + [[RV.auipc(0, 0x5000), zero]]),
      DirectedCases(
        name: "jal",
        cases: [
          [RV.j(10, 8), zero], [RV.j(10, 4)], [zero, RV.j(0, 12), more(10, 1), RV.j(0, 8), RV.j(5, -8)],
          [RV.j(5, 12), more(5, 0), RV.j(0, 8), RV.j(0, -8)],
        ]),
      DirectedCases(
        name: "jalr",
        cases: [8, 9, 12, 13, 16].map { offset in
          [RV.auipc(5, 0), RV.jalr(10, 5, offset)] + [UInt32](repeating: more(10, 1), count: 4)
        } + [
          [RV.auipc(10, 0), RV.jalr(10, 10, 12), zero],
          [zero, RV.auipc(5, 0), RV.addi(5, 5, -1), RV.jalr(0, 5, 17), zero, more(10, 99)],
          [RV.auipc(5, 0), RV.jalr(5, 5, 12), zero, more(5, 0)],
        ]),
    ]
  }
}

/// A 64-bit hash (FNV-1a) of words, byte by byte.
func fingerprint(_ words: some Sequence<UInt32>) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for word in words {
    for index in 0..<4 { hash = (hash ^ UInt64(word >> (8 * UInt32(index)) & 255)) &* 0x100_0000_01b3 }
  }
  return hash
}
