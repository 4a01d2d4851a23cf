import Algebra

/// A hash family of the proof system: leaf hash, compression and transcript (chapter 10, section 1.4).
///
/// Two exist: `InnerConfiguration` (Poseidon2 over BabyBear) and `RootConfiguration` (Poseidon2 over BN254).
/// Everything downstream is generic over it; bulk requirements work on whole blocks, so that the generic
/// boundary costs nothing per element.
public protocol HashConfiguration: Sendable {
  /// The output of the hash.
  associatedtype Digest: Hashable, Sendable, BitwiseCopyable
  /// The Fiat-Shamir transcript.
  associatedtype Transcript: HashTranscript where Transcript.Digest == Digest

  /// `inner` or `root`.
  static var name: String { get }
  /// The digest that `hash` gives for no input: what unused digest storage is filled with.
  static var emptyDigest: Digest { get }

  /// Sponge hash of `elements` (`hash_slice`, chapter 10, sections 2.3 and 2.4). Inputs of different lengths
  /// are not domain-separated.
  static func hash(_ elements: UnsafeBufferPointer<BabyBear>) -> Digest
  /// Two-to-one compression.
  static func compress(_ left: Digest, _ right: Digest) -> Digest

  /// Hashes `rowCount` rows of a column-major matrix, starting at `firstRow`: row `i` is
  /// `columns[0][firstRow + i], columns[1][firstRow + i], ..`.
  static func hashRows(
    columns: UnsafeBufferPointer<UnsafePointer<BabyBear>>, firstRow: Int, rowCount: Int,
    into digests: UnsafeMutablePointer<Digest>)
  /// Hashes `rowCount` rows of `width` elements each, one after the other in memory.
  static func hashRows(
    rowMajor rows: UnsafePointer<BabyBear>, width: Int, rowCount: Int, into digests: UnsafeMutablePointer<Digest>)
  /// One level of `groups` separate trees whose `2 * half` nodes are paired by halves:
  /// `output[g * half + a] = compress(input[g * 2 * half + a], input[g * 2 * half + half + a])`.
  /// With `half == 1` neighbours are paired, as in an ordinary tree. `input` and `output` do not overlap.
  static func compressHalves(
    _ input: UnsafePointer<Digest>, into output: UnsafeMutablePointer<Digest>, groups: Int, half: Int)

  /// Bytes of a digest in a proof (canonical form).
  static var digestByteCount: Int { get }
  /// Appends the proof form of `digest`: inner, 8 canonical little-endian words; root, 32 big-endian bytes.
  static func encode(_ digest: Digest, into bytes: inout [UInt8])
  /// Reads the proof form from exactly `digestByteCount` bytes; nil when not canonical.
  static func decode(_ bytes: ArraySlice<UInt8>) -> Digest?

  /// Appends the key (postcard) form of `digest`: inner, 8 varints of Montgomery residues; root, varint 32 and
  /// the 32 bytes of the Montgomery residue, little-endian.
  static func encodeForKey(_ digest: Digest, into bytes: inout [UInt8])
  /// Reads the key form at `offset`, which moves past it; nil when truncated or not canonical.
  static func decodeForKey(_ bytes: [UInt8], at offset: inout Int) -> Digest?

  /// The digest's field elements as canonical decimal integers: 8 for inner, 1 for root. For reports and JSON.
  static func integers(of digest: Digest) -> [String]
}

/// A Fiat-Shamir transcript (chapter 10, section 3). A value: a copy is an independent transcript.
public protocol HashTranscript: Sendable {
  associatedtype Digest

  init()
  mutating func observe(_ element: BabyBear)
  mutating func observe(_ digest: Digest)
  mutating func sample() -> BabyBear
  /// The smallest witness, in the order 0, 1, 2, .., for which `check(bits:witness:)` holds on a copy of the
  /// state. Does not change the state. `bits` is in `1 ... 30`. Uses up to `threads` threads.
  func smallestWitness(bits: Int, threads: Int) -> BabyBear?
}

extension HashTranscript {
  /// Observes `c0, c1, c2, c3`.
  @inlinable
  public mutating func observe(_ element: Ext4) {
    observe(element.c0)
    observe(element.c1)
    observe(element.c2)
    observe(element.c3)
  }

  /// Four samples, the first is `c0`.
  @inlinable
  public mutating func sampleExt() -> Ext4 {
    let c0 = sample()
    let c1 = sample()
    let c2 = sample()
    let c3 = sample()
    return Ext4(c0, c1, c2, c3)
  }

  /// The low `count` bits of a sample's canonical integer; slightly biased, by design.
  @inlinable
  public mutating func sampleBits(_ count: Int) -> Int {
    Int(sample().canonical) & ((1 &<< count) &- 1)
  }

  /// Proof-of-work check: true without touching the state when `bits` is 0, else observes `witness` and demands
  /// that the next `bits` sampled bits vanish.
  @inlinable
  public mutating func check(bits: Int, witness: BabyBear) -> Bool {
    guard bits != 0 else { return true }
    observe(witness)
    return sampleBits(bits) == 0
  }

  /// Finds the smallest witness and runs the check on the state. Zero, and no change, when `bits` is 0.
  /// Nil when no element is a witness, which for `bits` up to 25 happens with negligible probability.
  @inlinable
  public mutating func grind(bits: Int, threads: Int) -> BabyBear? {
    guard bits != 0 else { return .zero }
    guard let witness = smallestWitness(bits: bits, threads: threads) else { return nil }
    _ = check(bits: bits, witness: witness)
    return witness
  }
}
