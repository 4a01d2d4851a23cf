import Algebra
import CMachine

/// A program in the form that the instruction loop runs: one slot of 16 bytes for each address, then one without an
/// instruction for what runs off the end, then one for each branch that leads nowhere.
struct DecodedProgram {
  var slots: [cm_slot] = []
  var wide: [cm_wide] = []
  private let base: UInt32

  init(_ program: Program) {
    base = program.base
    let count = program.slots.count
    slots.reserveCapacity(count + 2)
    var badBranches: [Int] = []
    for index in 0..<count {
      guard let instruction = program.slots[index] else {
        slots.append(Self.undefined)
        continue
      }
      var slot = decode(instruction, at: index, count: count) ?? Self.undefined
      if slot.op == Self.badBranch {
        // Taken, it leads to a slot of its own beyond the program, which knows where it came from.
        slot.op = Self.op(branch: instruction.opcode)
        slot.imm = UInt32(truncatingIfNeeded: count + 1 + badBranches.count - index)
        badBranches.append(index)
      }
      slots.append(slot)
    }
    slots.append(Self.undefined)
    for index in badBranches {
      slots.append(cm_slot(handler: nil, a: 0, b: 0, c: 0, op: Self.op(CM_OP_bad_jump), imm: UInt32(index)))
    }
    // Where binding stops.
    slots[slots.count - 1].b = 1
    if wide.isEmpty { wide.append(cm_wide(value: 0, imm: 0)) }
  }

  private static var undefined: cm_slot {
    cm_slot(handler: nil, a: 0, b: 0, c: 0, op: op(CM_OP_undefined), imm: 0)
  }
  private static let badBranch = UInt8.max

  /// Nil for an instruction that no circuit has: operands out of the ranges that `Opcode` states.
  private mutating func decode(_ instruction: Instruction, at index: Int, count: Int) -> cm_slot? {
    let opcode = instruction.opcode
    switch opcode {
    case .terminate:
      guard instruction.c.canonical < 256 else { return nil }
      return slot(CM_OP_terminate, imm: instruction.c.canonical)
    case .phantom:
      // Registers are named by the arguments of some; of others they mean nothing.
      let a = Self.register(instruction.a) ?? 0
      let b = Self.register(instruction.b) ?? 0
      return slot(CM_OP_phantom, a: a, b: b, imm: instruction.c.canonical)
    case .loadConstant: return constant(instruction, at: index, count: count)
    case .jumpRegister: return jumpRegister(instruction)
    case .branchEqual, .branchNotEqual, .branchLessUnsigned, .branchNotLessUnsigned, .branchLessSigned,
      .branchNotLessSigned:
      guard let x = Self.register(instruction.a), let y = Self.register(instruction.b) else { return nil }
      return branch(opcode, x: x, y: y, offset: instruction.c, at: index, count: count)
    case .branchZero, .branchNotZero:
      guard let x = Self.register(instruction.a) else { return nil }
      return branch(opcode, x: x, y: 0, offset: instruction.c, at: index, count: count)
    case .storeWord, .storeByte, .storeHalf, .reveal:
      guard let y = Self.register(instruction.a), let x = Self.register(instruction.b) else { return nil }
      return slot(Self.op(store: opcode), b: x, c: y, imm: UInt32(bitPattern: instruction.c.signedValue))
    case .hintWord:
      guard let pointer = Self.register(instruction.b) else { return nil }
      return slot(CM_OP_hint_word, b: pointer, imm: 0)
    case .hintBuffer:
      guard let words = Self.register(instruction.a), let pointer = Self.register(instruction.b) else { return nil }
      return slot(CM_OP_hint_buffer, a: words, b: pointer, imm: 0)
    case .deferralCall, .deferralOutput, .deferralCommit:
      guard let destination = Self.register(instruction.a), let source = Self.register(instruction.b) else {
        return nil
      }
      return slot(CM_OP_deferral, a: destination, b: source, imm: instruction.c.canonical)
    default:
      guard let rd = Self.destination(instruction.a), let x = Self.register(instruction.b) else { return nil }
      if let op = Self.op(binary: opcode) {
        guard let y = Self.register(instruction.c) else { return nil }
        return slot(op, a: rd, b: x, c: y, imm: 0)
      }
      guard let (op, immediate) = Self.immediateForm(instruction) else { return nil }
      return slot(op, a: rd, b: x, imm: immediate)
    }
  }

  private func slot<T: BinaryInteger>(_ op: T, a: UInt8 = 0, b: UInt8 = 0, c: UInt8 = 0, imm: UInt32) -> cm_slot {
    cm_slot(handler: nil, a: a, b: b, c: c, op: Self.op(op), imm: imm)
  }

  private static func register(_ pointer: BabyBear) -> UInt8? {
    let value = pointer.canonical
    return value % 4 == 0 && value <= MachineLimits.sinkPointer ? UInt8(value / 4) : nil
  }

  private static func destination(_ pointer: BabyBear) -> UInt8? { register(pointer).flatMap { $0 == 0 ? nil : $0 } }

  private static func word(_ bytes: [4 of BabyBear]) -> UInt32? {
    var word: UInt32 = 0
    for index in (0..<4).reversed() {
      let byte = bytes[index].canonical
      guard byte < 256 else { return nil }
      word = word << 8 | byte
    }
    return word
  }

  // MARK: Jumps

  /// The distance in slots to `pc + offset`; nil where that is not in the program.
  private static func distance(_ offset: BabyBear, from index: Int, count: Int) -> UInt32? {
    let bytes = Int(offset.signedValue)
    guard bytes % 4 == 0, (0..<count).contains(index + bytes / 4) else { return nil }
    return UInt32(truncatingIfNeeded: bytes / 4)
  }

  private func branch(
    _ opcode: Opcode, x: UInt8, y: UInt8, offset: BabyBear, at index: Int, count: Int
  ) -> cm_slot {
    guard let distance = Self.distance(offset, from: index, count: count) else {
      return cm_slot(handler: nil, a: 0, b: x, c: y, op: Self.badBranch, imm: 0)
    }
    return cm_slot(handler: nil, a: 0, b: x, c: y, op: Self.op(branch: opcode), imm: distance)
  }

  private mutating func constant(_ instruction: Instruction, at index: Int, count: Int) -> cm_slot? {
    guard let rd = Self.destination(instruction.a),
      let value = Self.word([instruction.c, instruction.d, instruction.e, instruction.f])
    else { return nil }
    // Also at the last slot, from where it runs off the end.
    if instruction.b == 4 { return slot(CM_OP_constant, a: rd, imm: value) }
    guard let distance = Self.distance(instruction.b, from: index, count: count) else {
      return slot(CM_OP_bad_jump, a: 1, imm: UInt32(index))
    }
    if value == linkAddress(index) { return slot(CM_OP_jump_link, a: rd, imm: distance) }
    wide.append(cm_wide(value: value, imm: distance))
    return slot(CM_OP_constant_jump, a: rd, imm: UInt32(wide.count - 1))
  }

  private mutating func jumpRegister(_ instruction: Instruction) -> cm_slot? {
    guard let rd = Self.destination(instruction.a), let x = Self.register(instruction.b),
      let link = Self.word([instruction.d, instruction.e, instruction.f, instruction.g])
    else { return nil }
    let immediate = UInt32(bitPattern: instruction.c.signedValue)
    if link == linkAddress(slots.count) { return slot(CM_OP_jump_register, a: rd, b: x, imm: immediate) }
    wide.append(cm_wide(value: link, imm: immediate))
    return slot(CM_OP_jump_register_constant, a: rd, b: x, imm: UInt32(wide.count - 1))
  }

  /// Address of the instruction after slot `index`.
  private func linkAddress(_ index: Int) -> UInt32 { base &+ 4 &* UInt32(index + 1) }
}
