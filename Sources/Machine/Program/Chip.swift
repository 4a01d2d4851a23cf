/// The circuits that execute instructions. Each operation belongs to one of them.
public enum Chip: Int, CaseIterable, Sendable {
  case loadConstant
  case addImmediate
  case addSub
  case logic
  case logicImmediate
  case shift
  case shiftImmediate
  case lessThan
  case lessThanImmediate
  case branchEqual
  case branchZero
  case branchLess
  case branchLessSigned
  case jumpRegister
  case loadWord
  case storeWord
  case loadPart
  case storePart
  case multiply
  case multiplyHigh
  case divide
  case hintStore
  case phantom
  case deferralCall
  case deferralOutput
  case deferralCommit
  /// The blocks of eight bytes that `deferralOutput` writes and `deferralCommit` reads. No operation of its own.
  case deferralBlock
}

extension Opcode {
  /// The chip that executes the operation; nil for `terminate`, which is the connector's.
  public var chip: Chip? {
    switch self {
    case .terminate: nil
    case .phantom: .phantom
    case .loadConstant: .loadConstant
    case .addImmediate: .addImmediate
    case .add, .sub: .addSub
    case .xor, .or, .and: .logic
    case .xorImmediate, .orImmediate, .andImmediate: .logicImmediate
    case .shiftLeft, .shiftRightLogical, .shiftRightArithmetic: .shift
    case .shiftLeft0, .shiftLeft1, .shiftRightLogical0, .shiftRightLogical1, .shiftRightArithmetic0,
      .shiftRightArithmetic1:
      .shiftImmediate
    case .lessThanSigned, .lessThanUnsigned: .lessThan
    case .lessThanImmediateSigned, .lessThanImmediateUnsigned: .lessThanImmediate
    case .branchEqual, .branchNotEqual: .branchEqual
    case .branchZero, .branchNotZero: .branchZero
    case .branchLessUnsigned, .branchNotLessUnsigned: .branchLess
    case .branchLessSigned, .branchNotLessSigned: .branchLessSigned
    case .jumpRegister: .jumpRegister
    case .loadWord: .loadWord
    case .storeWord: .storeWord
    case .loadByteUnsigned, .loadHalfUnsigned, .loadByte, .loadHalf: .loadPart
    case .storeByte, .storeHalf, .reveal: .storePart
    case .multiply: .multiply
    case .multiplyHighSigned, .multiplyHighSignedUnsigned, .multiplyHighUnsigned: .multiplyHigh
    case .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned: .divide
    case .hintWord, .hintBuffer: .hintStore
    case .deferralCall: .deferralCall
    case .deferralOutput: .deferralOutput
    case .deferralCommit: .deferralCommit
    }
  }
}
