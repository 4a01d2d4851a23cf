import AIR
import Algebra
import Machine

/// JALR: `rd = link`, go on at `rs1 + immediate` with bit 0 cleared. 21 columns, 10 interactions, degree 2.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's; the link consists of bytes;
/// `-2048 <= immediate <= 2047`; all its addresses are multiples of 4 below 2^30. The last of these says what the next
/// pc may be, since an instruction or the end of the run is looked up there.
struct JumpRegisterAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(JumpRegisterColumns<Expr>.self).local
    let rs1 = row.operands.rs1

    // Constrains: isValid is 0 or 1. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses.
    builder.assertBoolean("isValid is boolean", row.isValid)

    // Assumes: rs1 consists of bytes (memory), so that its high half is an integer below 2^16; the next pc is an
    // address of the program.
    // Constrains: 5 times the high half is below 2^17, so the high half is at most 26214, rs1 is below 0x6667_0000,
    // and rs1 + immediate - isOdd lies in (-2^12, p - 2^12). Mod p it is the next pc, an integer in [0, 2^30), and the
    // only numbers of that interval that are such an integer mod p are the integers themselves. The next pc is a
    // multiple of 4, so isOdd is bit 0 of the sum. No good jump is lost, for targets are below 2^30.
    // Broken if removed: without the look-up, a jump to x + p lands at x; with another isOdd, a few instructions
    // further down.
    builder.assertBoolean("isOdd is boolean", row.isOdd)
    builder.lookUpRange(
      "rs1 is far below p", 5 * rs1.high, bits: Expr(MachineLimits.nearBits), enabled: row.isValid)
    let nextPC = rs1.low + 65536 * rs1.high + row.immediate - row.isOdd

    row.operands.evaluate(
      builder, opcode: Expr(.jumpRegister), constants: [row.immediate] + row.link.cells, rd: row.link, nextPC: nextPC,
      isValid: row.isValid)
  }
}
