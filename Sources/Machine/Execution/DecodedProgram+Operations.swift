import Algebra
import CMachine

/// Which operation of the loop an opcode is.
extension DecodedProgram {
  static func op<T: BinaryInteger>(_ number: T) -> UInt8 { UInt8(truncatingIfNeeded: number) }

  static func op(branch opcode: Opcode) -> UInt8 {
    switch opcode {
    case .branchEqual: op(CM_OP_beq)
    case .branchNotEqual: op(CM_OP_bne)
    case .branchZero: op(CM_OP_beqz)
    case .branchNotZero: op(CM_OP_bnez)
    case .branchLessUnsigned: op(CM_OP_bltu)
    case .branchNotLessUnsigned: op(CM_OP_bgeu)
    case .branchLessSigned: op(CM_OP_blt)
    default: op(CM_OP_bge)
    }
  }

  static func op(store opcode: Opcode) -> UInt8 {
    switch opcode {
    case .storeWord: op(CM_OP_sw)
    case .storeByte: op(CM_OP_sb)
    case .storeHalf: op(CM_OP_sh)
    default: op(CM_OP_reveal)
    }
  }

  static func op(binary opcode: Opcode) -> UInt8? {
    switch opcode {
    case .add: op(CM_OP_add)
    case .sub: op(CM_OP_sub)
    case .xor: op(CM_OP_xor)
    case .or: op(CM_OP_or)
    case .and: op(CM_OP_and)
    case .shiftLeft: op(CM_OP_sll)
    case .shiftRightLogical: op(CM_OP_srl)
    case .shiftRightArithmetic: op(CM_OP_sra)
    case .lessThanSigned: op(CM_OP_slt)
    case .lessThanUnsigned: op(CM_OP_sltu)
    case .multiply: op(CM_OP_mul)
    case .multiplyHighSigned: op(CM_OP_mulh)
    case .multiplyHighSignedUnsigned: op(CM_OP_mulhsu)
    case .multiplyHighUnsigned: op(CM_OP_mulhu)
    case .divideSigned: op(CM_OP_div)
    case .divideUnsigned: op(CM_OP_divu)
    case .remainderSigned: op(CM_OP_rem)
    case .remainderUnsigned: op(CM_OP_remu)
    default: nil
    }
  }

  /// Operation and immediate of an instruction with one register operand; nil where the operands are out of range.
  static func immediateForm(_ instruction: Instruction) -> (op: UInt8, immediate: UInt32)? {
    let number = UInt32(bitPattern: instruction.c.signedValue)
    switch instruction.opcode {
    case .addImmediate: return (op(CM_OP_add_immediate), number)
    case .loadWord: return (op(CM_OP_lw), number)
    case .loadByteUnsigned: return (op(CM_OP_lbu), number)
    case .loadHalfUnsigned: return (op(CM_OP_lhu), number)
    case .loadByte: return (op(CM_OP_lb), number)
    case .loadHalf: return (op(CM_OP_lh), number)
    case .xorImmediate: return logic(CM_OP_xor_immediate, instruction)
    case .orImmediate: return logic(CM_OP_or_immediate, instruction)
    case .andImmediate: return logic(CM_OP_and_immediate, instruction)
    case .lessThanImmediateSigned: return halves(CM_OP_slti, instruction, flippedTop: true)
    case .lessThanImmediateUnsigned: return halves(CM_OP_sltiu, instruction, flippedTop: false)
    case .shiftLeft0: return shift(CM_OP_slli, instruction, left: true, high: 0)
    case .shiftLeft1: return shift(CM_OP_slli, instruction, left: true, high: 16)
    case .shiftRightLogical0: return shift(CM_OP_srli, instruction, left: false, high: 0)
    case .shiftRightLogical1: return shift(CM_OP_srli, instruction, left: false, high: 16)
    case .shiftRightArithmetic0: return shift(CM_OP_srai, instruction, left: false, high: 0)
    case .shiftRightArithmetic1: return shift(CM_OP_srai, instruction, left: false, high: 16)
    default: return nil
    }
  }

  private static func logic<T: BinaryInteger>(_ number: T, _ instruction: Instruction) -> (UInt8, UInt32)? {
    let (c, d, e) = (instruction.c.canonical, instruction.d.canonical, instruction.e.canonical)
    guard c < 256, d < 256, e < 256 else { return nil }
    return (op(number), c | d << 8 | e << 16 | e << 24)
  }

  private static func halves<T: BinaryInteger>(
    _ number: T, _ instruction: Instruction, flippedTop: Bool
  ) -> (UInt8, UInt32)? {
    let (low, high) = (instruction.c.canonical, instruction.d.canonical)
    guard low < 1 << 16, high < 1 << 16 else { return nil }
    return (op(number), low | (flippedTop ? high ^ 0x8000 : high) << 16)
  }

  private static func shift<T: BinaryInteger>(
    _ number: T, _ instruction: Instruction, left: Bool, high: UInt32
  ) -> (UInt8, UInt32)? {
    let s = instruction.c.canonical
    let one: UInt32 = 1
    guard s <= 16, instruction.d.canonical == one << s, instruction.e.canonical == one << (16 - s) else { return nil }
    let amount = (left ? 16 - s : s) + high
    return amount > 0 && amount < 32 && (left ? s > 0 : s < 16) ? (op(number), amount) : nil
  }
}
