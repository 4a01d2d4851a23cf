import AIR
import Algebra

/// The columns of the chip `divide`: 35.
struct DivideColumns<T: Cell>: AIRColumns {
  /// 0 on padding, 1 for DIV and DIVU, 2 for REM and REMU.
  var operation: T
  /// The sign of the dividend, rs1. Signed for DIV and REM.
  var dividendSign: OperandSign<T>
  /// 1 where the divisor, rs2, is signed and negative.
  var isDivisorNegative: T
  /// 1 where the quotient stands for a negative number.
  var isQuotientNegative: T
  /// 1 where the remainder stands for a negative number.
  var isRemainderNegative: T
  /// 1 where the divisor is 0.
  var isDivisorZero: T
  /// Borrow of the lower half when the remainder is compared with the divisor: 0, 1 or 2.
  var borrow: T
  var state: ExecutionState<T>
  var rdPointer: T
  var rs1Pointer: T
  var rs2Pointer: T
  /// rs1.
  var dividend: Word<T>
  /// The absolute value of rs2, by the digits of `magnitude`.
  var divisorMagnitude: Word<T>
  /// What DIV and DIVU write.
  var quotient: Word<T>
  /// What REM and REMU write.
  var remainder: Word<T>
  /// What rd held before.
  var previous: Word<T>
  var rs1Time: T
  var rs2Time: T
  var rdTime: T
}

extension Word {
  /// The absolute value of a number in two's complement, by four digits: the bytes themselves where `isNegative` is 0.
  /// Where it is 1, `2^32 - self` as 256 less byte 0 and 255 less each other byte. So digit 0 lies in [0, 256] and the
  /// others in [0, 255], and no carries are needed. Zero with `isNegative` 1 gives `2^32`.
  ///
  /// The map is its own inverse: the word can be had from the digits as well. Degree 1 more than that of `isNegative`.
  func magnitude(isNegative: T) -> Word {
    Word(
      bytes[0] + isNegative * (256 - 2 * bytes[0]),
      bytes[1] + isNegative * (255 - 2 * bytes[1]),
      bytes[2] + isNegative * (255 - 2 * bytes[2]),
      bytes[3] + isNegative * (255 - 2 * bytes[3]))
  }
}
