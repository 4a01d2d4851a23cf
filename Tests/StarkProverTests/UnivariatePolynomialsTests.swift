import Algebra
import TestSupport
import Testing

@testable import StarkProver

/// Small polynomials around the skip domain, by their definitions.
@Suite struct UnivariatePolynomialsTests {
  private static let logs = 0...SkipDomain.maxLog

  /// `prod over other points (z - x_j) / (x_i - x_j)`.
  private func lagrange(_ nodes: [Ext4], _ index: Int, at z: Ext4) -> Ext4 {
    nodes.indices.filter { $0 != index }.reduce(Ext4.one) { product, j in
      product * (z - nodes[j]) * (nodes[index] - nodes[j]).inverse
    }
  }

  private func elements(_ count: Int, _ seed: UInt64) -> [Ext4] {
    var generator = SeededGenerator(seed)
    return (0..<count).map { _ in generator.extElement() }
  }

  @Test(arguments: logs) func lagrangeKernelIsTheLagrangeBasisOnD(log: Int) {
    let domain = SkipDomain(log: log)
    let nodes = domain.points.map { Ext4($0) }
    let (point, z) = (elements(2, 1)[0], elements(2, 1)[1])
    let kernel = domain.lagrangeKernel(at: point)
    #expect(kernel.count == domain.size)
    let weights = domain.lagrangeWeights(at: point)
    for i in nodes.indices {
      #expect(weights[i] == lagrange(nodes, i, at: point))
      // At a point of D: one there, zero elsewhere.
      let atNode = domain.lagrangeKernel(at: nodes[i])
      for j in nodes.indices { #expect(evaluate(atNode, at: nodes[j]) == (i == j ? .one : .zero)) }
    }
    // Symmetric in its two arguments.
    #expect(evaluate(kernel, at: z) == evaluate(domain.lagrangeKernel(at: z), at: point))
  }

  @Test(arguments: logs) func interpolationOnD(log: Int) {
    let domain = SkipDomain(log: log)
    let values = elements(domain.size, 2)
    let coefficients = domain.interpolate(values)
    #expect(coefficients.count == domain.size)
    for (point, value) in zip(domain.points, values) { #expect(evaluate(coefficients, at: point) == value) }
    // Weights evaluate the same interpolant anywhere.
    let z = elements(1, 3)[0]
    let weighted = zip(domain.lagrangeWeights(at: z), values).reduce(Ext4.zero) { $0 + $1.0 * $1.1 }
    #expect(evaluate(coefficients, at: z) == weighted)
  }

  @Test(arguments: logs) func interpolationOnCosets(log: Int) {
    let domain = SkipDomain(log: log)
    for exponents in [[0], [1], [0, 1], [1, 2, 3], [0, 1, 2, 3]] {
      let values = exponents.indices.map { elements(domain.size, 4 + UInt64($0)) }
      let coefficients = domain.interpolate(cosets: values, exponents: exponents)
      #expect(coefficients.count == domain.size * exponents.count)
      for (exponent, values) in zip(exponents, values) {
        let shift = BabyBear.generator.power(UInt64(exponent))
        for (point, value) in zip(domain.points, values) { #expect(evaluate(coefficients, at: shift * point) == value) }
      }
      // A polynomial of that degree comes back.
      let polynomial = elements(domain.size * exponents.count, 9)
      let samples = exponents.map { exponent in
        let shift = BabyBear.generator.power(UInt64(exponent))
        return domain.points.map { evaluate(polynomial, at: shift * $0) }
      }
      #expect(domain.interpolate(cosets: samples, exponents: exponents) == polynomial)
    }
  }

  @Test func evaluation() {
    let c = elements(4, 20)
    let z = elements(1, 21)[0]
    let x: BabyBear = 12345
    #expect(evaluate([], at: z) == .zero && evaluate([], at: x) == .zero)
    #expect(evaluate(c, at: Ext4.zero) == c[0])
    #expect(evaluate(c, at: Ext4.one) == c.reduce(.zero, +))
    let direct: Ext4 = c[0] + c[1] * z + c[2] * z.squared + c[3] * z.squared * z
    #expect(evaluate(c, at: z) == direct)
    #expect(evaluate(c, at: x) == evaluate(c, at: Ext4(x)))
  }

  @Test func productsAndSums() {
    let (a, b, z) = (elements(3, 22), elements(5, 23), elements(1, 24)[0])
    let product = multiply(a, b)
    #expect(product.count == 7)
    #expect(product == multiply(b, a))
    #expect(evaluate(product, at: z) == evaluate(a, at: z) * evaluate(b, at: z))
    #expect(multiply([], b).isEmpty && multiply(a, []).isEmpty)
    #expect(multiply([.zero, .one], a) == [.zero] + a)

    for (start, term) in [(a, b), (b, a), ([], a), (a, [])] {
      var sum = start
      add(term, times: z, to: &sum)
      #expect(sum.count == max(start.count, term.count))
      #expect(evaluate(sum, at: z) == evaluate(start, at: z) + z * evaluate(term, at: z))
    }
  }

  @Test func extrapolationFromSmallIntegers() {
    let z = elements(1, 25)[0]
    for count in 1...6 {
      let polynomial = elements(count, 26)
      let values = (0..<count).map { evaluate(polynomial, at: BabyBear($0)) }
      #expect(extrapolate(values, at: z) == evaluate(polynomial, at: z))
      for i in 0..<count { #expect(extrapolate(values, at: Ext4(BabyBear(i))) == values[i]) }
    }
    #expect(extrapolate([], at: z) == .zero)
  }

  @Test func skipKernelsPickRowsOfShortColumns() {
    // On D, a column of height 2^h is given on the subgroup of order 2^h, zero elsewhere.
    let domain = SkipDomain(log: 4)
    let r0 = elements(1, 27)[0]
    for logHeight in 0...6 {
      let kernels = SkipKernelPolynomials(logHeight: logHeight, domain: domain, r0: r0)
      let missing = max(4 - logHeight, 0)
      let subgroup = SkipDomain(log: 4 - missing)
      let point = r0.squared(times: missing)
      let next = point * BabyBear.rootOfUnity(log: subgroup.log)
      let (local, rotated) = (subgroup.lagrangeWeights(at: point), subgroup.lagrangeWeights(at: next))
      for i in 0..<domain.size {
        let step = 1 << missing
        let isInside = i % step == 0
        #expect(evaluate(kernels.local, at: domain.points[i]) == (isInside ? local[i / step] : .zero))
        #expect(evaluate(kernels.rotated, at: domain.points[i]) == (isInside ? rotated[i / step] : .zero))
      }
      #expect((kernels.wrap == nil) == (missing > 0))
      let u0 = elements(2, 28)[1]
      let atPoint = SkipKernel(logHeight: logHeight, domain: domain, r0: r0, u0: u0)
      #expect(atPoint.local == evaluate(kernels.local, at: u0))
      #expect(atPoint.rotated == evaluate(kernels.rotated, at: u0))
      #expect(atPoint.wrap == kernels.wrap.map { evaluate($0, at: u0) } ?? .zero)
    }
  }
}
