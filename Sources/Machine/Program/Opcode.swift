/// The operations of the machine's own instructions, which the transpiler makes from RISC-V words.
///
/// One RISC-V instruction becomes one instruction of the machine. Where facts are known when the program is
/// transpiled, the machine has an operation of its own for the form: an immediate operand, a shift by a constant, a
/// comparison with zero, a constant that depends on the address alone. Such facts stand in the program, which is
/// committed to once, and cost nothing in a trace (chapter 20, section 8.4).
///
/// Operands are named `a` to `g`, and operands that an operation does not list are 0. `rd`, `rs1`, `rs2` are register
/// pointers, 4 times the register's number. `imm` is a signed number as a field element. No instruction has the
/// destination 0: results for `x0` go to the sink, a 33rd register at pointer 128, or the instruction becomes a
/// `phantom`, where it has no effect but the result.
public enum Opcode: UInt16, CaseIterable, Sendable {
  /// Stop. `c` exit code, a byte. Not an executor row; the connector looks it up.
  case terminate = 0x000
  /// Advance. `c` names what the host does (`Phantom`), with arguments `a`, `b`. Timestamps: 1.
  case phantom = 0x001

  // Chip loadConstant. `a` rd, `b` next pc - pc, `c d e f` the value's bytes. Accesses: write rd.
  /// LUI, AUIPC, `li`: offset 4. JAL: the value is the link.
  case loadConstant = 0x200

  // Chip addImmediate. `a` rd, `b` rs1, `c` imm. Accesses: x rs1, write rd.
  case addImmediate = 0x201

  // Chip addSub. `a` rd, `b` rs1, `c` rs2. Accesses: x rs1, y rs2, write rd.
  case add = 0x202
  case sub = 0x203

  // Chip logic. `a` rd, `b` rs1, `c` rs2.
  case xor = 0x204
  case or = 0x205
  case and = 0x206

  // Chip logicImmediate. `a` rd, `b` rs1, `c d` the two low bytes of the immediate, `e` its two high bytes each.
  case xorImmediate = 0x207
  case orImmediate = 0x208
  case andImmediate = 0x209

  // Chip shift. `a` rd, `b` rs1, `c` rs2.
  case shiftLeft = 0x20a
  case shiftRightLogical = 0x20b
  case shiftRightArithmetic = 0x20c

  // Chip shiftImmediate, by k = 16 q + r with 0 < k < 32. `a` rd, `b` rs1, `c` s, `d` 2^s, `e` 2^(16-s), where s is
  // 16 - r for a left shift and r for a right shift. The number 0 or 1 in the name is q.
  case shiftLeft0 = 0x20d
  case shiftLeft1 = 0x20e
  case shiftRightLogical0 = 0x20f
  case shiftRightLogical1 = 0x210
  case shiftRightArithmetic0 = 0x211
  case shiftRightArithmetic1 = 0x212

  // Chip lessThan. `a` rd, `b` rs1, `c` rs2.
  case lessThanSigned = 0x213
  case lessThanUnsigned = 0x214

  // Chip lessThanImmediate. `a` rd, `b` rs1, `c` the immediate's low half, `d` its high half; for the signed form
  // with the top bit flipped, that is, (high half) xor 0x8000.
  case lessThanImmediateSigned = 0x215
  case lessThanImmediateUnsigned = 0x216

  // Chip branchEqual. `a` rs1, `b` rs2, `c` offset. Accesses: x rs1, y rs2.
  case branchEqual = 0x220
  case branchNotEqual = 0x221

  // Chip branchZero. `a` rs1, `c` offset. Accesses: x rs1.
  case branchZero = 0x222
  case branchNotZero = 0x223

  // Chip branchLess. `a` rs1, `b` rs2, `c` offset.
  case branchLessUnsigned = 0x224
  case branchNotLessUnsigned = 0x225

  // Chip branchLessSigned. `a` rs1, `b` rs2, `c` offset.
  case branchLessSigned = 0x226
  case branchNotLessSigned = 0x227

  // Chip jumpRegister. `a` rd, `b` rs1, `c` imm, `d e f g` the link's bytes. Accesses: x rs1, write rd.
  // The target is rs1 + imm, bit 0 cleared; it must be below 2^30 without wrapping around 2^32.
  case jumpRegister = 0x235

  // Memory. The address rs1 + imm must be below 2^29 without wrapping around 2^32, and aligned to the width.
  // Chip loadWord. `a` rd, `b` rs1, `c` imm. Accesses: x rs1, y the word in memory, write rd.
  case loadWord = 0x240
  // Chip storeWord. `a` rs2, `b` rs1, `c` imm. Accesses: x rs1, y rs2, write memory.
  case storeWord = 0x241
  // Chip loadPart. Operands and accesses as loadWord; y is the aligned word that holds the part.
  case loadByteUnsigned = 0x242
  case loadHalfUnsigned = 0x243
  case loadByte = 0x244
  case loadHalf = 0x245
  // Chip storePart. Operands and accesses as storeWord; the write is of the aligned word. `reveal` stores a word in
  // address space 3.
  case storeByte = 0x246
  case storeHalf = 0x247
  case reveal = 0x248

  // Chip multiply. `a` rd, `b` rs1, `c` rs2.
  case multiply = 0x250

  // Chip multiplyHigh. `a` rd, `b` rs1, `c` rs2.
  case multiplyHighSigned = 0x251
  case multiplyHighSignedUnsigned = 0x252
  case multiplyHighUnsigned = 0x253

  // Chip divide. `a` rd, `b` rs1, `c` rs2.
  case divideSigned = 0x254
  case divideUnsigned = 0x255
  case remainderSigned = 0x256
  case remainderUnsigned = 0x257

  // Chip hintStore. `a` register with the count of words (0 for hintWord), `b` register with the destination.
  // Accesses of row i at timestamp t + 3 i: the pointer register (row 0), the count register at + 1 (row 0 of
  // hintBuffer), the memory word at + 2. Timestamps: 3 a word.
  case hintWord = 0x260
  case hintBuffer = 0x261

  // Deferral calls (chapter 40, section 4; chapter 60, section 9). `a` register with the destination, `b` register with
  // the source, `c` index of the deferral circuit. Pointers are multiples of 4. Each has a chip of its own name.
  //
  // Accesses, in the order of timestamps, where B is the number of full blocks of eight bytes:
  //   deferralCall     a, b, 8 words of input commitment, 4 words of accumulators, 10 words of output key.
  //                    Timestamps: 24.
  //   deferralOutput   a, b, 10 words of output key, 2 words for each block. Timestamps: 12 + 2 B.
  //   deferralCommit   a, b, 2 words of descriptor, 2 words with the bytes after the last full block, 2 words for each
  //                    full block, 8 words of input commitment. Words that hold none of the bytes after the last full
  //                    block are not accessed, and their timestamps pass. Timestamps: 14 + 2 B.
  /// CALL. The commitment to an input is at the source; the key of the output goes to the destination.
  case deferralCall = 0x800
  /// OUTPUT. The key of an output is at the source; its bytes go to the destination.
  case deferralOutput = 0x801
  /// COMMIT. Pointer and length of an input are at the source; the commitment to it goes to the destination.
  case deferralCommit = 0x802
}
