import AIR
import Algebra
import Machine

/// ADD and SUB: `rd = rs1 + rs2` or `rs1 - rs2`, mod 2^32. 26 columns, 14 interactions, degree 3.
///
/// Borrowed from the program: `rdPointer` is a register's and not x0's.
struct AddSubAIR: AIR {
  func evaluate(_ builder: AIRBuilder) {
    let row = builder.main(AddSubColumns<Expr>.self).local
    let (rs1, rs2) = (row.operands.rs1, row.operands.rs2)

    // Constrains: isValid is 0 or 1, and isSub is; the program's opcode is add + isSub. Padding: all zero.
    // Broken if removed: an instruction counts any number of times on the buses; a mixture of both relations, or
    // another chip's instruction, passes for one of the two.
    builder.assertBoolean("isValid is boolean", row.isValid)
    builder.assertBoolean("isSub is boolean", row.isSub)

    // Assumes: rs1 and rs2 consist of bytes (memory), rd of bytes (below).
    // Constrains: by halves, x + rs2 = z with boolean carries, where x is rs1 and z is rd to add, and x is rd and z
    // is rs1 to subtract. All sums lie in (-2^17, 2^18), so the equations hold over the integers, and
    // z = x + rs2 mod 2^32.
    // Broken if removed: rd is any word.
    let inverse = Expr(BabyBear.inversePowerOfTwo(16))
    func adds(_ name: String, _ x: Word<Expr>, to z: Word<Expr>, when condition: Expr) {
      let lowCarry = (x.low + rs2.low - z.low) * inverse
      let highCarry = (x.high + rs2.high + lowCarry - z.high) * inverse
      builder.when(condition).assertBoolean("low half \(name)", lowCarry)
      builder.when(condition).assertBoolean("high half \(name)", highCarry)
    }
    adds("adds up", rs1, to: row.rd, when: 1 - row.isSub)
    adds("subtracts", row.rd, to: rs1, when: row.isSub)

    // Constrains: rd consists of bytes.
    // Broken if removed: limbs of rd outside [0, 256) give other sums the same halves.
    builder.lookUpBytes("rd bytes 0, 1", row.rd[0], row.rd[1], enabled: row.isValid)
    builder.lookUpBytes("rd bytes 2, 3", row.rd[2], row.rd[3], enabled: row.isValid)

    row.operands.evaluate(builder, opcode: Expr(.add) + row.isSub, rd: row.rd, isValid: row.isValid)
  }
}
