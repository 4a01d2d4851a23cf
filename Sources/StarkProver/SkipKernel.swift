import Algebra

/// The kernels of the stacked reduction in the skip variable `Z` alone, for slices of one height
/// (chapter 10, section 6.5): `local` multiplies the column, `rotated` its rotation inside a chunk, `wrap` the step to
/// the next chunk. For slices below the skip domain the indicator of their subgroup is included and there is no step.
struct SkipKernelPolynomials {
  let local: [Ext4]
  let rotated: [Ext4]
  /// Nil below the skip domain.
  let wrap: [Ext4]?

  init(logHeight: Int, domain: SkipDomain, r0: Ext4) {
    let missing = Swift.max(domain.log - logHeight, 0)
    let subgroup = missing == 0 ? domain : SkipDomain(log: logHeight)
    let point = r0.squared(times: missing)
    let next = point * BabyBear.rootOfUnity(log: subgroup.log)
    guard missing > 0 else {
      local = domain.lagrangeKernel(at: point)
      rotated = domain.lagrangeKernel(at: next)
      let atOne = domain.lagrangeKernel(at: .one)
      let factor = evaluate(atOne, at: next)
      wrap = atOne.map { $0 * factor }
      return
    }
    // 2^-missing prod_i (1 + Z^(2^(h + i))): one on the subgroup of order 2^h, zero elsewhere on D.
    var indicator = [Ext4.one]
    for i in 0..<missing {
      var factor = [Ext4](repeating: .zero, count: 1 << (logHeight + i) + 1)
      factor[0] = .one
      factor[factor.count - 1] = .one
      indicator = multiply(indicator, factor)
    }
    let scale = BabyBear.inversePowerOfTwo(missing)
    indicator = indicator.map { $0 * scale }
    local = multiply(indicator, subgroup.lagrangeKernel(at: point))
    rotated = multiply(indicator, subgroup.lagrangeKernel(at: next))
    wrap = nil
  }
}

/// The same at a point `u0`.
struct SkipKernel {
  let local: Ext4
  let rotated: Ext4
  let wrap: Ext4

  init(logHeight: Int, domain: SkipDomain, r0: Ext4, u0: Ext4) {
    let polynomials = SkipKernelPolynomials(logHeight: logHeight, domain: domain, r0: r0)
    local = evaluate(polynomials.local, at: u0)
    rotated = evaluate(polynomials.rotated, at: u0)
    wrap = polynomials.wrap.map { evaluate($0, at: u0) } ?? .zero
  }
}
