import Algebra

// Commitments to what goes into deferral circuits and comes out of them (chapter 40, section 4.2; chapter 60, section 9).
// Both are overwrite-mode sponges over blocks of 8: a header that starts with index and length in bytes, then the bytes,
// one to a field element. Types of their own, since each is a digest and none may be taken for another.

/// The standard input hash `g` of bytes, or whatever a circuit with a hash of its own makes of them: before cached parts
/// are folded in.
public struct UnfoldedInputCommit: Hashable, Sendable {
  public var digest: InnerDigest

  public init(digest: InnerDigest) { self.digest = digest }

  /// The standard input hash. The header is `(index, length, 1, 0 ...)`; zeros fill the last block. The length must be
  /// below 2^29.
  public init(index: Int, bytes: some Collection<UInt8>) {
    digest = DeferralSponge.digest(header: [BabyBear(index), BabyBear(bytes.count), .one], bytes: bytes)
  }

  /// What guests and accumulators see: `hash_slice(g, cached commitments in order)`, which without cached parts is
  /// `compress(g, 0)`.
  public func folded(with cachedCommits: [InnerDigest] = []) -> InputCommit {
    let elements = ([digest] + cachedCommits).flatMap(\.elements)
    return InputCommit(digest: elements.withUnsafeBufferPointer { InnerConfiguration.hash($0) })
  }
}

/// The folded commitment to an input: what COMMIT writes, CALL reads and accumulators take up.
public struct InputCommit: Hashable, Sendable {
  public var digest: InnerDigest

  public init(digest: InnerDigest) { self.digest = digest }
}

/// The commitment `h` to an output.
public struct OutputCommit: Hashable, Sendable {
  public var digest: InnerDigest

  public init(digest: InnerDigest) { self.digest = digest }

  /// The header is `(index, length, 0 ...)`. The length must be a multiple of 8, below 2^29.
  public init(index: Int, bytes: some Collection<UInt8>) {
    digest = DeferralSponge.digest(header: [BabyBear(index), BabyBear(bytes.count)], bytes: bytes)
  }
}

/// The sponge of both, block by block.
public enum DeferralSponge {
  /// Number of blocks for `byteCount` bytes, the header included.
  public static func blockCount(byteCount: Int) -> Int { 1 + (byteCount + 7) / 8 }

  /// Both halves of the permutation of `block` and `capacity`. The first is the digest after the last block, the second
  /// what is kept for the next.
  public static func absorb(
    _ block: InnerDigest, capacity: InnerDigest
  ) -> (digest: InnerDigest, capacity: InnerDigest) {
    var state = block.elements + capacity.elements
    Poseidon2.permute(&state)
    return (InnerDigest(state[..<8]), InnerDigest(state[8...]))
  }

  static func digest(header: [BabyBear], bytes: some Collection<UInt8>) -> InnerDigest {
    var state = [BabyBear](repeating: .zero, count: 16)
    for (place, element) in header.enumerated() { state[place] = element }
    Poseidon2.permute(&state)
    var place = 0
    for byte in bytes {
      state[place] = BabyBear(UInt32(byte))
      place += 1
      if place == 8 {
        Poseidon2.permute(&state)
        place = 0
      }
    }
    if place > 0 {
      for rest in place..<8 { state[rest] = .zero }
      Poseidon2.permute(&state)
    }
    return InnerDigest(state[..<8])
  }
}

extension InnerDigest {
  /// The 32 bytes that a guest sees: each element as four bytes, little-endian.
  public var guestBytes: [UInt8] {
    var bytes: [UInt8] = []
    InnerConfiguration.encode(self, into: &bytes)
    return bytes
  }

  /// From the bytes that a guest sees; nil unless there are 32 and all elements are canonical.
  public init?(guestBytes: [UInt8]) {
    guard let digest = InnerConfiguration.decode(guestBytes[...]) else { return nil }
    self = digest
  }
}
