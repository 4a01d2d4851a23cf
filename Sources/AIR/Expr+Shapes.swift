import Algebra

// Trees with more than one plausible shape. The shapes are those of chapter 10, section 4.4, so that an AIR ported
// from the reference system yields the same key.
extension Expr {
  /// `x * x`.
  public var squared: Expr { self * self }

  /// `x^exponent` for a power fixed in the source. Up to 7 a short addition chain: `(x^2)^2`, `(x^2)^2 * x`,
  /// `cube(x^2)`, `(x^2 * x) * (x^2 * x^2)`; above, `power(UInt64)`.
  public func raised(to exponent: Int) -> Expr {
    require(exponent >= 0, "an exponent is not negative")
    switch exponent {
    case 0: return 1
    case 1: return self
    case 2: return squared
    case 3: return cubed
    case 4: return squared.squared
    case 5: return squared.squared * self
    case 6: return squared.cubed
    case 7:
      let square = squared
      return (square * self) * (square * square)
    default: return power(UInt64(exponent))
    }
  }

  /// `x^exponent` by binary powering from the least significant bit, starting from the constant 1: for instance
  /// `(1 * x) * (x * x)` for 3.
  public func power(_ exponent: UInt64) -> Expr {
    var product: Expr = 1
    var current = self
    var remaining = exponent
    while remaining != 0 {
      if remaining & 1 == 1 { product = product * current }
      remaining >>= 1
      if remaining != 0 { current = current * current }
    }
    return product
  }

  /// `x * Constant(1/2)`.
  public var halved: Expr { self * Expr(BabyBear.one.halved) }

  /// `x * power(2, exponent)`, with the power built as a tree over the constant 2.
  public func timesPowerOfTwo(_ exponent: UInt64) -> Expr { self * Expr(2 as BabyBear).power(exponent) }

  /// `x * Constant(2^-exponent)`.
  public func dividedByPowerOfTwo(_ exponent: Int) -> Expr { self * Expr(BabyBear.inversePowerOfTwo(exponent)) }

  /// The sum as a tree of small depth: groups of four as `(a + b) + (c + d)`, groups of eight folded from the left,
  /// then the rest. `sum()` is the plain left fold.
  public static func balancedSum(_ terms: some Collection<Expr>) -> Expr {
    balancedSum(Array(terms)[...])
  }

  private static func balancedSum(_ terms: ArraySlice<Expr>) -> Expr {
    let first = terms.startIndex
    switch terms.count {
    case 0: return 0
    case 1: return terms[first]
    case 2: return terms[first] + terms[first + 1]
    case 3: return terms[first] + terms[first + 1] + terms[first + 2]
    case 4: return (terms[first] + terms[first + 1]) + (terms[first + 2] + terms[first + 3])
    case 5...8: return balancedSum(terms.prefix(4)) + balancedSum(terms.dropFirst(4))
    default:
      var total = balancedSum(terms.prefix(8))
      var rest = terms.dropFirst(8)
      while rest.count >= 8 {
        total = total + balancedSum(rest.prefix(8))
        rest = rest.dropFirst(8)
      }
      return rest.isEmpty ? total : total + balancedSum(rest)
    }
  }
}
