import CMachine

/// What happens outside the instruction loop: phantoms, and the words for what went wrong.
extension VirtualMachine {
  /// The host's part of the phantom at `pc`.
  func performPhantom() throws(ExecutionError) {
    guard let slot = state.pointee.ip?.pointee else { throw error(.undefinedInstruction) }
    guard let phantom = Phantom(rawValue: slot.imm) else { throw error(.unknownPhantom(slot.imm)) }
    let a = register(Int(slot.a))
    let b = register(Int(slot.b))
    switch phantom {
    case .nop: break
    case .debugPanic: throw error(.debugPanic)
    case .hintInput:
      guard streams.takeInput() else { throw error(.outOfInput(count: streams.inputCount)) }
      useStream()
    case .print:
      guard Int(a) + Int(b) <= 1 << MachineLimits.pointerBits else {
        throw error(.accessOutOfRange(address: Int64(a) + Int64(b)))
      }
      // Copied for a listener only: a guest may print all of its memory, again and again.
      if let onPrint, let text = bytes(at: a, count: Int(b)) { onPrint(text) }
    case .hintRandom:
      guard a <= MachineLimits.maxRandomWords else { throw error(.tooManyRandomWords(Int(a))) }
      streams.takeRandom(words: Int(a))
      useStream()
    }
  }

  /// Why the instruction loop stopped.
  func loopError() -> ExecutionError {
    let fault = state.pointee.fault
    switch Int(state.pointee.status) {
    case Int(CM_ACCESS_RANGE): return error(.accessOutOfRange(address: fault))
    case Int(CM_ACCESS_MISALIGNED): return error(.misalignedAccess(address: fault))
    case Int(CM_REVEAL_RANGE):
      return error(.revealOutOfRange(address: fault, bytes: Int(state.pointee.public_value_bytes)))
    case Int(CM_HINT_COUNT): return error(.hintCount(Int(fault)))
    case Int(CM_HINT_EXHAUSTED):
      let left = state.pointee.hint_end.map { $0 - (state.pointee.hint ?? $0) } ?? 0
      return error(.hintStreamExhausted(wanted: Int(fault), left: left))
    case Int(CM_BAD_JUMP):
      let target = badTarget ?? fault
      let end = Int64(program.base) + 4 * Int64(program.slots.count)
      let isInside = (Int64(program.base)..<end).contains(target)
      return error(isInside ? .misalignedJump(target: target) : .jumpOutOfRange(target: target))
    default: return error(.undefinedInstruction)
    }
  }

  /// The target of the branch or constant jump at `pc`.
  private var badTarget: Int64? {
    guard let instruction = program[pc] else { return nil }
    switch instruction.opcode {
    case .loadConstant: return Int64(pc) + Int64(instruction.b.signedValue)
    case .branchEqual, .branchNotEqual, .branchZero, .branchNotZero, .branchLessUnsigned, .branchNotLessUnsigned,
      .branchLessSigned, .branchNotLessSigned:
      return Int64(pc) + Int64(instruction.c.signedValue)
    default: return nil
    }
  }
}

extension UInt64 {
  /// The bytes from the lowest on, as cells of memory.
  var cells: [8 of UInt32] { [8 of UInt32] { UInt32(truncatingIfNeeded: self >> UInt64(8 * $0)) & 255 } }
}
