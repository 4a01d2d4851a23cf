import AIR
import Algebra
import Machine

/// LBU, LHU, LB, LH: `rd` is a byte or half of memory at `rs1 + immediate`, extended with zeros or its top bit.
/// 25 columns, 13 interactions, degree 3.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; `-2048 <= immediate <= 2047`.
/// Borrowed from the memory boundary: pointers are multiples of 4 below 2^29 (`DataAddress`).
struct LoadPartAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(LoadPartColumns<Expr>.self).local

    // Constrains: which part it is. Padding: all zero.
    //
    //   isByte endsOdd
    //   0      0        padding
    //   0      1        half
    //   1      0        byte at an even address
    //   1      1        byte at an odd address
    //
    // isUpper moves the part by two bytes. The opcode, looked up in the program, is the first one plus 1 for a half
    // and 2 for a sign, which binds isByte and isSigned to the instruction; the others are bound by the address: its
    // distance to the word is 2 isUpper, plus 1 for a byte at an odd address, and the word's pointer is a multiple
    // of 4. A half at an odd address therefore has no row.
    // Broken if removed: parts of parts, from addresses to suit; a row that counts other than once.
    builder.assertBoolean("isByte is boolean", row.isByte)
    builder.assertBoolean("endsOdd is boolean", row.endsOdd)
    builder.assertBoolean("isUpper is boolean", row.isUpper)
    builder.assertBoolean("isSigned is boolean", row.isSigned)
    let isOddByte = row.isByte * row.endsOdd
    let isHalf = row.endsOdd - isOddByte
    let isValid = row.isByte + isHalf

    // Assumes: rs1 and the data consist of bytes (memory).
    // Constrains: 4 rs1[3] is a byte, hence rs1 < 2^30 (`DataAddress`); and 2 (top byte) - 256 topBit is one, hence
    // topBit is the top byte's bit 7. Both are integers in (-256, 1024), so that being a byte mod p is being a byte.
    // Broken if removed: with rs1 = p + a the part at a is loaded; the extension can be chosen.
    builder.assertBoolean("topBit is boolean", row.topBit)
    let topByte = row.endsOdd.select(row.rotated[1], else: row.rotated[0])
    builder.lookUpBytes(
      "rs1 is below 2^30, top bit", 4 * row.operands.rs1[3], 2 * topByte - 256 * row.topBit, enabled: isValid)

    // Constrains: what is loaded is the part: bytes of memory, and 0 or 255 above.
    // Broken if removed: rd is any word.
    let extensionByte = 255 * row.isSigned * row.topBit
    let result = Word(
      isOddByte.select(row.rotated[1], else: row.rotated[0]),
      row.isByte.select(extensionByte, else: row.rotated[1]),
      extensionByte,
      extensionByte)
    let data = Word(
      row.isUpper.select(row.rotated[2], else: row.rotated[0]),
      row.isUpper.select(row.rotated[3], else: row.rotated[1]),
      row.isUpper.select(row.rotated[0], else: row.rotated[2]),
      row.isUpper.select(row.rotated[1], else: row.rotated[3]))
    let pointer = row.operands.address - 2 * row.isUpper - isOddByte

    row.operands.evaluate(
      builder, opcode: Expr(.loadByteUnsigned) + isHalf + 2 * row.isSigned, data: data, at: pointer, rd: result,
      isValid: isValid)
  }
}
