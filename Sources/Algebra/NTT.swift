import CKernels
import Synchronization

/// The large transform: from coefficients in natural order to evaluations in bit-reversed order.
public enum NTT {
  private static let cache = Mutex<(log: Int, table: TwiddleTable?)>((0, nil))

  /// Twiddles for transforms of up to `2^log` points, shared and kept.
  public static func twiddles(log: Int) -> TwiddleTable {
    cache.withLock { cache in
      if let table = cache.table, cache.log >= log { return table }
      let table = TwiddleTable(log: log)
      cache = (log, table)
      return table
    }
  }

  /// Evaluates the polynomial whose `2^log` coefficients are at `data` on coset `block` of the subgroup of order
  /// `2^log`, in place; position `j` then holds the value at the coset's element number `j` bit-reversed.
  ///
  /// The cosets of one size are blocks: blocks `0 ..< 2^e` side by side are the evaluations on the subgroup of order
  /// `2^(log + e)` of the polynomial padded with zeros, bit-reversed as a whole.
  public static func evaluate(
    _ data: UnsafeMutablePointer<BabyBear>, log: Int, block: Int, twiddles: TwiddleTable
  ) {
    ck_ntt(data.words, log, block, twiddles.base)
  }
}

/// Powers of a root of unity in bit-reversed order: entry `b` is `exp(i pi 0.b0 b1 b2 ..)`, `b0` the lowest bit.
public final class TwiddleTable: @unchecked Sendable {
  // SAFE: written once, before it is shared.
  let base: UnsafeMutablePointer<UInt32>
  private let count: Int

  fileprivate init(log: Int) {
    let layers = Swift.max(log - 1, 0)
    count = 1 << layers
    base = PageMemory.allocate(count: count, of: UInt32.self)
    base[0] = BabyBear.one.montgomery
    // Bit i of the index weighs 2^-(i + 1) of a half turn.
    for bit in 0..<layers {
      let root = BabyBear.rootOfUnity(log: bit + 2)
      let half = 1 << bit
      for b in 0..<half { base[half + b] = (BabyBear(uncheckedMontgomery: base[b]) * root).montgomery }
    }
  }

  deinit { PageMemory.deallocate(base, count: count) }
}

/// Tables of the skip domain `D`, of order `N = 2^log`: roots for its transforms.
public struct SkipDomain: Sendable {
  /// At most 6, so that a transform fits the kernels' buffers.
  public let log: Int
  public var size: Int { 1 << log }
  /// For every half-size `h`, at index `h ..< 2h`: the `h` powers of the root of order `2h`.
  public let roots: [BabyBear]
  public let inverseRoots: [BabyBear]
  /// `1 / N`.
  public let sizeInverse: BabyBear
  /// `w_log^i`.
  public let points: [BabyBear]

  public static let maxLog = 6

  public init(log: Int) {
    precondition(log >= 0 && log <= Self.maxLog, "the skip domain has at most 64 points")
    self.log = log
    var roots = [BabyBear](repeating: .one, count: Swift.max(1 << log, 2))
    var inverses = roots
    for layer in 0..<log {
      let half = 1 << layer
      let root = BabyBear.rootOfUnity(log: layer + 1)
      let inverse = root.inverse
      for j in 1..<Swift.max(half, 1) {
        roots[half + j] = roots[half + j - 1] * root
        inverses[half + j] = inverses[half + j - 1] * inverse
      }
    }
    self.roots = roots
    inverseRoots = inverses
    sizeInverse = BabyBear.inversePowerOfTwo(log)
    var points = [BabyBear.one]
    for _ in 1..<Swift.max(1 << log, 1) { points.append(points[points.count - 1] * BabyBear.rootOfUnity(log: log)) }
    self.points = points
  }

  /// Chunk by chunk of `N` values: the coefficients of the interpolant, summed over subsets of the index bits
  /// (the message form of chapter 10, section 6.1). In place. `chunks` is a power of two.
  public func chunksToMessage(_ data: UnsafeMutablePointer<BabyBear>, chunks: Int) {
    inverseRoots.withUnsafeBufferPointer {
      ck_chunk_message(data.words, log, chunks, $0.baseAddress?.words, sizeInverse.montgomery)
    }
  }
}
