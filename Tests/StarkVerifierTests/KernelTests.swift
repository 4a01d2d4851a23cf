import Algebra
import TestSupport
import Testing

@testable import StarkVerifier

/// The closed forms of chapter 10, section 6.0, against the sums that define them.
@Suite struct KernelTests {
  private var random = SplitMix64(seed: 7)

  private mutating func ext() -> Ext4 {
    func element(_ random: inout SplitMix64) -> BabyBear { BabyBear(UInt32(truncatingIfNeeded: random.next())) }
    return Ext4(element(&random), element(&random), element(&random), element(&random))
  }

  private mutating func exts(_ count: Int) -> [Ext4] { (0..<count).map { _ in ext() } }

  /// The elements of the subgroup of order `2^k`.
  private func subgroup(_ k: Int) -> [Ext4] {
    let root = BabyBear.rootOfUnity(log: k)
    return (0..<1 << k).map { Ext4(root.power(UInt64($0))) }
  }

  /// The value at `x` of the polynomial with the given values on the subgroup of order `2^k`.
  private func interpolant(_ values: [Ext4], _ k: Int, at x: Ext4) -> Ext4 {
    let domain = subgroup(k)
    var result = Ext4.zero
    for (i, value) in values.enumerated() {
      var term = value
      for (j, z) in domain.enumerated() where j != i { term *= (x - z) * (domain[i] - z).inverse }
      result += term
    }
    return result
  }

  private func bits(_ value: Int, _ count: Int) -> [Ext4] { (0..<count).map { (value >> $0) & 1 == 1 ? .one : .zero } }

  @Test mutating func eqTableHoldsEq() {
    let point = exts(5)
    let table = Kernel.eqTable(point)
    #expect(table.count == 32)
    var walker = EqWalker(point, startingAt: 3)
    for index in [3, 4, 5, 6, 7, 8, 31, 0, 1, 17, 16] {
      #expect(table[index] == Kernel.eq(point, bitsOf: index))
      #expect(table[index] == Kernel.eq(point, bits(index, 5)))
      #expect(walker.value(at: index) == table[index])
    }
    #expect(Kernel.eqTable([Ext4]()) == [.one])
  }

  @Test(arguments: 0..<5)
  mutating func lagrangeKernelInterpolates(k: Int) {
    let x = ext()
    let y = ext()
    let domain = subgroup(k)
    for (i, z) in domain.enumerated() {
      for (j, w) in domain.enumerated() { #expect(Kernel.eqD(log: k, z, w) == (i == j ? .one : .zero)) }
      var unit = [Ext4](repeating: .zero, count: domain.count)
      unit[i] = .one
      #expect(Kernel.eqD(log: k, x, z) == interpolant(unit, k, at: x))
    }
    #expect(Kernel.eqD(log: k, x, y) == interpolant(domain.map { Kernel.eqD(log: k, $0, y) }, k, at: x))
    #expect(Kernel.eqDOne(log: k, x) == Kernel.eqD(log: k, x, .one))
  }

  @Test(arguments: 0..<5)
  mutating func multilinearEqOnTheSkipDomain(l: Int) {
    let xi = exts(l)
    let x = ext()
    #expect(Kernel.eqS(xi, x) == interpolant(Kernel.eqTable(xi), l, at: x))
  }

  @Test func indicatorOfShortTraces() {
    for l in 0..<5 {
      for n in -l...2 {
        for (i, z) in subgroup(l).enumerated() {
          let isInside = n >= 0 || i % (1 << -n) == 0
          #expect(Kernel.subgroupIndicator(dimension: n, lSkip: l, z) == (isInside ? .one : .zero))
        }
      }
    }
  }

  @Test func rotationPicksTheNextRow() {
    for (k, n) in [(0, 0), (0, 3), (2, 0), (1, 2), (2, 2)] {
      let domain = subgroup(k)
      let height = 1 << (k + n)
      let rows = (0..<height).map { [domain[$0 % (1 << k)]] + bits($0 >> k, n) }
      for (i, x) in rows.enumerated() {
        for (j, y) in rows.enumerated() {
          #expect(Kernel.prism(log: k, x, y) == (i == j ? .one : .zero))
          #expect(Kernel.rotation(log: k, x, y) == (i == (j + 1) % height ? .one : .zero), "\(k) \(n) \(i) \(j)")
        }
      }
    }
  }

  /// Equation 6.1: coefficients against `eq` are evaluations against the Moebius kernel.
  @Test mutating func moebiusKernelTurnsEvaluationsIntoCoefficients() {
    let u = exts(4)
    let coefficients = exts(16)
    var left = Ext4.zero
    for (coefficient, weight) in zip(coefficients, Kernel.eqTable(u)) { left += coefficient * weight }
    var right = Ext4.zero
    for b in 0..<16 {
      var evaluation = Ext4.zero
      for s in 0..<16 where s & b == s { evaluation += coefficients[s] }
      right += evaluation * Kernel.moebius(u, bits(b, 4))
    }
    #expect(left == right)
  }

  @Test mutating func univariateEvaluation() {
    for count in 0..<11 {
      let coefficients = exts(count)
      let x = ext()
      var expected = Ext4.zero
      for (power, coefficient) in coefficients.enumerated() { expected += coefficient * x.power(UInt64(power)) }
      #expect(Univariate.evaluate(coefficients, at: x) == expected)
      let base = x.c0
      #expect(Univariate.evaluate(coefficients, at: base) == Univariate.evaluate(coefficients, at: Ext4(base)))
      guard count > 0 else { continue }
      let values = (0..<count).map { Univariate.evaluate(coefficients, at: BabyBear($0)) }
      #expect(Univariate.interpolate(values, at: x) == expected)
      if count == 3 { #expect(Univariate.interpolate(values[0], values[1], values[2], at: x) == expected) }
      if count == 4 { #expect(Univariate.interpolate(values[0], values[1], values[2], values[3], at: x) == expected) }
      for log in 0..<4 {
        let sum = subgroup(log).reduce(Ext4.zero) { $0 + Univariate.evaluate(coefficients, at: $1) }
        #expect(Univariate.sumOverSubgroup(log: log, coefficients: coefficients) == sum)
      }
    }
  }
}
