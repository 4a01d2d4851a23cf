import Algebra
import CKernels
import Synchronization

/// The multi-field duplex sponge (chapter 10, section 3.3): a sponge over BN254, width 3, rate 2, between two buffers
/// of BabyBear elements.
///
/// Observations are packed eight to a scalar before they are absorbed; a squeezed scalar gives five samples, its
/// lowest digits to the base `p`. Digests are absorbed directly. Observing discards the samples that are left.
public struct RootTranscript: HashTranscript {
  public typealias Digest = BN254Scalar

  /// The three cells of the sponge.
  public private(set) var state: [3 of BN254Scalar] = .init(repeating: .zero)
  /// Cells of the rate that hold observations not yet permuted.
  private var absorbed = 0
  /// Squeezes that are left in the rate.
  private var available = 0
  /// Observations not yet absorbed, packed into an integer of 31 bits each.
  private var packed: [4 of UInt64] = .init(repeating: 0)
  private var packedCount = 0
  /// Digits of the last squeezed scalar; the last `samplesLeft` are not yet given out.
  private var samples: [5 of BabyBear] = .init(repeating: .zero)
  private var samplesLeft = 0

  public init() {}

  public static let rate = 2
  /// BabyBear elements in an absorbed scalar.
  public static let elementsPerScalar = 8
  /// Samples from a squeezed scalar: the largest `k` with `p^k * 2^98 <= q`.
  public static let samplesPerScalar = 5

  public mutating func observe(_ element: BabyBear) {
    samplesLeft = 0
    let offset = 31 &* packedCount  // at most 217
    let word = offset >> 6
    let shift = UInt64(truncatingIfNeeded: offset & 63)
    let value = UInt64(element.canonical)
    packed[word] |= value &<< shift
    if shift > 33 { packed[word &+ 1] |= value &>> (64 &- shift) }  // only where word < 3
    packedCount &+= 1
    if packedCount == Self.elementsPerScalar { flush() }
  }

  public mutating func observe(_ digest: BN254Scalar) {
    samplesLeft = 0
    flush()
    absorb(digest)
  }

  public mutating func sample() -> BabyBear {
    if samplesLeft == 0 {
      flush()
      var rest = squeeze().integer
      for index in samples.indices {
        let digit = BN254Scalar.divide(&rest, by: UInt64(BabyBear.modulus))
        samples[index] = BabyBear(UInt32(truncatingIfNeeded: digit))
      }
      samplesLeft = Self.samplesPerScalar
    }
    let element = samples[Self.samplesPerScalar &- samplesLeft]
    samplesLeft &-= 1
    return element
  }

  /// Absorbs the packed observations, if there are any.
  private mutating func flush() {
    guard packedCount != 0 else { return }
    absorb(BN254Scalar(reducing: packed))
    packed = .init(repeating: 0)
    packedCount = 0
  }

  private mutating func absorb(_ scalar: BN254Scalar) {
    state[absorbed] = scalar
    absorbed &+= 1
    if absorbed == Self.rate { permute() }
  }

  private mutating func squeeze() -> BN254Scalar {
    if absorbed != 0 || available == 0 { permute() }
    available &-= 1
    return state[available]
  }

  private mutating func permute() {
    withUnsafeMutableBytes(of: &state) { bytes in
      // SAFE: a scalar is four words, like ck_fr.
      ck_bn254_permute(ck_simd_level(), 3, bytes.baseAddress?.assumingMemoryBound(to: ck_fr.self), 1)
    }
    absorbed = 0
    available = Self.rate
  }

  public func smallestWitness(bits: Int, threads: Int) -> BabyBear? {
    // Wherever the witness lands in the packed buffer, one permutation follows before the sample: at once when it
    // completes the rate, else when the sample asks for it.
    let task = grindTask(bits: bits)
    let batch: UInt64 = 64
    let batches = (UInt64(BabyBear.modulus) + batch - 1) / batch
    // Batches are handed out in order and a hit stops later ones only, so the smallest witness wins.
    let next = Atomic<UInt64>(0)
    // Signed, since in Swift 6.3 `min` of an unsigned atomic compares as signed and never leaves `UInt64.max`.
    let best = Atomic<Int>(.max)
    Workers(threads).forEach(Swift.max(threads, 1)) { _ in
      var task = task
      while true {
        let start = next.wrappingAdd(1, ordering: .relaxed).oldValue * batch
        guard start / batch < batches, start < UInt64(best.load(ordering: .relaxed)) else { return }
        let count = Swift.min(batch, UInt64(BabyBear.modulus) - start)
        let hit = ck_bn254_grind(ck_simd_level(), &task, start, count)
        if hit != .max { best.min(Int(hit), ordering: .relaxed) }
      }
    }
    let witness = best.load(ordering: .relaxed)
    return witness == .max ? nil : BabyBear(canonical: UInt32(truncatingIfNeeded: witness))
  }

  private func grindTask(bits: Int) -> ck_bn254_grind_task {
    func raw(_ words: [4 of UInt64]) -> ck_fr { ck_fr(l0: words[0], l1: words[1], l2: words[2], l3: words[3]) }
    return ck_bn254_grind_task(
      state: (raw(state[0].montgomery), raw(state[1].montgomery), raw(state[2].montgomery)), packed: raw(packed),
      cell: UInt32(truncatingIfNeeded: absorbed), position: UInt32(truncatingIfNeeded: packedCount),
      bits: UInt32(truncatingIfNeeded: bits))
  }
}
