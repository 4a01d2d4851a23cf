import Algebra

extension Instruction: CustomStringConvertible {
  /// The instruction as an assembler might write it: `addImmediate a0, sp, -16`.
  public var description: String {
    let operands: [String] =
      switch opcode {
      case .terminate: [c.text]
      case .phantom: phantomOperands
      case .loadConstant: [a.registerName, hex(word(c, d, e, f))] + (b == 4 ? [] : [b.offsetText])
      case .addImmediate, .jumpRegister, .loadWord, .loadByteUnsigned, .loadHalfUnsigned, .loadByte, .loadHalf,
        .storeWord, .storeByte, .storeHalf, .reveal:
        [a.registerName, b.registerName, c.text]
      case .xorImmediate, .orImmediate, .andImmediate: [a.registerName, b.registerName, hex(word(c, d, e, e))]
      case .shiftLeft0, .shiftLeft1, .shiftRightLogical0, .shiftRightLogical1, .shiftRightArithmetic0,
        .shiftRightArithmetic1:
        [a.registerName, b.registerName, c.text]
      case .lessThanImmediateSigned, .lessThanImmediateUnsigned:
        [a.registerName, b.registerName, hex(c.canonical), hex(d.canonical)]
      case .branchZero, .branchNotZero: [a.registerName, c.offsetText]
      case .branchEqual, .branchNotEqual, .branchLessUnsigned, .branchNotLessUnsigned, .branchLessSigned,
        .branchNotLessSigned:
        [a.registerName, b.registerName, c.offsetText]
      case .hintWord: [b.registerName]
      case .hintBuffer: [b.registerName, a.registerName]
      case .deferralCall, .deferralOutput, .deferralCommit: [a.registerName, b.registerName, c.text]
      default: [a.registerName, b.registerName, c.registerName]
      }
    return operands.isEmpty ? "\(opcode)" : "\(opcode) " + operands.joined(separator: ", ")
  }

  private var phantomOperands: [String] {
    guard let phantom = Phantom(rawValue: c.canonical) else { return [c.text] }
    return switch phantom {
    case .nop, .debugPanic, .hintInput: ["\(phantom)"]
    case .print: ["\(phantom)", a.registerName, b.registerName]
    case .hintRandom: ["\(phantom)", a.registerName]
    }
  }

  private func word(_ bytes: BabyBear...) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | ($1.canonical & 255) }
  }
}

extension BabyBear {
  /// The number of least absolute value that the element stands for.
  var signedValue: Int32 {
    let value = Int64(canonical)
    return Int32(truncatingIfNeeded: value > Int64(Self.modulus / 2) ? value - Int64(Self.modulus) : value)
  }

  fileprivate var text: String { "\(signedValue)" }
  fileprivate var offsetText: String { signedValue < 0 ? "pc - \(-signedValue)" : "pc + \(signedValue)" }

  fileprivate var registerName: String {
    let names = [
      "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7",
      "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6", "sink",
    ]
    let pointer = Int(canonical)
    return pointer % 4 == 0 && pointer / 4 < names.count ? names[pointer / 4] : "[\(pointer)]"
  }
}
