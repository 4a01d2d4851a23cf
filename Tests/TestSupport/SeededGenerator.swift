import Algebra

/// A small deterministic generator (SplitMix64): the same seed gives the same test on every run.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A uniform element.
  public mutating func element() -> BabyBear { BabyBear(UInt32.random(in: 0..<BabyBear.modulus, using: &self)) }

  /// `count` elements, about a quarter of them 0, 1 or p - 1.
  public mutating func elements(_ count: Int) -> [BabyBear] {
    let edges: [BabyBear] = [.zero, .one, -.one]
    return (0..<count).map { _ in
      let choice = Int.random(in: 0..<12, using: &self)
      return choice < 3 ? edges[choice] : element()
    }
  }

  /// A uniform extension element.
  public mutating func extElement() -> Ext4 { Ext4(element(), element(), element(), element()) }

  /// A BN254 scalar, uniform but for the reduction of 256 bits.
  public mutating func scalar() -> BN254Scalar { BN254Scalar(reducing: [next(), next(), next(), next()]) }
}
