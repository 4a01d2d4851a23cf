import Algebra
import Hashing
import TestSupport
import Testing

/// Digests in proofs and in keys.
struct DigestCodingTests {
  static func checkRoundTrips<H: SampleDigests>(_: H.Type) {
    var generator = SeededGenerator(80)
    let digests = H.sampleDigests(30, &generator)
    var proof: [UInt8] = []
    var key: [UInt8] = [7]
    for digest in digests {
      H.encode(digest, into: &proof)
      H.encodeForKey(digest, into: &key)
    }
    #expect(proof.count == digests.count * H.digestByteCount)
    var offset = 1
    for (index, digest) in digests.enumerated() {
      let start = index * H.digestByteCount
      #expect(H.decode(proof[start..<start + H.digestByteCount]) == digest)
      #expect(H.decodeForKey(key, at: &offset) == digest)
    }
    #expect(offset == key.count)
    #expect(H.decodeForKey(key, at: &offset) == nil)

    let bytes = proof.prefix(H.digestByteCount)
    #expect(H.decode(bytes.dropLast()) == nil)
    #expect(H.decode(bytes + [0]) == nil)
    #expect(H.decode([]) == nil)
    for end in 0..<8 {
      var offset = 0
      #expect(H.decodeForKey(Array(key[1..<1 + end]), at: &offset) == nil)
    }
    for wild in [-1, Int.min, Int.max, key.count + 1] {
      var offset = wild
      #expect(H.decodeForKey(key, at: &offset) == nil)
    }
  }

  @Test func roundTrip() {
    Self.checkRoundTrips(InnerConfiguration.self)
    Self.checkRoundTrips(RootConfiguration.self)
  }

  @Test func innerProofFormIsCanonicalWords() {
    var bytes: [UInt8] = []
    InnerConfiguration.encode(InnerDigest([1, 0x0102_0304, -1]), into: &bytes)
    #expect(bytes.prefix(12) == [1, 0, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0x78])
    for position in 0..<8 {
      var changed = [UInt8](repeating: 0, count: 32)
      // p itself, little-endian
      changed[4 * position] = 1
      changed[4 * position + 3] = 0x78
      #expect(InnerConfiguration.decode(changed[...]) == nil)
      changed[4 * position] = 0
      #expect(InnerConfiguration.decode(changed[...]) != nil)
      changed[4 * position + 3] = 0xff
      #expect(InnerConfiguration.decode(changed[...]) == nil)
    }
  }

  @Test func innerKeyFormIsVarintsOfResidues() {
    var bytes: [UInt8] = []
    InnerConfiguration.encodeForKey(InnerDigest([1]), into: &bytes)
    // 268435454 = 0x0ffffffe, seven bits at a time
    #expect(bytes == [0xfe, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0])
    func decode(_ first: [UInt8]) -> InnerDigest? {
      var offset = 0
      return InnerConfiguration.decodeForKey(first + [UInt8](repeating: 0, count: 7), at: &offset)
    }
    #expect(decode([0]) != nil)
    #expect(decode([0x81, 0x80, 0x80, 0xc0, 0x07]) == nil)  // p
    #expect(decode([0x80, 0x80, 0x80, 0xc0, 0x07]) != nil)  // p - 1
    #expect(decode([0x80, 0x00]) == nil)  // zero in two bytes
    #expect(decode([0xff, 0xff, 0xff, 0xff, 0x7f]) == nil)
    #expect(decode([0x80, 0x80, 0x80, 0x80, 0x80, 0x01]) == nil)
  }

  @Test func rootProofFormIsBigEndian() {
    var bytes: [UInt8] = []
    RootConfiguration.encode(BN254Scalar(0x0102), into: &bytes)
    #expect(bytes == [UInt8](repeating: 0, count: 30) + [1, 2])
    // q, q + 1 and the largest integer
    let q: [UInt8] = (0..<4).reversed().flatMap { word in
      (0..<8).reversed().map { UInt8(truncatingIfNeeded: BN254Scalar.modulus[word] >> UInt64(8 * $0)) }
    }
    #expect(RootConfiguration.decode(q[...]) == nil)
    #expect(RootConfiguration.decode((q.dropLast() + [2])[...]) == nil)
    #expect(RootConfiguration.decode([UInt8](repeating: 0xff, count: 32)[...]) == nil)
    #expect(RootConfiguration.decode((q.dropLast() + [0])[...]) == -.one)
  }

  @Test func rootKeyFormIsLengthAndResidue() {
    var bytes: [UInt8] = []
    RootConfiguration.encodeForKey(.one, into: &bytes)
    #expect(bytes.count == 33 && bytes.first == 32)
    #expect(Array(bytes.dropFirst()) == BN254Scalar.one.montgomeryLittleEndian)
    func decode(_ bytes: [UInt8]) -> BN254Scalar? {
      var offset = 0
      return RootConfiguration.decodeForKey(bytes, at: &offset)
    }
    #expect(decode(bytes) == .one)
    for length: UInt8 in [0, 31, 33, 160] { #expect(decode([length] + bytes.dropFirst()) == nil) }
    #expect(decode([32] + [UInt8](repeating: 0xff, count: 32)) == nil)
    #expect(decode(Array(bytes.dropLast())) == nil)
  }

  @Test func integersAreCanonicalDecimals() {
    #expect(
      InnerConfiguration.integers(of: InnerDigest([5, -1])) == ["5", "2013265920", "0", "0", "0", "0", "0", "0"])
    #expect(RootConfiguration.integers(of: BN254Scalar(12_345)) == ["12345"])
    #expect(InnerConfiguration.name == "inner" && RootConfiguration.name == "root")
  }
}
