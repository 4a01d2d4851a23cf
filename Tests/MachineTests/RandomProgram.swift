import TestSupport

/// Random RV32IM programs that end: any operation on registers of edge values, loads and stores in a window of 4 KiB,
/// forward branches and jumps, bounded loops. At the end they store their registers and make a Linux `write` call of
/// what they leave behind, so that the same file runs under qemu; for the machine the ECALL is the end.
struct RandomProgram {
  static let window = 4096
  /// Registers `x1` to `x30` are stored after the window.
  static let dataBytes = window + 128

  var code: [UInt32] = []
  var data: [UInt8] = []

  private enum Fix {
    case branch(Int, Int, Int)
    case jump(Int)
    case jumpRegister(Int, Int, Int)
  }

  static let edges: [UInt32] = [
    0, 1, 2, 3, 7, 0xffff_ffff, 0xffff_fffe, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xff, 0x100, 0xffff, 0x1_0000,
    0xffff_8000, 0x7fff, 31, 32, 33,
  ]
  private static let operations: [(Int, Int)] =
    [(0, 0), (0x20, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (0x20, 5), (0, 6), (0, 7)] + (0..<8).map { (1, $0) }

  init(seed: UInt64, instructions: Int) {
    var generator = SeededGenerator(seed)
    func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &generator)] }
    func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    func source() -> Int { number(0..<32) }
    // x31 points to the data and x30 counts loops: nothing else is written there.
    func destination() -> Int { number(0..<30) }

    data = (0..<Self.window).map { _ in UInt8(number(0..<256)) } + [UInt8](repeating: 0, count: 128)
    for register in 1..<30 {
      code += RV.li(register, number(0..<2) == 0 ? pick(Self.edges) : UInt32(truncatingIfNeeded: generator.next()))
    }
    code += RV.li(31, Guest.data + UInt32(Self.window / 2))
    code += RV.li(30, 0)
    let end = code.count + instructions
    var fixes: [(index: Int, fix: Fix, target: Int)] = []
    var isProtected: Set<Int> = []
    while code.count < end {
      let index = code.count
      switch number(0..<100) {
      case ..<42:
        let (f7, f3) = pick(Self.operations)
        code.append(RV.r(0x33, destination(), f3, source(), source(), f7))
      case ..<62:
        let f3 = number(0..<8)
        let immediate =
          f3 == 1
          ? number(0..<32)
          : f3 == 5
            ? number(0..<32) | pick([0, 0x400])
            : pick([0, 1, -1, 2047, -2048, number(-2048..<2048)])
        code.append(RV.i(0x13, destination(), f3, source(), immediate))
      case ..<67:
        code.append(RV.u(pick([0x37, 0x17]), destination(), UInt32(truncatingIfNeeded: generator.next())))
      case ..<77:
        let (f3, width) = pick([(0, 1), (1, 2), (2, 4), (4, 1), (5, 2)])
        code.append(RV.i(0x03, destination(), f3, 31, number(-2048..<2044) / width * width))
      case ..<86:
        let f3 = number(0..<3)
        code.append(RV.s(f3, 31, source(), number(-2048..<2044) / (1 << f3) * (1 << f3)))
      case ..<94:
        fixes.append((index, .branch(pick([0, 1, 4, 5, 6, 7]), source(), source()), index + number(1..<9)))
        code.append(0)
      case ..<96:
        fixes.append((index, .jump(destination()), index + number(1..<9)))
        code.append(0)
      case ..<98:
        // Bit 0 of the target is set half the time: the jump clears it.
        let register = number(1..<30)
        fixes.append((index + 1, .jumpRegister(destination(), register, number(0..<2)), index + number(2..<9)))
        isProtected.insert(index + 1)
        code += [RV.auipc(register, 0), 0]
      default:
        code.append(RV.addi(30, 0, number(1..<6)))
        let top = code.count
        for _ in 0..<number(2..<12) {
          let (f7, f3) = pick(Self.operations)
          code.append(RV.r(0x33, destination(), f3, source(), source(), f7))
        }
        code.append(RV.addi(30, 30, -1))
        code.append(RV.b(4, 0, 30, 4 * (top - code.count)))
        isProtected.formUnion(index + 1..<code.count)
      }
    }
    code += [UInt32](repeating: RV.nop, count: 24)
    for (index, fix, target) in fixes {
      var target = target
      while isProtected.contains(target) { target += 1 }
      let offset = 4 * (target - index)
      switch fix {
      case .branch(let f3, let a, let b): code[index] = RV.b(f3, a, b, offset)
      case .jump(let rd): code[index] = RV.j(rd, offset)
      case .jumpRegister(let rd, let register, let bit):
        code[index] = RV.jalr(rd, register, offset + 4 + bit)
      }
    }
    code += RV.li(31, Guest.data + UInt32(Self.window))
    for register in 1..<31 { code.append(RV.sw(register, 31, 4 * register)) }
    code += Self.writeAndExit(from: Guest.data, bytes: Self.dataBytes)
  }

  /// Linux system calls: write(1, from, bytes), exit(0).
  static func writeAndExit(from: UInt32, bytes: Int) -> [UInt32] {
    RV.li(17, 64) + RV.li(10, 1) + RV.li(11, from) + RV.li(12, UInt32(bytes)) + [RV.ecall] + RV.li(17, 93)
      + RV.li(10, 0) + [RV.ecall]
  }
}
