import Algebra
import CKernels
import Synchronization

/// The duplex sponge over BabyBear, width 16, rate 8 (chapter 10, section 3.2).
///
/// Samples leave the rate in descending order; a partly filled rate is permuted without padding and keeps its
/// other cells; observing after a partial squeeze discards the samples that are left.
public struct InnerTranscript: HashTranscript {
  public typealias Digest = InnerDigest

  /// The 16 cells.
  public private(set) var state: [16 of BabyBear] = .init(repeating: .zero)
  /// Cells of the rate that hold observations not yet permuted.
  private var absorbed = 0
  /// Samples that are left in the rate.
  private var available = 0

  public init() {}

  public mutating func observe(_ element: BabyBear) {
    state[absorbed] = element
    absorbed &+= 1
    if absorbed == Self.rate { permute() }
  }

  public mutating func observe(_ digest: InnerDigest) {
    observe(digest.e0)
    observe(digest.e1)
    observe(digest.e2)
    observe(digest.e3)
    observe(digest.e4)
    observe(digest.e5)
    observe(digest.e6)
    observe(digest.e7)
  }

  public mutating func sample() -> BabyBear {
    if absorbed != 0 || available == 0 { permute() }
    available &-= 1
    return state[available]
  }

  public static let rate = 8

  private mutating func permute() {
    withUnsafeMutableBytes(of: &state) { bytes in
      // SAFE: sixteen field elements are sixteen words.
      ck_permute(bytes.baseAddress?.assumingMemoryBound(to: UInt32.self), 1)
    }
    absorbed = 0
    available = Self.rate
  }

  public func smallestWitness(bits: Int, threads: Int) -> BabyBear? {
    let mask = (UInt32(1) << UInt32(bits)) &- 1
    let position = absorbed
    let state = state
    let batch: UInt64 = 1 << 12
    let batches = (UInt64(BabyBear.modulus) + batch - 1) / batch
    // Batches are handed out in order and a hit stops later ones only, so the smallest witness wins.
    let next = Atomic<UInt64>(0)
    // Signed, since in Swift 6.3 `min` of an unsigned atomic compares as signed and never leaves `UInt64.max`.
    let best = Atomic<Int>(.max)
    Workers(threads).forEach(Swift.max(threads, 1)) { _ in
      withUnsafeBytes(of: state) { bytes in
        while true {
          let start = next.wrappingAdd(1, ordering: .relaxed).oldValue * batch
          guard start / batch < batches, start < UInt64(best.load(ordering: .relaxed)) else { return }
          let count = Swift.min(batch, UInt64(BabyBear.modulus) - start)
          let hit = ck_grind(bytes.baseAddress?.assumingMemoryBound(to: UInt32.self), position, mask, start, count)
          if hit != .max { best.min(Int(hit), ordering: .relaxed) }
        }
      }
    }
    let witness = best.load(ordering: .relaxed)
    return witness == .max ? nil : BabyBear(canonical: UInt32(truncatingIfNeeded: witness))
  }
}
