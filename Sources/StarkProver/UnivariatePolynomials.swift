import Algebra

/// Small polynomials around the skip domain: by coefficients, constant first.
extension SkipDomain {
  /// `EQD(Z, point)`, the Lagrange kernel of `D` (chapter 10, section 6.0), as coefficients of `Z`:
  /// `1/N sum_j Z^j point^(-j mod N)`.
  func lagrangeKernel(at point: Ext4) -> [Ext4] {
    var powers = [Ext4.one]
    for _ in 1..<Swift.max(size, 1) { powers.append(powers[powers.count - 1] * point) }
    return (0..<size).map { powers[(size - $0) % size] * sizeInverse }
  }

  /// `EQD(w^i, point)` for all `i`: the weights that evaluate at `point` what is given on `D`.
  func lagrangeWeights(at point: Ext4) -> [Ext4] {
    let kernel = lagrangeKernel(at: point)
    return points.map { evaluate(kernel, at: $0) }
  }

  /// The interpolant of values on `D`.
  func interpolate(_ values: [Ext4]) -> [Ext4] {
    (0..<size).map { j in
      var sum = Ext4.zero
      for i in 0..<size { sum += values[i] * points[(size - i * j % size) % size] }
      return sum * sizeInverse
    }
  }

  /// The polynomial of degree below `N * cosets.count` with the given values on the cosets `g^e D`, `e` in `exponents`.
  ///
  /// Written `sum_r Z^r F_r(Z^N)`: a transform inside each coset gives `F_r` at `g^(e N)`, and Lagrange interpolation
  /// across cosets gives `F_r`.
  func interpolate(cosets values: [[Ext4]], exponents: [Int]) -> [Ext4] {
    let shifts = exponents.map { BabyBear.generator.power(UInt64($0)) }
    let nodes = shifts.map { $0.squared(times: log) }
    let residues = zip(values, shifts).map { values, shift in
      var scale = BabyBear.one
      let inverse = shift.inverse
      return interpolate(values).map { coefficient in
        defer { scale *= inverse }
        return coefficient * scale
      }
    }
    let basis = nodes.indices.map { lagrangeBasis(nodes, $0) }
    var result = [Ext4](repeating: .zero, count: size * nodes.count)
    for r in 0..<size {
      for (coset, polynomial) in basis.enumerated() {
        for (power, coefficient) in polynomial.enumerated() {
          result[r + size * power] += residues[coset][r] * coefficient
        }
      }
    }
    return result
  }

  /// Coefficients of the polynomial that is 1 at `nodes[index]` and 0 at the others.
  private func lagrangeBasis(_ nodes: [BabyBear], _ index: Int) -> [BabyBear] {
    var polynomial = [BabyBear.one]
    var denominator = BabyBear.one
    for (other, node) in nodes.enumerated() where other != index {
      denominator *= nodes[index] - node
      var product = [BabyBear](repeating: .zero, count: polynomial.count + 1)
      for (i, c) in polynomial.enumerated() {
        product[i] -= c * node
        product[i + 1] += c
      }
      polynomial = product
    }
    let inverse = denominator.inverse
    return polynomial.map { $0 * inverse }
  }
}

/// The value of a polynomial at a base point.
func evaluate(_ coefficients: [Ext4], at point: BabyBear) -> Ext4 {
  coefficients.reversed().reduce(.zero) { $0 * point + $1 }
}

/// The value of a polynomial.
func evaluate(_ coefficients: [Ext4], at point: Ext4) -> Ext4 {
  coefficients.reversed().reduce(.zero) { $0 * point + $1 }
}

/// The product of two polynomials.
func multiply(_ a: [Ext4], _ b: [Ext4]) -> [Ext4] {
  guard !a.isEmpty, !b.isEmpty else { return [] }
  var result = [Ext4](repeating: .zero, count: a.count + b.count - 1)
  for (i, x) in a.enumerated() where x != .zero {
    for (j, y) in b.enumerated() { result[i + j] += x * y }
  }
  return result
}

/// Adds `factor * term` to `sum`, which grows as needed.
func add(_ term: [Ext4], times factor: Ext4, to sum: inout [Ext4]) {
  if sum.count < term.count { sum += [Ext4](repeating: .zero, count: term.count - sum.count) }
  for (i, c) in term.enumerated() { sum[i] += c * factor }
}

/// The value at `x` of the polynomial of degree below `values.count` with `values[i]` at `i`.
func extrapolate(_ values: [Ext4], at x: Ext4) -> Ext4 {
  var result = Ext4.zero
  for (i, value) in values.enumerated() {
    var numerator = Ext4.one
    var denominator = BabyBear.one
    for j in values.indices where j != i {
      numerator *= x - BabyBear(j)
      denominator *= BabyBear(i - j)
    }
    result += value * numerator * denominator.inverse
  }
  return result
}
