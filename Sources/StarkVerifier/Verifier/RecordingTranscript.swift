import Algebra
import Hashing

/// A transcript that keeps a log of all that passes through it: for comparing two implementations value by value.
public struct RecordingTranscript<H: HashConfiguration>: HashTranscript {
  public typealias Digest = H.Digest

  private var base = H.Transcript()
  /// Every value in order, canonical. A digest counts as the little-endian words of its proof form: for the inner
  /// configuration its eight elements.
  public private(set) var values: [UInt32] = []
  /// By value: whether it was sampled; else it was observed.
  public private(set) var isSample: [Bool] = []

  public init() {}

  public mutating func observe(_ element: BabyBear) {
    base.observe(element)
    log(element.canonical, sampled: false)
  }

  public mutating func observe(_ digest: H.Digest) {
    base.observe(digest)
    var bytes: [UInt8] = []
    H.encode(digest, into: &bytes)
    var word: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
      word |= UInt32(byte) << UInt32(8 * (index % 4))
      guard index % 4 == 3 else { continue }
      log(word, sampled: false)
      word = 0
    }
  }

  public mutating func sample() -> BabyBear {
    let element = base.sample()
    log(element.canonical, sampled: true)
    return element
  }

  public func smallestWitness(bits: Int, threads: Int) -> BabyBear? {
    base.smallestWitness(bits: bits, threads: threads)
  }

  private mutating func log(_ value: UInt32, sampled: Bool) {
    values.append(value)
    isSample.append(sampled)
  }
}
