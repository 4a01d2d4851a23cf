import Algebra

/// The kernels of chapter 10, section 6.0, in closed form. `D(k)` is the subgroup of order `2^k`.
enum Kernel {
  /// `1 - a - b + 2ab`: one where two bits agree.
  @inline(__always)
  static func eq1(_ a: Ext4, _ b: Ext4) -> Ext4 {
    let product = a * b
    return .one - a - b + product + product
  }

  /// Product of `eq1` over coordinates; one for none. Both lists have the same length.
  static func eq(_ a: some Sequence<Ext4>, _ b: some Sequence<Ext4>) -> Ext4 {
    var result = Ext4.one
    for (a, b) in zip(a, b) { result *= eq1(a, b) }
    return result
  }

  /// `eq` against the bits of `index`, the lowest bit with the first coordinate.
  static func eq(_ point: some Sequence<Ext4>, bitsOf index: Int) -> Ext4 {
    var result = Ext4.one
    var bits = index
    for coordinate in point {
      result *= bits & 1 == 1 ? coordinate : .one - coordinate
      bits >>= 1
    }
    return result
  }

  /// `eq(point, bits of i)` for every `i` below `2^point.count`.
  static func eqTable(_ point: some Sequence<Ext4>) -> [Ext4] {
    var table = [Ext4.one]
    for coordinate in point {
      let high = table.map { $0 * coordinate }
      for index in table.indices { table[index] -= high[index] }
      table += high
    }
    return table
  }

  /// `EQD(k; x, y)`: the Lagrange kernel of `D(k)`.
  static func eqD(log k: Int, _ x: Ext4, _ y: Ext4) -> Ext4 {
    var result = Ext4.one
    var x = x
    var y = y
    for _ in 0..<k {
      result = (x + y) * result + (x - .one) * (y - .one)
      x = x.squared
      y = y.squared
    }
    return result * BabyBear.inversePowerOfTwo(k)
  }

  /// `EQ1(k; x) = EQD(k; x, 1)`.
  static func eqDOne(log k: Int, _ x: Ext4) -> Ext4 {
    var result = Ext4.one
    var x = x
    for _ in 0..<k {
      result *= x + .one
      x = x.squared
    }
    return result * BabyBear.inversePowerOfTwo(k)
  }

  /// `IN(n; x)`: one for `n >= 0`, else the indicator, on `D(l)`, of its subgroup of order `2^(l + n)`.
  static func subgroupIndicator(dimension n: Int, lSkip l: Int, _ x: Ext4) -> Ext4 {
    n >= 0 ? .one : eqDOne(log: -n, x.squared(times: l + n))
  }

  /// `EQS(xi; x)`: the interpolant over `D(l)`, `l = xi.count`, of `w^i -> eq(xi, bits of i)`. Takes `2^l l`
  /// multiplications.
  static func eqS(_ xi: some Collection<Ext4>, _ x: Ext4) -> Ext4 {
    let l = xi.count
    let inverseRoot = BabyBear.rootOfUnity(log: l).inverse
    var result = Ext4.zero
    var xPower = Ext4.one
    var rootPower = BabyBear.one
    for _ in 0..<1 << l {
      // The coefficient of x^k, times 2^l, is the product over i of 1 - xi_i + xi_i w^(-k 2^i).
      var coefficient = Ext4.one
      var root = rootPower
      for coordinate in xi {
        coefficient *= coordinate * (root - .one) + .one
        root = root.squared
      }
      result += coefficient * xPower
      xPower *= x
      rootPower *= inverseRoot
    }
    return result * BabyBear.inversePowerOfTwo(l)
  }

  /// `PRISM(k; x, y)`: equality on the prism `D(k) x {0,1}^n`.
  static func prism(log k: Int, _ x: some Collection<Ext4>, _ y: some Collection<Ext4>) -> Ext4 {
    guard let x0 = x.first, let y0 = y.first else { return .one }
    return eqD(log: k, x0, y0) * eq(x.dropFirst(), y.dropFirst())
  }

  /// `ROT(k; x, y)`: the extension of `[x = next(y)]` on the prism, the row after `y` in cyclic order.
  static func rotation(log k: Int, _ x: some BidirectionalCollection<Ext4>, _ y: some BidirectionalCollection<Ext4>)
    -> Ext4
  {
    guard let x0 = x.first, let y0 = y.first else { return .one }
    let nextY0 = y0 * BabyBear.rootOfUnity(log: k)
    // Inside a block of D(k) the row moves on by w; from its last row it wraps to 1 and carries into the cube.
    var carried = Ext4.one
    var same = Ext4.one
    for (x, y) in zip(x.dropFirst().reversed(), y.dropFirst().reversed()) {
      carried = x * (.one - y) * same + (.one - x) * y * carried
      same *= eq1(x, y)
    }
    return eqD(log: k, x0, nextY0) * same + eqDOne(log: k, x0) * eqDOne(log: k, nextY0) * (carried - same)
  }

  /// `MOB(u, x)`: the product of `(1 - 2u)(1 - x) + ux`.
  static func moebius(_ u: some Sequence<Ext4>, _ x: some Sequence<Ext4>) -> Ext4 {
    var result = Ext4.one
    for (u, x) in zip(u, x) { result *= (.one - u - u) * (.one - x) + u * x }
    return result
  }
}

/// Walks `eq(point, bits of i)` through consecutive `i`: about two products a step, since most steps change low bits
/// only.
struct EqWalker {
  private let point: [Ext4]
  /// Entry `j` is the product over the coordinates from `j` up, for the current index.
  private var suffixes: [Ext4]
  private var index: Int

  init(_ point: some Sequence<Ext4>, startingAt index: Int) {
    self.point = Array(point)
    self.index = index
    suffixes = [Ext4](repeating: .one, count: self.point.count + 1)
    refresh(below: self.point.count)
  }

  /// The value at `target`; cheap when it is the current index or the next one.
  mutating func value(at target: Int) -> Ext4 {
    let changed = target ^ index
    index = target
    refresh(below: min(Int.bitWidth - changed.leadingZeroBitCount, point.count))
    return suffixes[0]
  }

  private mutating func refresh(below count: Int) {
    for bit in stride(from: count - 1, through: 0, by: -1) {
      let isSet = (index >> bit) & 1 == 1
      suffixes[bit] = suffixes[bit + 1] * (isSet ? point[bit] : .one - point[bit])
    }
  }
}
