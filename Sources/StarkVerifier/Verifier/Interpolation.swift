import Algebra

/// Univariate polynomials as the protocol sends them (chapter 10, section 6.0).
enum Univariate {
  /// The value at `x` of the polynomial with these coefficients, constant first.
  static func evaluate(_ coefficients: some BidirectionalCollection<Ext4>, at x: Ext4) -> Ext4 {
    var result = Ext4.zero
    for coefficient in coefficients.reversed() { result = result * x + coefficient }
    return result
  }

  /// The same for a point of the base field: even and odd coefficients apart, with powers of `x^2`.
  static func evaluate(_ coefficients: [Ext4], at x: BabyBear) -> Ext4 {
    let xSquared = x.squared
    var even = DelayedSum()
    var odd = DelayedSum()
    var power = BabyBear.one
    for index in stride(from: 0, to: coefficients.count, by: 2) {
      even.add(coefficients[index], times: power)
      if index + 1 < coefficients.count { odd.add(coefficients[index + 1], times: power) }
      power *= xSquared
    }
    return even.value + odd.value * x
  }

  /// The sum over the subgroup of order `2^log`: the coefficients of `x^0, x^N, x^2N, ..` count `N` times each.
  static func sumOverSubgroup(log: Int, coefficients: [Ext4]) -> Ext4 {
    var sum = Ext4.zero
    for index in stride(from: 0, to: coefficients.count, by: 1 << log) { sum += coefficients[index] }
    return sum * BabyBear(1 << log)
  }

  /// The value at `x` of the polynomial of least degree through `values` at `0, 1, 2, ..`.
  static func interpolate(_ values: [Ext4], at x: Ext4) -> Ext4 {
    // Lagrange: prefix and suffix products of x - i in place of divisions, and one inversion for all factorials.
    let count = values.count
    var suffixes = [Ext4](repeating: .one, count: count + 1)
    for index in stride(from: count - 1, through: 0, by: -1) {
      suffixes[index] = suffixes[index + 1] * (x - BabyBear(index))
    }
    var factorial = BabyBear.one
    for index in 1..<max(count, 1) { factorial *= BabyBear(index) }
    // inverseFactorials[i] = 1 / i!
    var inverseFactorials = [BabyBear](repeating: factorial.inverse, count: count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      inverseFactorials[index - 1] = inverseFactorials[index] * BabyBear(index)
    }
    var result = Ext4.zero
    var prefix = Ext4.one
    for (index, value) in values.enumerated() {
      let weight = inverseFactorials[index] * inverseFactorials[count - 1 - index]
      let signed = (count - 1 - index) & 1 == 0 ? weight : -weight
      result += value * (prefix * suffixes[index + 1] * signed)
      prefix *= x - BabyBear(index)
    }
    return result
  }

  /// Quadratic through `(0, at0), (1, at1), (2, at2)`.
  static func interpolate(_ at0: Ext4, _ at1: Ext4, _ at2: Ext4, at x: Ext4) -> Ext4 {
    // Newton's form: differences d1 = at1 - at0 and d2 = at2 - 2 at1 + at0.
    let first = at1 - at0
    let second = at2 - at1 - first
    return at0 + first * x + second * (x * (x - .one) * half)
  }

  /// Cubic through the values at 0, 1, 2 and 3.
  static func interpolate(_ at0: Ext4, _ at1: Ext4, _ at2: Ext4, _ at3: Ext4, at x: Ext4) -> Ext4 {
    let first = at1 - at0
    let second = at2 - at1 - first
    let third = at3 - at2 - (at2 - at1) - second
    let x1 = x * (x - .one)
    return at0 + first * x + second * (x1 * half) + third * (x1 * (x - two) * sixth)
  }

  private static let two = BabyBear(2 as UInt32)
  private static let half = BabyBear.inversePowerOfTwo(1)
  private static let sixth = BabyBear(6 as UInt32).inverse
}
