import Algebra

/// Makes the machine's instructions from RISC-V words (chapter 20, section 1.4). See `Opcode` for the forms.
///
/// Total and unambiguous: each word is one instruction or an error. What the circuits read from the program is what
/// this makes, so every operand is in the range that `Opcode` states.
public enum Transpiler {
  /// The program whose first word stands at `base`, a multiple of 4.
  public static func program(words: [UInt32], base: UInt32) throws(TranspileError) -> Program {
    var slots: [Instruction?] = []
    slots.reserveCapacity(words.count)
    for (index, word) in words.enumerated() {
      slots.append(try instruction(word, at: base &+ 4 &* UInt32(truncatingIfNeeded: index)))
    }
    return Program(base: base, slots: slots)
  }

  /// The instruction that `word` means at `address`.
  public static func instruction(_ word: UInt32, at address: UInt32) throws(TranspileError) -> Instruction {
    let fields = RISCVWord(word)
    func fail(_ reason: TranspileError.Reason) -> TranspileError {
      TranspileError(reason, address: address, word: word)
    }
    guard word & 3 == 3 else { throw fail(.compressed) }
    let result: Instruction? =
      switch fields.opcode {
      case 0x37: constant(fields.rd, fields.upperImmediate)
      case 0x17: constant(fields.rd, address &+ fields.upperImmediate)
      case 0x6f: jump(fields, at: address)
      case 0x67: fields.funct3 == 0 ? jumpRegister(fields, at: address) : nil
      case 0x63: branch(fields)
      case 0x03: load(fields)
      case 0x23: store(fields)
      case 0x13: immediateForm(fields)
      case 0x33: registerForm(fields)
      case 0x73: system(fields)
      case 0x0f:
        switch fields.funct3 {
        case 0: Instruction(.phantom)
        case 1: throw fail(.selfModification)
        default: nil
        }
      case 0x2f: throw fail(.atomic)
      case 0x0b: try custom0(fields, fail)
      case 0x2b:
        switch fields.funct3 {
        case 0: throw fail(.disabledExtension("modular arithmetic"))
        case 1: throw fail(.disabledExtension("elliptic curves"))
        case 2: throw fail(.disabledExtension("quadratic extension fields"))
        case 3: throw fail(.disabledExtension("pairings"))
        case 7: try deferral(fields, fail)
        default: nil
        }
      default: nil
      }
    guard let result else { throw fail(.undefined) }
    return result
  }

  // MARK: Constants and jumps

  /// Puts `value` into a register; nothing to do where it is `x0`.
  private static func constant(_ rd: UInt32, _ value: UInt32) -> Instruction {
    rd == 0 ? Instruction(.phantom) : loadConstant(pointer(rd), value, offset: 4)
  }

  private static func loadConstant(_ destination: BabyBear, _ value: UInt32, offset: Int32) -> Instruction {
    let bytes = value.bytes
    return Instruction(
      .loadConstant, a: destination, b: signed(offset), c: bytes[0], d: bytes[1], e: bytes[2], f: bytes[3])
  }

  private static func jump(_ fields: RISCVWord, at address: UInt32) -> Instruction {
    loadConstant(destination(fields.rd), address &+ 4, offset: fields.jumpOffset)
  }

  private static func jumpRegister(_ fields: RISCVWord, at address: UInt32) -> Instruction {
    let link = (address &+ 4).bytes
    return Instruction(
      .jumpRegister, a: destination(fields.rd), b: pointer(fields.rs1), c: signed(fields.immediate), d: link[0],
      e: link[1], f: link[2], g: link[3])
  }

  private static func branch(_ fields: RISCVWord) -> Instruction? {
    let opcode: Opcode
    switch fields.funct3 {
    case 0, 1:
      // One side is zero for sure: an operation that reads only the other.
      if fields.rs1 == 0 || fields.rs2 == 0 {
        return Instruction(
          fields.funct3 == 0 ? .branchZero : .branchNotZero, a: pointer(fields.rs1 == 0 ? fields.rs2 : fields.rs1),
          c: signed(fields.branchOffset))
      }
      opcode = fields.funct3 == 0 ? .branchEqual : .branchNotEqual
    case 4: opcode = .branchLessSigned
    case 5: opcode = .branchNotLessSigned
    case 6: opcode = .branchLessUnsigned
    case 7: opcode = .branchNotLessUnsigned
    default: return nil
    }
    return Instruction(opcode, a: pointer(fields.rs1), b: pointer(fields.rs2), c: signed(fields.branchOffset))
  }

  // MARK: Memory

  private static func load(_ fields: RISCVWord) -> Instruction? {
    let opcode: Opcode
    switch fields.funct3 {
    case 0: opcode = .loadByte
    case 1: opcode = .loadHalf
    case 2: opcode = .loadWord
    case 4: opcode = .loadByteUnsigned
    case 5: opcode = .loadHalfUnsigned
    default: return nil
    }
    // To x0 as well: the address must be one that can be read.
    return Instruction(
      opcode, a: destination(fields.rd), b: pointer(fields.rs1), c: signed(fields.immediate))
  }

  private static func store(_ fields: RISCVWord) -> Instruction? {
    let opcode: Opcode
    switch fields.funct3 {
    case 0: opcode = .storeByte
    case 1: opcode = .storeHalf
    case 2: opcode = .storeWord
    default: return nil
    }
    return Instruction(opcode, a: pointer(fields.rs2), b: pointer(fields.rs1), c: signed(fields.storeOffset))
  }

  // MARK: Arithmetic

  /// rs1 + imm; a constant where rs1 is x0.
  private static func addImmediate(_ rd: UInt32, _ rs1: UInt32, _ immediate: Int32) -> Instruction {
    if rd == 0 { return Instruction(.phantom) }
    if rs1 == 0 { return constant(rd, UInt32(bitPattern: immediate)) }
    return Instruction(.addImmediate, a: pointer(rd), b: pointer(rs1), c: signed(immediate))
  }

  private static func immediateForm(_ fields: RISCVWord) -> Instruction? {
    let value = UInt32(bitPattern: fields.immediate)
    let bytes = value.bytes
    var result: Instruction
    switch fields.funct3 {
    case 0: return addImmediate(fields.rd, fields.rs1, fields.immediate)
    case 1:
      guard fields.funct7 == 0 else { return nil }
      return shiftImmediate(fields, left: true, [.shiftLeft0, .shiftLeft1])
    case 5 where fields.funct7 == 0:
      return shiftImmediate(fields, left: false, [.shiftRightLogical0, .shiftRightLogical1])
    case 5 where fields.funct7 == 0x20:
      return shiftImmediate(fields, left: false, [.shiftRightArithmetic0, .shiftRightArithmetic1])
    case 2:
      result = Instruction(.lessThanImmediateSigned, c: BabyBear(value & 0xffff), d: BabyBear(value >> 16 ^ 0x8000))
    case 3: result = Instruction(.lessThanImmediateUnsigned, c: BabyBear(value & 0xffff), d: BabyBear(value >> 16))
    case 4: result = Instruction(.xorImmediate, c: bytes[0], d: bytes[1], e: bytes[2])
    case 6: result = Instruction(.orImmediate, c: bytes[0], d: bytes[1], e: bytes[2])
    case 7: result = Instruction(.andImmediate, c: bytes[0], d: bytes[1], e: bytes[2])
    default: return nil
    }
    guard fields.rd != 0 else { return Instruction(.phantom) }
    result.a = pointer(fields.rd)
    result.b = pointer(fields.rs1)
    return result
  }

  /// `opcodes` by the multiple of 16 in the amount.
  private static func shiftImmediate(_ fields: RISCVWord, left: Bool, _ opcodes: [2 of Opcode]) -> Instruction {
    let amount = fields.rs2
    if amount == 0 { return addImmediate(fields.rd, fields.rs1, 0) }
    guard fields.rd != 0 else { return Instruction(.phantom) }
    let s = left ? 16 - amount % 16 : amount % 16
    let one: UInt32 = 1
    return Instruction(
      opcodes[Int(amount / 16)], a: pointer(fields.rd), b: pointer(fields.rs1), c: BabyBear(s), d: BabyBear(one << s),
      e: BabyBear(one << (16 - s)))
  }

  private static func registerForm(_ fields: RISCVWord) -> Instruction? {
    let opcode: Opcode
    switch (fields.funct7, fields.funct3) {
    case (0, 0):
      if fields.rs2 == 0 { return addImmediate(fields.rd, fields.rs1, 0) }
      if fields.rs1 == 0 { return addImmediate(fields.rd, fields.rs2, 0) }
      opcode = .add
    case (0x20, 0): opcode = .sub
    case (0, 1): opcode = .shiftLeft
    case (0, 2): opcode = .lessThanSigned
    case (0, 3): opcode = .lessThanUnsigned
    case (0, 4): opcode = .xor
    case (0, 5): opcode = .shiftRightLogical
    case (0x20, 5): opcode = .shiftRightArithmetic
    case (0, 6): opcode = .or
    case (0, 7): opcode = .and
    case (1, 0): opcode = .multiply
    case (1, 1): opcode = .multiplyHighSigned
    case (1, 2): opcode = .multiplyHighSignedUnsigned
    case (1, 3): opcode = .multiplyHighUnsigned
    case (1, 4): opcode = .divideSigned
    case (1, 5): opcode = .divideUnsigned
    case (1, 6): opcode = .remainderSigned
    case (1, 7): opcode = .remainderUnsigned
    default: return nil
    }
    guard fields.rd != 0 else { return Instruction(.phantom) }
    return Instruction(opcode, a: pointer(fields.rd), b: pointer(fields.rs1), c: pointer(fields.rs2))
  }

  // MARK: System and custom instructions

  /// Exit code of what the machine does not have.
  private static let unimplemented: BabyBear = 2

  // CSRRW to nothing has no effect, but for one word: assemblers and compilers write it for "trap" (`unimp`). As a
  // no-op it would let a failed check of the guest fall through into whatever code follows.
  private static func system(_ fields: RISCVWord) -> Instruction {
    let isNop = fields.funct3 == 1 && fields.rd == 0 && fields.rs1 == 0 && fields.word != 0xc000_1073
    return isNop ? Instruction(.phantom) : Instruction(.terminate, c: unimplemented)
  }

  private static func custom0(
    _ fields: RISCVWord, _ fail: (TranspileError.Reason) -> TranspileError
  ) throws(TranspileError) -> Instruction? {
    let immediate = fields.immediate
    switch (fields.funct3, immediate) {
    case (0, 0...255): return Instruction(.terminate, c: BabyBear(Int(immediate)))
    case (0, _): throw fail(.exitCode(Int(immediate)))
    case (1, 0): return Instruction(.hintWord, b: pointer(fields.rd))
    case (1, 1): return Instruction(.hintBuffer, a: pointer(fields.rs1), b: pointer(fields.rd))
    case (2, _): return Instruction(.reveal, a: pointer(fields.rs1), b: pointer(fields.rd), c: signed(immediate))
    case (3, 0): return Instruction(.phantom, c: BabyBear(Phantom.hintInput.rawValue))
    case (3, 1):
      return Instruction(
        .phantom, a: pointer(fields.rd), b: pointer(fields.rs1), c: BabyBear(Phantom.print.rawValue))
    case (3, 2): return Instruction(.phantom, a: pointer(fields.rd), c: BabyBear(Phantom.hintRandom.rawValue))
    case (1, _), (3, _): throw fail(.unknownSelector(Int(immediate)))
    case (4, _): throw fail(.disabledExtension("hashes"))
    case (5, _), (6, _): throw fail(.disabledExtension("256-bit integers"))
    default: return nil
    }
  }

  /// The immediate is without a sign: the circuit's index in the upper ten bits, the operation in the lower two. Both
  /// registers are read.
  private static func deferral(
    _ fields: RISCVWord, _ fail: (TranspileError.Reason) -> TranspileError
  ) throws(TranspileError) -> Instruction {
    let immediate = fields.word >> 20
    let operations: [Opcode] = [.deferralCall, .deferralOutput, .deferralCommit]
    let selector = Int(immediate & 3)
    guard selector < operations.count else { throw fail(.unknownSelector(selector)) }
    return Instruction(
      operations[selector], a: pointer(fields.rd), b: pointer(fields.rs1), c: BabyBear(immediate >> 2))
  }

  // MARK: Operands

  private static func pointer(_ register: UInt32) -> BabyBear { BabyBear(4 * register) }

  private static func destination(_ register: UInt32) -> BabyBear {
    register == 0 ? BabyBear(MachineLimits.sinkPointer) : pointer(register)
  }

  private static func signed(_ value: Int32) -> BabyBear { BabyBear(Int(value)) }
}

extension UInt32 {
  /// Little-endian bytes as field elements.
  fileprivate var bytes: [4 of BabyBear] {
    [BabyBear(self & 255), BabyBear(self >> 8 & 255), BabyBear(self >> 16 & 255), BabyBear(self >> 24)]
  }
}
