import AIR
import Algebra
import Machine

/// DIV, DIVU, REM, REMU: `rd` is the quotient or remainder of rs1 by rs2, rounded towards zero. 35 columns, 20
/// interactions, degree 3.
///
/// The division is one of absolute values: with n, d, q, r those of dividend, divisor, quotient and remainder,
/// `n = d q + r` and `r < d`; then quotient and remainder get their signs. For d = 0 the quotient is `2^32 - 1` and the
/// remainder the dividend. `-2^31 / -1` is no exception: n = q = 2^31 and the quotient is not negative.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's.
struct DivideAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(DivideColumns<Expr>.self).local

    // Constrains: the operation is one of three, so that isValid and isRemainder are booleans; all signs are booleans;
    // an unsigned operation has operands without sign. Padding: all zero.
    // The opcode, looked up in the program, is DIV, plus 1 for an unsigned operation and 2 for a remainder.
    // Broken if removed: half a quotient and half a remainder; signs that are no signs; rows that count on the buses.
    builder.assertTernary("operation is 0, 1 or 2", row.operation)
    let isValid = (row.operation * (3 - row.operation)).halved
    let isRemainder = (row.operation * (row.operation - 1)).halved
    row.dividendSign.assertValid("dividend", builder)
    let (isSigned, isNegative) = (row.dividendSign.isSigned, row.dividendSign.isNegative)
    builder.assertZero(
      "isDivisorNegative is boolean, 0 if unsigned", row.isDivisorNegative * (row.isDivisorNegative - isSigned))
    builder.assertBoolean("isQuotientNegative is boolean", row.isQuotientNegative)
    builder.assertBoolean("isRemainderNegative is boolean", row.isRemainderNegative)

    // Assumes: rs1 and rs2 consist of bytes (memory); the divisor's digits are as `magnitude` says, because rs2 is made
    // from them by its inverse and read from memory.
    // Constrains: where the operation is signed, 2 (dividend[3] - 128 isNegative) is a byte, hence isNegative is bit 31
    // of the dividend. For the divisor, twice the top digit is a byte: the digit is rs2[3] or 255 - rs2[3], and below
    // 128 just in case isDivisorNegative is bit 31 of rs2. Where the operation is not signed, bytes are looked up, which
    // says nothing. All are integers in (-256, 512), so that being a byte mod p is being a byte.
    // So n is the dividend's absolute value, at most 2^31 where signed, below 2^32 in any case; d likewise.
    // Broken if removed: operands of the other sign.
    let rs2 = row.divisorMagnitude.magnitude(isNegative: row.isDivisorNegative)
    builder.lookUpBytes(
      "signs", row.dividend[3] + isSigned * row.dividend[3] - 256 * isNegative,
      row.divisorMagnitude[3] + isSigned * row.divisorMagnitude[3], enabled: isValid)

    // Constrains: quotient and remainder consist of bytes; so q and r, their magnitudes, have digits in [0, 256].
    // Broken if removed: memory gets other cells; digits are negative.
    builder.lookUpBytes("quotient bytes 0, 1", row.quotient[0], row.quotient[1], enabled: isValid)
    builder.lookUpBytes("quotient bytes 2, 3", row.quotient[2], row.quotient[3], enabled: isValid)
    builder.lookUpBytes("remainder bytes 0, 1", row.remainder[0], row.remainder[1], enabled: isValid)
    builder.lookUpBytes("remainder bytes 2, 3", row.remainder[2], row.remainder[3], enabled: isValid)

    // Assumes: all digits are integers in [0, 256].
    // Constrains: n = d q + r. With L0 and L1 the two lower and the next two digit positions of d q, and halves of n, r
    //
    //   L0 + r.low - n.low = 2^16 k0
    //   L1 + r.high + k0   = n.high
    //   all products of digits at weights 2^32 and more are 0
    //
    // L0 <= 2^16 + 2^8 * 2 * 2^16 = 2^25 + 2^16 and halves are at most 2^16, so that -1 <= k0 <= 2^9 + 2 for the true
    // digits. With -1 <= k0 < 2^10 - 1 both sides of the first line lie in (-2^17, 2^26), those of the second, where
    // L1 <= 2^16 (3 + 4 * 2^8), in [-2^16, 2^27): both hold over the integers. k0 might have up to 14 bits.
    // In the third, the products are not negative and their sum is below p: all are 0. They must be, since each stands
    // for at least 2^32 in d q <= n < 2^32.
    // Broken if removed: any quotient with n = d q + r mod 2^32, or mod p.
    let dividend = row.dividend.magnitude(isNegative: isNegative)
    let divisor = row.divisorMagnitude
    let quotient = row.quotient.magnitude(isNegative: row.isQuotientNegative)
    let remainder = row.remainder.magnitude(isNegative: row.isRemainderNegative)
    let carry =
      (divisor.lowProducts(quotient) + remainder.low - dividend.low) * Expr(BabyBear.inversePowerOfTwo(16))
    builder.lookUpRange("carry", carry + 1, bits: Expr(Self.carryBits), enabled: isValid)
    builder.assertEqual(
      "high half adds up", divisor.middleProducts(quotient) + remainder.high + carry, dividend.high)
    builder.assertZero(
      "quotient times divisor is a word",
      divisor.products(4, quotient) + divisor.products(5, quotient) + divisor.products(6, quotient))

    // Assumes: n = d q + r.
    // Constrains: isDivisorZero is not 0 only if the divisor is 0 and all bytes of the quotient are 255: the sum is one
    // of numbers that are not negative, and below p. (Digits are all zero only if rs2 is: where isDivisorNegative is 1,
    // they stand for 2^32 - rs2 > 0.)
    // For a divisor of zero it must not be 0, because otherwise r < d fails, below. Then r = n.
    // Broken if removed: a flag that is set for other divisors leaves r without a bound, and a quotient by zero is free.
    let digits = (0..<4).map { divisor[$0] + 255 - row.quotient[$0] }
    builder.when(row.isDivisorZero).assertZero("quotient by zero", digits.sum())

    // Assumes: n = d q + r.
    // Constrains: unless the divisor is zero, r < d, by d - r - 1 = d0 + 2^16 d1 with
    //
    //   d0 = d.low  - r.low - 1 + 2^16 borrow
    //   d1 = d.high - r.high - borrow
    //
    // both not negative. r.low <= 2^16, so borrows of 0 to 2 suffice; with these, d0 and d1 are integers in
    // (-2^18, 2^18). Their 16 bits are what honest rows need, 17 would do.
    // With isDivisorZero = 1 the look-ups are of 0. It may be any other number as well: whatever they say then, d = 0,
    // and quotient and remainder are known.
    // Broken if removed: r + d with q - 1, for a start. A borrow of 1 - 30720 has 2^16 borrow = 2^16 + 1 mod p.
    builder.assertTernary("borrow is 0, 1 or 2", row.borrow)
    let isCompared = 1 - row.isDivisorZero
    builder.lookUpRange(
      "remainder is less, low half", isCompared * (divisor.low - remainder.low - 1 + 65536 * row.borrow), bits: 16,
      enabled: isValid)
    builder.lookUpRange(
      "remainder is less, high half", isCompared * (divisor.high - remainder.high - row.borrow), bits: 16,
      enabled: isValid)

    // Assumes: n = d q + r, and r < d or d = 0 with q's word 2^32 - 1.
    // Constrains: a quotient other than 0 is negative just in case one of the operands is, that is, its sign and the
    // divisor's give the dividend's; a remainder other than 0 has the dividend's sign. The sums of bytes are below p.
    // Zeros have no sign: as a negative number the word 0 would stand for 2^32, but r <= n < 2^32, and q <= n for
    // d > 0. So words and signs are those of the quotient and remainder, each in its only form. For d = 0 the word of
    // the quotient is not 0, its sign is determined and without effect, and the remainder's word is the dividend's.
    // Broken if removed: -7 / 2 = 3; remainders of the other sign.
    let quotientByDivisor = row.isQuotientNegative.xor(row.isDivisorNegative)
    builder.when(row.quotient.bytesSum).assertEqual("sign of the quotient", quotientByDivisor, isNegative)
    builder.when(row.remainder.bytesSum).assertEqual("sign of the remainder", row.isRemainderNegative, isNegative)

    let result = Word(
      isRemainder.select(row.remainder[0], else: row.quotient[0]),
      isRemainder.select(row.remainder[1], else: row.quotient[1]),
      isRemainder.select(row.remainder[2], else: row.quotient[2]),
      isRemainder.select(row.remainder[3], else: row.quotient[3]))
    var adapter = InstructionAdapter(builder, state: row.state, isValid: isValid)
    adapter.readRegister("rs1", at: row.rs1Pointer, row.dividend, since: row.rs1Time)
    adapter.readRegister("rs2", at: row.rs2Pointer, rs2, since: row.rs2Time)
    adapter.writeRegister("rd", at: row.rdPointer, result, replacing: row.previous, since: row.rdTime)
    adapter.finish(
      opcode: Expr(.divideSigned) + 1 - isSigned + 2 * isRemainder,
      [row.rdPointer, row.rs1Pointer, row.rs2Pointer], nextPC: row.state.pc + 4)
  }

  /// Of the carry plus 1, which is at most `2^9 + 3`.
  static let carryBits = 10
}

extension Word {
  /// Zero just in case the word is, when the cells are bytes.
  fileprivate var bytesSum: T { bytes[0] + bytes[1] + bytes[2] + bytes[3] }
}
