import Algebra
import CKernels
import TestSupport

/// A random constraint program and what it means, one point at a time.
struct TestProgram {
  var instructions: [ck_instruction] = []
  var constants: [BabyBear] = []
  var weights: [Ext4] = []
  var accumulatorCount = 1
  let slotCount: Int

  /// What a program leaves behind at one point.
  struct Outcome {
    var accumulators: [Ext4]
    var fractions: [(index: Int, numerator: Ext4, denominator: Ext4)] = []
  }

  enum Outputs {
    /// Weighted sums of slots in this many accumulators.
    case accumulators(Int)
    /// This many fractions.
    case fractions(Int)
  }

  /// Loads every column once, some with their next row, then computes in few slots, so that results go where an
  /// operand was.
  init(columns: Int, hasRotations: Bool, operations: Int, outputs: Outputs, _ generator: inout SeededGenerator) {
    slotCount = 2 * columns + 3
    constants = [.zero, .one, -.one, generator.element()]
    weights = [.zero, .one] + (0..<6).map { _ in generator.extElement() }
    for column in 0..<columns {
      let next = hasRotations && column % 2 == 0 ? UInt32(2 * column + 1) : CK_NONE
      emit(CK_LOAD, out: 2 * column, a: UInt32(column), b: next)
      // A slot that no next row fills holds a copy.
      if next == CK_NONE { emit(CK_ADD_CONST, out: 2 * column + 1, a: UInt32(2 * column), b: 1) }
    }
    for slot in 2 * columns..<slotCount { emit(CK_CONST, out: slot, a: 0, b: UInt32(slot % constants.count)) }
    let binary = [CK_ADD, CK_SUB, CK_MUL]
    let unary = [CK_NEG, CK_ADD_CONST, CK_CONST_SUB, CK_MUL_CONST]
    for step in 0..<operations {
      let out = Int.random(in: 0..<slotCount, using: &generator)
      let a = UInt32.random(in: 0..<UInt32(slotCount), using: &generator)
      if Bool.random(using: &generator) {
        emit(binary[step % 3], out: out, a: a, b: UInt32.random(in: 0..<UInt32(slotCount), using: &generator))
      } else {
        emit(unary[step % 4], out: out, a: a, b: UInt32.random(in: 0..<UInt32(constants.count), using: &generator))
      }
    }
    func slot(_ generator: inout SeededGenerator) -> UInt32 { .random(in: 0..<UInt32(slotCount), using: &generator) }
    func weight(_ generator: inout SeededGenerator) -> UInt32 { .random(in: 0..<8, using: &generator) }
    switch outputs {
    case .accumulators(let count):
      accumulatorCount = count
      for index in 0..<5 * count {
        emit(CK_ACCUMULATE, out: index % count, a: slot(&generator), b: weight(&generator))
      }
    case .fractions(let count):
      for index in 0..<count {
        emit(CK_START, out: 0, a: 0, b: weight(&generator))
        for _ in 0..<3 { emit(CK_ACCUMULATE, out: 0, a: slot(&generator), b: weight(&generator)) }
        emit(CK_EMIT, out: index, a: slot(&generator), b: 0)
      }
    }
  }

  private mutating func emit(_ op: Int, out: Int, a: UInt32, b: UInt32) {
    instructions.append(ck_instruction(op: UInt32(op), out: UInt32(out), a: a, b: b))
  }

  /// Interprets the program at the point where `load` gives the value of a column and that of its next row.
  func run(load: (Int) -> (local: Ext4, next: Ext4)) -> Outcome {
    var slots = [Ext4](repeating: .zero, count: slotCount)
    var outcome = Outcome(accumulators: [Ext4](repeating: .zero, count: accumulatorCount))
    for instruction in instructions {
      let (out, a, b) = (Int(instruction.out), Int(instruction.a), Int(instruction.b))
      switch Int(instruction.op) {
      case CK_ADD: slots[out] = slots[a] + slots[b]
      case CK_SUB: slots[out] = slots[a] - slots[b]
      case CK_MUL: slots[out] = slots[a] * slots[b]
      case CK_NEG: slots[out] = -slots[a]
      case CK_ADD_CONST: slots[out] = slots[a] + constants[b]
      case CK_CONST_SUB: slots[out] = constants[b] - slots[a]
      case CK_MUL_CONST: slots[out] = slots[a] * constants[b]
      case CK_CONST: slots[out] = Ext4(constants[b])
      case CK_LOAD:
        let (local, next) = load(a)
        slots[out] = local
        if instruction.b != CK_NONE { slots[b] = next }
      case CK_ACCUMULATE: outcome.accumulators[out] += weights[b] * slots[a]
      case CK_START: outcome.accumulators[0] = weights[b]
      default: outcome.fractions.append((out, slots[a], outcome.accumulators[0]))
      }
    }
    return outcome
  }

  /// Calls `body` with the program as the kernels take it.
  func withProgram<R>(_ body: (UnsafePointer<ck_program>) -> R) -> R {
    let constants = self.constants.map(\.montgomery)
    let weights = flatWords(self.weights)
    return instructions.withUnsafeBufferPointer { instructions in
      constants.withUnsafeBufferPointer { constants in
        weights.withUnsafeBufferPointer { weights in
          var program = ck_program(
            instructions: instructions.baseAddress, count: instructions.count, constants: constants.baseAddress,
            weights: weights.baseAddress, accumulators: accumulatorCount)
          return body(&program)
        }
      }
    }
  }
}

/// Memory for a program's slots and accumulators.
final class ProgramMemory {
  private let words: UnsafeMutableBufferPointer<UInt32>
  private let count: Int
  /// Where a slot points now; kernels may move it.
  let slots: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
  /// Where a slot's own memory is.
  let home: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
  let accumulators: UnsafeMutablePointer<UInt32>

  init(slots count: Int, words slotWords: Int, accumulatorWords: Int) {
    self.count = count
    words = .allocate(capacity: count * slotWords + accumulatorWords)
    // Stale memory must not matter.
    words.initialize(repeating: BabyBear.modulus - 1)
    slots = .allocate(capacity: count)
    home = .allocate(capacity: count)
    for i in 0..<count {
      (slots + i).initialize(to: words.baseAddress.map { $0 + i * slotWords })
      (home + i).initialize(to: words.baseAddress.map { $0 + i * slotWords })
    }
    accumulators = words.baseAddress! + count * slotWords
  }

  deinit {
    slots.deallocate()
    home.deallocate()
    words.deallocate()
  }
}
