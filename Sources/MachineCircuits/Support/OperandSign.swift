import AIR
import Algebra

/// How an operand is read: 0 without a sign (and on padding), 1 signed and not negative, 2 signed and negative.
struct OperandSign<T: Cell>: AIRColumns {
  var code: T
}

extension OperandSign where T == BabyBear {
  init(of word: UInt32, isSigned: Bool) {
    code = isSigned ? BabyBear(1 + word >> 31) : 0
  }
}

extension OperandSign where T == Expr {
  /// 1 where the operand is read with a sign. Degree 2.
  var isSigned: Expr { (code * (3 - code)).halved }
  /// 1 where the operand is negative. Degree 2.
  var isNegative: Expr { (code * (code - 1)).halved }

  // Constrains: the code is 0, 1 or 2, so that the two above are booleans, and a negative operand is a signed one.
  // Whether an operand is signed is for the opcode to say, and whether it is negative for a look-up of its top byte.
  // Broken if removed: for every opcode in the program, of whatever chip, isSigned can be what makes it this chip's
  // one. Which of these values the look-up of the top byte lets pass hangs on small solutions of quadratic equations
  // mod p.
  func assertValid(_ name: String, _ builder: AIRBuilder) {
    builder.assertTernary("\(name) sign is 0, 1 or 2", code)
  }
}
