import Algebra

/// The SplitMix64 generator (Steele, Lea, Flood 2014): random inputs that are the same on every machine.
///
/// Not for secrets. `stream` gives each row or block its own generator, so that parallel generators need not agree
/// on an order.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// Generator number `stream` of a family.
  public init(seed: UInt64, stream: Int) {
    // One output of the parent as the child's start keeps neighbouring streams apart.
    var parent = SplitMix64(seed: seed &+ UInt64(truncatingIfNeeded: stream) &* 0xa076_1d64_78bd_642f)
    state = parent.next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A field element, uniform up to a bias of `2^-33`.
  public mutating func nextElement() -> BabyBear {
    BabyBear(UInt32(truncatingIfNeeded: next() % UInt64(BabyBear.modulus)))
  }
}
