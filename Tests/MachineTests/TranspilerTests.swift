import Algebra
import Machine
import TestSupport
import Testing

/// The operands that circuits borrow from the program: each must be what `Opcode` says.
struct TranspilerTests {
  private static let address: UInt32 = 0x0020_1000

  private static func transpile(_ word: UInt32) throws -> Instruction {
    try Transpiler.instruction(word, at: address)
  }

  private static func element(_ value: Int) -> BabyBear { BabyBear(value) }

  private static func constant(_ rd: Int, _ value: UInt32, offset: Int = 4) -> Instruction {
    Instruction(
      .loadConstant, a: element(4 * rd), b: element(offset), c: BabyBear(value & 255), d: BabyBear(value >> 8 & 255),
      e: BabyBear(value >> 16 & 255), f: BabyBear(value >> 24))
  }

  private let nop = Instruction(.phantom)
  private let sink = 32

  @Test func constantsStandInTheProgram() throws {
    #expect(try Self.transpile(RV.lui(7, 0xdead_b000)) == Self.constant(7, 0xdead_b000))
    #expect(try Self.transpile(RV.auipc(7, 0xffff_f000)) == Self.constant(7, 0x0020_0000))
    #expect(try Self.transpile(RV.addi(9, 0, -5)) == Self.constant(9, 0xffff_fffb))
    #expect(try Self.transpile(RV.add(9, 0, 0)) == Self.constant(9, 0))
    #expect(try Self.transpile(RV.j(1, -2048)) == Self.constant(1, Self.address + 4, offset: -2048))
    #expect(try Self.transpile(RV.j(0, 0xffffe)) == Self.constant(sink, Self.address + 4, offset: 0xffffe))
    #expect(try Self.transpile(RV.j(0, -0x100000)) == Self.constant(sink, Self.address + 4, offset: -0x100000))
  }

  @Test func pureOperationsToZeroAreNops() throws {
    var words = [RV.lui(0, 0x1000), RV.auipc(0, 0x1000), RV.nop, RV.addi(0, 5, 7)]
    for f3 in 0..<8 {
      words.append(RV.r(0x33, 0, f3, 5, 6, 0))
      words.append(RV.r(0x33, 0, f3, 5, 6, 1))
      if f3 != 1, f3 != 5 { words.append(RV.i(0x13, 0, f3, 5, -7)) }
    }
    words += [RV.i(0x13, 0, 1, 5, 3), RV.i(0x13, 0, 5, 5, 3), RV.i(0x13, 0, 5, 5, 0x403), RV.i(0x13, 0, 1, 5, 0)]
    words += [RV.r(0x33, 0, 0, 5, 6, 0x20), RV.r(0x33, 0, 5, 5, 6, 0x20), 0x0ff0_000f, 0x8330_000f]
    for word in words { #expect(try Self.transpile(word) == nop, "\(word)") }
  }

  @Test func accessesAndJumpsToZeroGoToTheSink() throws {
    for f3 in [0, 1, 2, 4, 5] {
      #expect(try Self.transpile(RV.i(0x03, 0, f3, 5, 8)).a == Self.element(128))
    }
    #expect(try Self.transpile(RV.jalr(0, 1, 0)).a == Self.element(128))
  }

  @Test func immediatesAreSignedElements() throws {
    for immediate in [-2048, -1, 0, 1, 2047] {
      let addition = try Self.transpile(RV.addi(3, 4, immediate))
      #expect(addition == Instruction(.addImmediate, a: 12, b: 16, c: Self.element(immediate)))
      let load = try Self.transpile(RV.lw(3, 4, immediate))
      #expect(load == Instruction(.loadWord, a: 12, b: 16, c: Self.element(immediate)))
      let store = try Self.transpile(RV.sw(3, 4, immediate))
      #expect(store == Instruction(.storeWord, a: 12, b: 16, c: Self.element(immediate)))
      let reveal = try Self.transpile(RV.reveal(3, at: 4, immediate))
      #expect(reveal == Instruction(.reveal, a: 12, b: 16, c: Self.element(immediate)))
      let link = Self.address + 4
      let jump = try Self.transpile(RV.jalr(3, 4, immediate))
      #expect(
        jump
          == Instruction(
            .jumpRegister, a: 12, b: 16, c: Self.element(immediate), d: BabyBear(link & 255),
            e: BabyBear(link >> 8 & 255), f: BabyBear(link >> 16 & 255), g: BabyBear(link >> 24)))
      let value = UInt32(bitPattern: Int32(immediate))
      for (f3, opcode) in [(4, Opcode.xorImmediate), (6, .orImmediate), (7, .andImmediate)] {
        let logic = try Self.transpile(RV.i(0x13, 3, f3, 4, immediate))
        #expect(
          logic
            == Instruction(
              opcode, a: 12, b: 16, c: BabyBear(value & 255), d: BabyBear(value >> 8 & 255),
              e: BabyBear(value >> 16 & 255)))
        #expect(logic.e == BabyBear(value >> 24), "both high bytes are equal")
      }
      let less = try Self.transpile(RV.i(0x13, 3, 2, 4, immediate))
      #expect(
        less
          == Instruction(
            .lessThanImmediateSigned, a: 12, b: 16, c: BabyBear(value & 0xffff), d: BabyBear(value >> 16 ^ 0x8000)))
      let below = try Self.transpile(RV.i(0x13, 3, 3, 4, immediate))
      #expect(
        below
          == Instruction(
            .lessThanImmediateUnsigned, a: 12, b: 16, c: BabyBear(value & 0xffff), d: BabyBear(value >> 16)))
    }
  }

  @Test func shiftAmountsAreMultipliers() throws {
    for amount in 1..<32 {
      let (q, r) = amount.quotientAndRemainder(dividingBy: 16)
      let forms: [(UInt32, [Opcode], Int)] = [
        (RV.i(0x13, 3, 1, 4, amount), [.shiftLeft0, .shiftLeft1], 16 - r),
        (RV.i(0x13, 3, 5, 4, amount), [.shiftRightLogical0, .shiftRightLogical1], r),
        (RV.i(0x13, 3, 5, 4, amount | 0x400), [.shiftRightArithmetic0, .shiftRightArithmetic1], r),
      ]
      for (word, opcodes, s) in forms {
        #expect(
          try Self.transpile(word)
            == Instruction(
              opcodes[q], a: 12, b: 16, c: Self.element(s), d: Self.element(1 << s), e: Self.element(1 << (16 - s))))
      }
    }
    for (f3, high) in [(1, 0), (5, 0), (5, 0x400)] {
      #expect(try Self.transpile(RV.i(0x13, 3, f3, 4, high)) == Instruction(.addImmediate, a: 12, b: 16))
      #expect(try Self.transpile(RV.i(0x13, 3, f3, 0, high)) == Self.constant(3, 0))
    }
  }

  @Test func additionOfZeroIsAnImmediate() throws {
    #expect(try Self.transpile(RV.add(3, 4, 0)) == Instruction(.addImmediate, a: 12, b: 16))
    #expect(try Self.transpile(RV.add(3, 0, 4)) == Instruction(.addImmediate, a: 12, b: 16))
    #expect(try Self.transpile(RV.add(3, 4, 5)) == Instruction(.add, a: 12, b: 16, c: 20))
    #expect(try Self.transpile(RV.r(0x33, 3, 0, 0, 4, 0x20)) == Instruction(.sub, a: 12, b: 0, c: 16))
  }

  @Test func branchesWithZeroReadOneRegister() throws {
    for offset in [-4096, -2, 2, 4, 4094] {
      let c = Self.element(offset)
      #expect(try Self.transpile(RV.beq(7, 0, offset)) == Instruction(.branchZero, a: 28, c: c))
      #expect(try Self.transpile(RV.bne(0, 7, offset)) == Instruction(.branchNotZero, a: 28, c: c))
      #expect(try Self.transpile(RV.beq(0, 0, offset)) == Instruction(.branchZero, a: 0, c: c))
      let others: [(Int, Opcode)] = [
        (0, .branchEqual), (1, .branchNotEqual), (4, .branchLessSigned), (5, .branchNotLessSigned),
        (6, .branchLessUnsigned), (7, .branchNotLessUnsigned),
      ]
      for (f3, opcode) in others {
        #expect(try Self.transpile(RV.b(f3, 7, 8, offset)) == Instruction(opcode, a: 28, b: 32, c: c))
      }
      #expect(try Self.transpile(RV.b(4, 7, 0, offset)) == Instruction(.branchLessSigned, a: 28, b: 0, c: c))
    }
  }

  @Test func systemWordsEndTheRunUnlessTheyDoNothing() throws {
    let unimplemented = Instruction(.terminate, c: 2)
    // unimp, ecall, ebreak, mret, csrrs a0, cycle, csrrw a0, and one that reads.
    for word: UInt32 in [0xc000_1073, 0x73, 0x0010_0073, 0x3020_0073, 0xc000_2573, 0x3000_1573, 0x3005_1073] {
      #expect(try Self.transpile(word) == unimplemented, "\(word)")
    }
    #expect(try Self.transpile(0x3000_1073) == nop)
  }

  @Test func customInstructions() throws {
    #expect(try Self.transpile(RV.terminate(255)) == Instruction(.terminate, c: 255))
    #expect(try Self.transpile(RV.hintWord(10)) == Instruction(.hintWord, b: 40))
    #expect(try Self.transpile(RV.hintBuffer(10, words: 11)) == Instruction(.hintBuffer, a: 44, b: 40))
    #expect(try Self.transpile(RV.hintInput) == Instruction(.phantom, c: 0x20))
    #expect(try Self.transpile(RV.print(10, count: 11)) == Instruction(.phantom, a: 40, b: 44, c: 0x21))
    #expect(try Self.transpile(RV.hintRandom(words: 10)) == Instruction(.phantom, a: 40, c: 0x22))
  }

  @Test(arguments: [0, 1, 511, 512, 1023])
  func deferralIndicesHaveTenBits(index: Int) throws {
    let c = BabyBear(index)
    #expect(try Self.transpile(RV.call(index, 10, 11)) == Instruction(.deferralCall, a: 40, b: 44, c: c))
    #expect(try Self.transpile(RV.output(index, 0, 31)) == Instruction(.deferralOutput, a: 0, b: 124, c: c))
    #expect(try Self.transpile(RV.commit(index, 31, 0)) == Instruction(.deferralCommit, a: 124, b: 0, c: c))
  }

  @Test(
    arguments: [
      (0, .compressed), (0xffff_fffc, .compressed), (0x0000_0001, .compressed),
      (0x0000_100f, .selfModification), (0x0000_200f, .undefined), (0x1005_252f, .atomic),
      (RV.terminate(256), .exitCode(256)), (RV.terminate(-1), .exitCode(-1)),
      (RV.i(0x0b, 1, 1, 0, 2), .unknownSelector(2)), (RV.i(0x0b, 1, 3, 0, 3), .unknownSelector(3)),
      (RV.i(0x0b, 1, 3, 0, -1), .unknownSelector(-1)), (RV.i(0x0b, 1, 7, 0, 0), .undefined),
      (RV.i(0x0b, 1, 4, 0, 0), .disabledExtension("hashes")),
      (RV.i(0x0b, 1, 5, 0, 0), .disabledExtension("256-bit integers")),
      (RV.i(0x0b, 1, 6, 0, 0), .disabledExtension("256-bit integers")),
      (RV.i(0x2b, 1, 7, 0, 3), .unknownSelector(3)),
      (RV.i(0x2b, 1, 7, 0, -1), .unknownSelector(3)), (RV.i(0x2b, 1, 4, 0, 0), .undefined),
      (RV.i(0x67, 1, 1, 2, 0), .undefined), (RV.b(2, 1, 2, 8), .undefined), (RV.b(3, 1, 2, 8), .undefined),
      (RV.i(0x03, 1, 3, 2, 0), .undefined), (RV.i(0x03, 1, 6, 2, 0), .undefined), (RV.i(0x03, 1, 7, 2, 0), .undefined),
      (RV.s(3, 1, 2, 0), .undefined), (RV.s(7, 1, 2, 0), .undefined),
      (RV.i(0x13, 1, 1, 2, 0x20), .undefined), (RV.i(0x13, 1, 5, 2, 0x20), .undefined),
      (RV.i(0x13, 1, 1, 2, 0x400), .undefined), (RV.i(0x13, 1, 5, 2, 0x600), .undefined),
      (RV.r(0x33, 1, 1, 2, 3, 0x20), .undefined), (RV.r(0x33, 1, 0, 2, 3, 2), .undefined),
      (RV.r(0x33, 1, 0, 2, 3, 0x21), .undefined), (RV.r(0x3b, 1, 0, 2, 3, 0), .undefined), (0xffff_ffff, .undefined),
      (0x0000_0007, .undefined), (0x0000_0053, .undefined),
    ] as [(UInt32, TranspileError.Reason)])
  func rejects(word: UInt32, reason: TranspileError.Reason) {
    let expected = TranspileError(reason, address: Self.address, word: word)
    #expect(throws: expected) { try Self.transpile(word) }
    #expect(expected.description.contains("0x201000"))
    #expect(throws: expected) { try Transpiler.program(words: [RV.nop, word], base: Self.address - 4) }
  }

  @Test(arguments: [
    (RV.addi(10, 2, -16), "addImmediate a0, sp, -16"), (RV.lui(10, 0xdead_b000), "loadConstant a0, 0xdeadb000"),
    (RV.j(0, -8), "loadConstant sink, 0x201004, pc - 8"), (RV.i(0x13, 5, 7, 6, -2), "andImmediate t0, t1, 0xfffffffe"),
    (RV.bne(10, 0, 12), "branchNotZero a0, pc + 12"), (RV.sw(1, 2, 4), "storeWord ra, sp, 4"),
    (RV.print(10, count: 11), "phantom print, a0, a1"), (RV.terminate(3), "terminate 3"),
    (RV.hintBuffer(10, words: 11), "hintBuffer a0, a1"), (RV.call(7, 10, 11), "deferralCall a0, a1, 7"),
    (RV.add(3, 4, 8), "add gp, tp, s0"), (RV.nop, "phantom nop"),
  ])
  func instructionsAreShown(word: UInt32, text: String) throws {
    #expect(try Self.transpile(word).description == text)
  }

  /// Whatever the word is: an error, or operands in the ranges that circuits rely on.
  @Test func everyOperandIsInRange() throws {
    var generator = SeededGenerator(31)
    let opcodes: [UInt32] = [0x37, 0x17, 0x6f, 0x67, 0x63, 0x03, 0x23, 0x13, 0x33, 0x73, 0x0f, 0x0b, 0x2b]
    for _ in 0..<200_000 {
      let random = UInt32(truncatingIfNeeded: generator.next())
      let word = random & ~0x7f | opcodes[Int(generator.next() % UInt64(opcodes.count))]
      guard let instruction = try? Self.transpile(word) else { continue }
      let (a, b, c) = (instruction.a.canonical, instruction.b.canonical, instruction.c.canonical)
      let signed = min(c, BabyBear.modulus - c)
      switch instruction.opcode {
      case .terminate: #expect(c < 256)
      case .phantom: #expect(a < 128 && b < 128)
      case .loadConstant:
        #expect(a > 0 && a <= 128 && a % 4 == 0)
        for byte in [instruction.c, instruction.d, instruction.e, instruction.f] { #expect(byte.canonical < 256) }
        #expect(instruction.g == 0)
      case .branchEqual, .branchNotEqual, .branchZero, .branchNotZero, .branchLessSigned, .branchNotLessSigned,
        .branchLessUnsigned, .branchNotLessUnsigned:
        #expect(a < 128 && a % 4 == 0 && b < 128 && b % 4 == 0 && signed <= 4096)
      case .storeWord, .storeByte, .storeHalf, .reveal, .hintWord, .hintBuffer:
        #expect(a < 128 && a % 4 == 0 && b < 128 && b % 4 == 0 && signed <= 2048)
      case .deferralCall, .deferralOutput, .deferralCommit:
        #expect(a < 128 && a % 4 == 0 && b < 128 && b % 4 == 0 && c < 1024)
      default:
        #expect(a > 0 && a <= 128 && a % 4 == 0 && b < 128 && b % 4 == 0)
        if [.loadWord, .loadByte, .loadHalf, .loadByteUnsigned, .loadHalfUnsigned, .jumpRegister]
          .contains(instruction.opcode)
        {
          #expect(signed <= 2048)
        } else {
          #expect(a < 128, "only accesses and jumps may write to the sink")
        }
      }
    }
  }
}
