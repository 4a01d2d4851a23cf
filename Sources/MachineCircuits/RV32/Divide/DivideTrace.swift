import Algebra
import Machine

extension DivideAIR: InstructionChip {
  typealias Row = DivideColumns<BabyBear>
  static var chip: Chip { .divide }

  static func fill(_ row: inout Row, from step: Step, counting tally: LookupTally) {
    let (x, y) = (step.x, step.y)
    let isSigned = step.opcode == .divideSigned || step.opcode == .remainderSigned
    let isRemainder = step.opcode == .remainderSigned || step.opcode == .remainderUnsigned
    let division = Division(of: x, by: y, isSigned: isSigned)
    row.operation = isRemainder ? 2 : 1
    row.dividendSign = OperandSign(of: x, isSigned: isSigned)
    row.isDivisorNegative = division.isDivisorNegative ? 1 : 0
    row.isQuotientNegative = division.isQuotientNegative ? 1 : 0
    row.isRemainderNegative = division.isRemainderNegative ? 1 : 0
    row.isDivisorZero = y == 0 ? 1 : 0
    row.state = step.state
    row.rdPointer = step.instruction.a
    row.rs1Pointer = step.instruction.b
    row.rs2Pointer = step.instruction.c
    row.dividend = Word(x)
    row.divisorMagnitude = Word(y).magnitude(isNegative: row.isDivisorNegative)
    row.quotient = Word(division.quotient)
    row.remainder = Word(division.remainder)
    row.previous = Word(step.record.previous)
    row.rs1Time = BabyBear(step.record.x_time)
    row.rs2Time = BabyBear(step.record.y_time)
    row.rdTime = BabyBear(step.record.write_time)

    let divisorTop = division.isDivisorNegative ? 255 - y >> 24 : y >> 24
    tally.bytes(isSigned ? 2 * (x >> 24 & 127) : x >> 24, isSigned ? 2 * divisorTop : divisorTop)
    tally.bytes(of: division.quotient)
    tally.bytes(of: division.remainder)
    tally.range(UInt32(truncatingIfNeeded: division.carry + 1), bits: carryBits)
    let (low, high, borrow) = y == 0 ? (0, 0, 0) : division.comparison
    row.borrow = BabyBear(Int(borrow))
    tally.range(UInt32(truncatingIfNeeded: low), bits: 16)
    tally.range(UInt32(truncatingIfNeeded: high), bits: 16)
    tally.accesses(of: step.record)
  }
}

/// A division with the carries that its row implies.
private struct Division {
  let quotient: UInt32
  let remainder: UInt32
  let isDivisorNegative: Bool
  let isQuotientNegative: Bool
  let isRemainderNegative: Bool
  /// Out of the lower half of divisor times quotient plus remainder less dividend.
  let carry: Int64
  /// Divisor less remainder less 1, in halves, and what the lower one borrows.
  let comparison: (low: Int64, high: Int64, borrow: Int64)

  init(of x: UInt32, by y: UInt32, isSigned: Bool) {
    let isNegative = isSigned && x >> 31 == 1
    isDivisorNegative = isSigned && y >> 31 == 1
    let (n, d) = (isNegative ? 0 &- x : x, isDivisorNegative ? 0 &- y : y)
    let (q, r) = d == 0 ? (UInt32.max, n) : (n / d, n % d)
    isQuotientNegative = isNegative != isDivisorNegative && q != 0
    isRemainderNegative = isNegative && r != 0
    quotient = isQuotientNegative && d != 0 ? 0 &- q : q
    remainder = isRemainderNegative ? 0 &- r : r

    let dividend = Halves(of: x, isNegative: isNegative)
    let divisor = Halves(of: y, isNegative: isDivisorNegative)
    let times = Halves(of: quotient, isNegative: isQuotientNegative)
    let rest = Halves(of: remainder, isNegative: isRemainderNegative)
    // The digits' products at weights 1 and 2^8, that is, all of low half times low half but digit 1 times digit 1.
    let products = divisor.low &* times.low &- (divisor.digit1 &* times.digit1) << 16
    carry = (products &+ rest.low &- dividend.low) >> 16
    let difference = divisor.low &- rest.low &- 1
    let borrow: Int64 = difference >= 0 ? 0 : difference >= -65536 ? 1 : 2
    comparison = (difference &+ borrow << 16, divisor.high &- rest.high &- borrow, borrow)
  }

  /// A word's magnitude by the digits of `Word.magnitude`, two by two.
  private struct Halves {
    let low: Int64
    let high: Int64
    let digit1: Int64

    init(of word: UInt32, isNegative: Bool) {
      let (low, high) = (Int64(word & 0xffff), Int64(word >> 16))
      self.low = isNegative ? 65536 - low : low
      self.high = isNegative ? 65535 - high : high
      digit1 = isNegative ? 255 - low >> 8 : low >> 8
    }
  }
}
